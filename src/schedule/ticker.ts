import { rests } from '../federation/cadence.ts';
import type { Partner } from '../federation/partner.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import { claimsAtOnce, type Store } from '../store/store.ts';
import { plan, toleranceMs, type DueSlot } from './plan.ts';

/** The name of the one schedule, as a label. */
export const scheduleName = 'partners';

export interface TickerPorts {
  /** The partners of this moment; asked at every tick. */
  partners(): readonly Partner[];
  readonly store: Pick<Store, 'claimPartners' | 'standings'>;
  /** All of these or an error; the same slots again are the same jobs. */
  readonly producer: { addRoutes(slots: readonly DueSlot[]): Promise<void> };
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

export function createTicker(ports: TickerPorts): Ticker {
  const { store, producer, own, log } = ports;
  let partners: readonly Partner[] = [];
  let known: ReadonlyMap<string, Partner> = new Map();
  let sinceMs: number | null = null;
  let waiting: readonly Batch[] = [];

  const missed = (slots: number, why: string): void => {
    if (slots === 0) return;
    own.slotsMissed(scheduleName, slots);
    log.warn({ slots, why }, 'slots were missed');
  };

  const isLate = ({ domain, slotMs }: DueSlot, nowMs: number): boolean =>
    nowMs - slotMs > toleranceMs(known.get(domain)?.everyMs ?? 0);

  /** Those of these slots that are not left out because their partner is long dead. */
  async function awakeOf(slots: readonly DueSlot[]): Promise<readonly DueSlot[]> {
    const paced = slots.filter(({ domain }) => known.get(domain)?.cadence !== undefined);
    if (paced.length === 0) return slots;
    const standings = await store.standings(paced.map(({ domain }) => domain));
    return slots.filter(({ domain, slotMs }) => {
      const partner = known.get(domain);
      return partner === undefined || !rests(partner, standings.get(domain) ?? null, slotMs);
    });
  }

  async function claim(nowMs: number): Promise<void> {
    const { due, late } = plan(partners, sinceMs, nowMs);
    for (let at = 0; at < due.length; at += claimsAtOnce) {
      const awake = await awakeOf(due.slice(at, at + claimsAtOnce));
      const wanted = awake.map(({ domain, slotMs }) => ({ id: domain, slotMs }));
      const granted = await store.claimPartners(wanted);
      // Kept at once: what was granted is granted to nobody else, whatever becomes of the next claim.
      if (granted.length > 0) waiting = [...waiting, granted.map(({ id, slotMs }) => ({ domain: id, slotMs }))];
    }
    sinceMs = nowMs;
    missed(late, 'nobody ticked in time');
  }

  async function add(nowMs: number): Promise<void> {
    const stale = waiting.filter((batch) => batch.every((slot) => isLate(slot, nowMs)));
    waiting = waiting.filter((batch) => !stale.includes(batch));
    missed(stale.flat().length, 'the queue did not take them in time');
    for (const batch of waiting) {
      await producer.addRoutes(batch);
      waiting = waiting.filter((each) => each !== batch);
    }
  }

  function look(): void {
    const now = ports.partners();
    if (now === partners) return;
    partners = now;
    known = new Map(now.map((partner) => [partner.domain, partner]));
  }

  return {
    lastClaimedMs: () => sinceMs,
    async tick(nowMs) {
      look();
      if (sinceMs !== null && sinceMs > nowMs) log.warn({ byMs: sinceMs - nowMs }, 'the clock went back');
      try {
        await claim(nowMs);
        own.schedulerFired(scheduleName, nowMs);
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
