import { isFarAhead, mostAheadMs } from '../federation/slot.ts';
import type { Partner } from '../federation/partner.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import { claimsAtOnce, type Claim, type Store } from '../store/store.ts';
import { awakeAmong } from './awake.ts';
import { plan, toleranceMs, type DueSlot } from './plan.ts';

/** The name of the one schedule, as a label. */
export const scheduleName = 'partners';

export interface TickerPorts {
  /** The partners of this moment; asked at every tick. */
  partners(): readonly Partner[];
  readonly store: Pick<Store, 'claimPartners' | 'settleClaims' | 'openClaims' | 'standings'>;
  /** All of these or an error; the same slots again are the same jobs. */
  readonly producer: {
    addRoutes(slots: readonly DueSlot[]): Promise<void>;
    /** The clock was set back by so much: slots come again, and none may be taken for one that was done. */
    clockWentBack(byMs: number): Promise<void>;
  };
  readonly own: Pick<OwnMetrics, 'schedulerFired' | 'slotsMissed'>;
  readonly log: Log;
}

/** Turns an instant into jobs. */
export interface Ticker {
  /** Carries out what is due at `nowMs`. Never rejects: a store or queue that is away is retried by the next tick. */
  tick(nowMs: number): Promise<void>;
  /** The instant of the last tick whose claims were answered, epoch milliseconds; null before the first. */
  lastClaimedMs(): number | null;
}

/** Granted together, added together: unchanged until added, so that a repeated add makes the same jobs. */
type Batch = readonly DueSlot[];

/** What was granted and is not on the queue after so long belongs to a scheduler that died, or its answer was lost. */
const leftAfterMs = 1_000;

const claimsOf = (batch: Batch): readonly Claim[] => batch.map(({ domain, slotMs }) => ({ id: domain, slotMs }));
const batchOf = (granted: readonly Claim[]): Batch => granted.map(({ id, slotMs }) => ({ domain: id, slotMs }));

/** A slot is granted once: batches with the same first slot are the same. */
const isSame = ([one]: Batch, [other]: Batch): boolean =>
  one?.domain === other?.domain && one?.slotMs === other?.slotMs;

/** What others were granted and left, as it was granted, so that what did reach the queue is not there twice. */
async function leftIn({ store }: TickerPorts, nowMs: number): Promise<readonly Batch[]> {
  const left: Batch[] = [];
  for (const granted of await store.openClaims(leftAfterMs)) {
    if (granted.every(({ slotMs }) => isFarAhead(slotMs, nowMs))) await store.settleClaims(granted);
    else left.push(batchOf(granted));
  }
  return left;
}

export function createTicker(ports: TickerPorts): Ticker {
  const { store, producer, own, log } = ports;
  let partners: readonly Partner[] = [];
  let known: ReadonlyMap<string, Partner> = new Map();
  let awakeOf = awakeAmong(store, known);
  let sinceMs: number | null = null;
  let waiting: readonly Batch[] = [];

  const missed = (slots: number, why: string): void => {
    if (slots === 0) return;
    own.slotsMissed(scheduleName, slots);
    log.warn({ slots, why }, 'slots were missed');
  };

  const isLate = ({ domain, slotMs }: DueSlot, nowMs: number): boolean =>
    nowMs - slotMs > toleranceMs(known.get(domain)?.everyMs ?? 0);

  async function claim(nowMs: number): Promise<void> {
    const { due, late } = plan(partners, sinceMs, nowMs);
    for (let at = 0; at < due.length; at += claimsAtOnce) {
      const awake = await awakeOf(due.slice(at, at + claimsAtOnce));
      const granted = await store.claimPartners(claimsOf(awake));
      // Kept at once: what was granted is granted to nobody else, whatever becomes of the next claim.
      if (granted.length > 0) waiting = [...waiting, batchOf(granted)];
    }
    sinceMs = nowMs;
    missed(late, 'nobody ticked in time');
  }

  async function add(nowMs: number): Promise<void> {
    const stale = waiting.filter((batch) => batch.every((slot) => isLate(slot, nowMs)));
    waiting = waiting.filter((batch) => !stale.includes(batch));
    missed(stale.flat().length, 'the queue did not take them in time');
    for (const batch of stale) await store.settleClaims(claimsOf(batch));
    for (const batch of waiting) {
      await producer.addRoutes(batch);
      waiting = waiting.filter((each) => each !== batch);
      // Not settled, it is added once more by whoever finds it: the same jobs.
      await store.settleClaims(claimsOf(batch));
    }
  }

  /** What was planned by a clock that was far ahead is void in the store by itself; in the queue it is not. */
  async function lookBack(nowMs: number): Promise<void> {
    if (sinceMs === null || sinceMs <= nowMs) return;
    const byMs = sinceMs - nowMs;
    log.warn({ byMs }, 'the clock went back');
    awakeOf = awakeAmong(store, known);
    if (byMs > mostAheadMs) await producer.clockWentBack(byMs);
    waiting = waiting.filter((batch) => !batch.every(({ slotMs }) => isFarAhead(slotMs, nowMs)));
  }

  function look(): void {
    const now = ports.partners();
    if (now === partners) return;
    partners = now;
    known = new Map(now.map((partner) => [partner.domain, partner]));
    awakeOf = awakeAmong(store, known);
  }

  return {
    lastClaimedMs: () => sinceMs,
    async tick(nowMs) {
      look();
      try {
        await lookBack(nowMs);
        await claim(nowMs);
        own.schedulerFired(scheduleName, nowMs);
        const left = await leftIn(ports, nowMs);
        waiting = [...waiting, ...left.filter((batch) => !waiting.some((each) => isSame(each, batch)))];
      } catch (err) {
        log.warn({ err }, 'slots could not be claimed; they are tried again at the next tick');
      }
      try {
        await add(nowMs);
      } catch (err) {
        log.warn({ err, batches: waiting.length }, 'jobs could not be added; they are tried again at the next tick');
      }
    },
  };
}
