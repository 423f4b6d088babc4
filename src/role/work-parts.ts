import type { Config } from '../config/config.ts';
import { tookMs, type Observation } from '../federation/observation.ts';
import type { Words } from '../federation/ours.ts';
import type { Partner } from '../federation/partner.ts';
import type { Standpoint } from '../federation/vantage.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import type { ExaminationSettings, World } from '../probe/examination.ts';
import type { JobContext } from '../queue/consumer.ts';
import type { Producer } from '../queue/producer.ts';
import { NotYet } from '../queue/put-back.ts';
import { rerunMs } from '../queue/settings.ts';
import type { Store } from '../store/store.ts';
import type { Eyes } from './eyes.ts';
import type { Commit } from './commits.ts';
import type { Asks, RouteKeeper } from './route-parts.ts';
import type { SentBook } from './sent-book.ts';
import type { Gate } from './starts.ts';
import type { TurnPorts } from './turn.ts';

/** What the worker's two jobs are given. */
export interface WorkPorts {
  readonly config: Pick<Config, 'partners' | 'hysteresis' | 'politeness' | 'canary' | 'controls' | 'defaults'> & {
    readonly vantage?: string;
  };
  readonly store: Store;
  /** Absent: the only vantage. */
  readonly standpoint?: Standpoint;
  readonly producer: Pick<Producer, 'addEdges' | 'addLater'>;
  readonly world: World;
  readonly settings: ExaminationSettings;
  readonly log: Pick<Log, 'warn' | 'error'>;
  /** Whether our clock is known to be wrong: what was seen by it is not kept. Absent: never. */
  readonly doubted?: () => boolean;
  readonly own: Pick<
    OwnMetrics,
    'jobWaited' | 'skippedLate' | 'withheld' | 'probeStarted' | 'probeEnded' | 'checkTook' | 'jobQuarantined'
  >;
}

/** The same with what a worker remembers between its jobs. */
export interface WorkParts extends WorkPorts {
  /** Those of the config, the canary and the controls. */
  readonly partners: ReadonlyMap<string, Partner>;
  readonly eyes: Eyes;
  readonly sentBook: SentBook;
  /** The memory of all vantages; `store` is as this one sees it. */
  readonly shared: Store;
  readonly turns: TurnPorts;
  readonly keepRoute: RouteKeeper;
  readonly ask: Asks;
  readonly commit: Commit;
  /** Those that are examined now. */
  readonly lanes: Gate;
  /** Those that are at their start. */
  readonly starts: Gate;
  /** Those that connect. */
  readonly connects: Gate;
  /** Jobs that workers died with, which rest apart from others. */
  readonly suspects: Set<string>;
  /** How the configuration has a partner examined otherwise than others. */
  readonly wordsOf: (partner: Partner) => Words;
  /** Where the ledger says that it was sent from. */
  readonly vantage: string;
}

/** Before something is given up, or stamped, for what our clock says: if it is wrong, another worker has the job, or we later. */
export function sureOfClock({ doubted }: Pick<WorkPorts, 'doubted'>): void {
  if (doubted?.() === true) throw new NotYet(1_000);
}

/** Counts an examination while it runs, and how long each check of it took. */
export async function measured<Evidence>(
  parts: WorkParts,
  examine: () => Promise<Evidence>,
  observationsOf: (evidence: Evidence) => readonly Observation<unknown>[],
): Promise<Evidence> {
  const { own } = parts;
  own.probeStarted();
  try {
    const evidence = await examine();
    sureOfClock(parts);
    for (const each of observationsOf(evidence)) {
      if (each.steps.length > 0) own.checkTook(each.kind, tookMs(each) / 1000);
    }
    return evidence;
  } finally {
    own.probeEnded();
  }
}

/** After this a job is late and not done any more. One that a dead worker held was not bunched: it has the time until it was missed. */
export function lateMs(everyMs: number, { orphaned }: Pick<JobContext, 'orphaned'>): number {
  return orphaned ? everyMs + rerunMs : everyMs;
}
