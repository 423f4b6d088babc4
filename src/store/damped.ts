import type { Log } from '../log/log.ts';

/** Says the same sort of trouble at most once per `everyMs`, with how many more there were meanwhile. */
export function damped(log: Log, everyMs: number, now: () => number): (fields: object, message: string) => void {
  let saidMs: number | null = null;
  let unsaid = 0;
  return (fields, message) => {
    const nowMs = now();
    if (saidMs !== null && nowMs - saidMs < everyMs) {
      unsaid += 1;
      return;
    }
    log.warn(unsaid === 0 ? fields : { ...fields, unsaid }, message);
    saidMs = nowMs;
    unsaid = 0;
  };
}
