import type { Check } from '../federation/observation.ts';
import type { QueueName } from '../queue/job.ts';
import type { Format } from './exposition.ts';

/** A certificate of ours at the last look; null for what was never read. */
export interface OwnCertificateSeen {
  readonly dates: { readonly notBefore: number; readonly notAfter: number } | null;
  readonly clientAuth: boolean | null;
  readonly readable: boolean;
}

/** What a process counts of its own work; never anything about a partner. Durations in seconds. */
export interface OwnMetrics {
  jobDone(queue: QueueName): void;
  jobFailed(queue: QueueName): void;
  jobStalled(queue: QueueName): void;
  /** A job that every worker died of is left out. */
  jobQuarantined(queue: QueueName): void;
  jobWaited(queue: QueueName, seconds: number): void;
  skippedLate(slots: number): void;
  /** Examinations that were not carried out because the operator stopped them. */
  withheld(examinations: number): void;
  probeStarted(): void;
  probeEnded(): void;
  checkTook(check: Check, seconds: number): void;
  schedulerFired(schedule: string, atMs: number): void;
  slotsMissed(schedule: string, slots: number): void;
  /** The configuration was read at this instant, epoch milliseconds: into force, or in vain. */
  configRead(good: boolean, atMs: number): void;
  storeUp(up: boolean): void;
  /** How far the clock of this process is ahead of the store's. */
  clockAhead(seconds: number): void;
  /** Whether the files of an identity of ours could be used when they were last read; null: it is none any more. */
  identityReloaded(identity: string, ok: boolean | null): void;
  /** What is known of a certificate of ours; instants in seconds. Null: it is not watched any more. */
  ownCertificate(certificate: string, seen: OwnCertificateSeen | null): void;
  /** Series of the fleet that did not fit into an exposition. */
  seriesDropped(series: number): void;
  /** The exposition text of this process; in OpenMetrics with the end of the whole. */
  text(format?: Format): Promise<string>;
}
