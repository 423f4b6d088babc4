import type { Log } from '../log/log.ts';

/** Ends the process at once. */
export type Exit = (code: number) => void;

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** A terminal sends Ctrl-C to every process of a group, and a parent may pass it on: that is one wish, not two. */
const sameWishMs = 200;

/** How a process is asked to end. */
export interface End {
  /** Fires at the first SIGTERM or SIGINT. */
  readonly stopping: AbortSignal;
  /** Resolves then. */
  readonly asked: Promise<void>;
  /** Signals and errors are Node's business again. */
  release(): void;
}

/**
 * The first SIGTERM or SIGINT asks for an orderly end, a second one ends at once (130, 143). An error that nobody
 * caught is a bug: said in the log, exit 1, and whoever runs us starts us again.
 */
export function watchForEnd(log: Log, exit: Exit): End {
  const controller = new AbortController();
  const asked = new Promise<void>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  let firstMs: number | null = null;

  const onSignal = (signal: keyof typeof codes): void => {
    const nowMs = performance.now();
    if (firstMs === null) {
      firstMs = nowMs;
      log.info({ signal }, 'stopping');
      controller.abort();
    } else if (nowMs - firstMs >= sameWishMs) {
      log.warn({ signal }, 'stopped at once by a second signal');
      exit(codes[signal]);
    }
  };
  const onError = (err: unknown): void => {
    log.error({ err }, 'an error that nobody caught: this is a bug');
    exit(1);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  return {
    stopping: controller.signal,
    asked,
    release() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      process.off('uncaughtException', onError).off('unhandledRejection', onError);
    },
  };
}
