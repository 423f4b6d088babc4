import type { OwnMetrics } from '../../src/metrics/own.ts';

const ignore = (): void => undefined;

/** What a process counts of its own work, for tests that ask for no more of it than what they give here. */
export function uncounted(asked: Partial<OwnMetrics> = {}): OwnMetrics {
  return {
    jobDone: ignore,
    jobFailed: ignore,
    jobStalled: ignore,
    jobQuarantined: ignore,
    jobWaited: ignore,
    skippedLate: ignore,
    withheld: ignore,
    probeStarted: ignore,
    probeEnded: ignore,
    checkTook: ignore,
    schedulerFired: ignore,
    slotsMissed: ignore,
    configRead: ignore,
    storeUp: ignore,
    clockAhead: ignore,
    identityReloaded: ignore,
    ownCertificate: ignore,
    seriesDropped: ignore,
    text: () => Promise.resolve(''),
    ...asked,
  };
}
