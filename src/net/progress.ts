/**
 * Lets several readers wait until something they look at has come about. The owner calls `changed` after every change
 * of its state; nobody listens to sockets but the owner, so nothing is left behind when a wait ends.
 */
export class Progress {
  readonly #watchers = new Set<() => void>();

  changed(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Resolves with the first value `look` gives, rejects with what it throws or with the signal's reason. */
  async until<T>(look: () => T | undefined, signal: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const watch = (): void => {
      // Several changes may come before the caller goes on: what `look` took for it after the first would be lost.
      if (!this.#watchers.has(watch)) return;
      try {
        const value = look();
        if (value === undefined) return;
        resolve(value);
      } catch (error) {
        reject(asError(error));
      }
      this.#watchers.delete(watch);
    };
    const stop = (): void => {
      this.#watchers.delete(watch);
      reject(asError(signal.reason));
    };
    this.#watchers.add(watch);
    signal.addEventListener('abort', stop, { once: true });
    watch();
    if (signal.aborted) stop();
    try {
      return await promise;
    } finally {
      this.#watchers.delete(watch);
      signal.removeEventListener('abort', stop);
    }
  }
}

/** Signals and callbacks carry `unknown`; a reason that is no error is wrapped so that it can be thrown. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}
