import type { Config } from '../config/config.ts';
import { stopsPartner } from '../federation/stop.ts';
import type { Demanded } from '../http/route-examine.ts';
import type { Clock } from '../net/clock.ts';
import { QueueUnavailable, type Producer } from '../queue/producer.ts';
import { StoreUnavailable, type Store } from '../store/store.ts';
import type { RolePorts } from './part.ts';
import type { Queues } from './queues.ts';

/** A partner is examined on demand at most once in this time, milliseconds. */
export const onceInMs = 60_000;
/** So many partners are, in the same time. */
export const mostInThatTime = 30;

export interface DemandPorts {
  readonly config: { current(): Pick<Config, 'partners' | 'politeness' | 'vantage' | 'vantages'> };
  /** Wall time as the store has it. */
  readonly clock: Pick<Clock, 'wall'>;
  /** Counts orders over all processes that take them. */
  readonly store: Pick<Store, 'takeOrder' | 'returnOrder'>;
  /** The queue of each vantage. */
  readonly producers: () => readonly Pick<Producer, 'addNow'>[];
}

/**
 * Puts an examination of a partner at the front of the queue of every vantage, as a slot outside its grid: what it shows
 * counts like every other, and an edge that another partner's order had examined in the same half minute is not asked again.
 * The limits hold over all processes that take orders.
 */
export function examineOnDemand(ports: DemandPorts): (domain: string) => Promise<Demanded> {
  const { config, clock, store, producers } = ports;
  return async (domain) => {
    const { partners, politeness, vantage, vantages } = config.current();
    const partner = partners.find((each) => each.domain === domain);
    if (partner === undefined) return { is: 'unknown' };
    if (stopsPartner(politeness?.stops, partner)) return { is: 'stopped' };
    const slotMs = Math.round(clock.wall());
    try {
      const order = await store.takeOrder({ domain, withinMs: onceInMs, most: mostInThatTime });
      if (order.is !== 'taken') return order;
      await Promise.all(producers().map((each) => each.addNow({ domain, slotMs })));
      return { is: 'queued', slotMs, vantages: vantages?.names ?? [vantage] };
    } catch (error) {
      if (error instanceof StoreUnavailable) return { is: 'away' };
      if (!(error instanceof QueueUnavailable)) throw error;
      // Nothing was asked of the partner. Where that cannot be said either, the order counts.
      await store.returnOrder(domain).catch(() => undefined);
      return { is: 'away' };
    }
  };
}

/** The orders of a process that shows partners. */
export function ordersOf(ports: RolePorts, queues: Queues): (domain: string) => Promise<Demanded> {
  const { config, store, clock, witness } = ports;
  const wall = (): number => clock.wall() - witness.wrongByMs();
  return examineOnDemand({ config, store, clock: { wall }, producers: () => queues.producers() });
}
