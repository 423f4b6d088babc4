import type { Stop } from './deadline.ts';

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
  until<T>(look: () => T | undefined, signal: Stop): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#watchers.delete(watch);
        signal.removeEventListener('abort', stop);
      };
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
        end();
      };
      const stop = (): void => {
        end();
        reject(asError(signal.reason));
      };
      this.#watchers.add(watch);
      watch();
      if (!this.#watchers.has(watch)) return;
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Signals and callbacks carry `unknown`; a reason that is no error is wrapped so that it can be thrown. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}
