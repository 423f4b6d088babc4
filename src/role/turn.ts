import type { Config } from '../config/config.ts';
import { edgeId, type Edge } from '../federation/edge.ts';
import type { Standpoint } from '../federation/vantage.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';
import { NotYet } from '../queue/put-back.ts';
import { asError } from '../net/progress.ts';
import type { Store, Turn, TurnWish } from '../store/store.ts';
import { together, type Company } from './together.ts';

export interface TurnPorts {
  readonly store: Pick<Store, 'takeTurn' | 'endTurn'>;
  readonly config: Pick<Config, 'politeness'>;
  readonly log: Pick<Log, 'warn'>;
  /** Absent: the only vantage. */
  readonly standpoint?: Standpoint;
  /** Places that were already said to have no room. */
  readonly crowded: Set<string>;
  readonly world: { readonly clock: Pick<Clock, 'monotonic'> };
}

/** An examination ends by its deadline; the rest is for what Redis and a slow machine take. */
const turnCompany: Company = { waitMs: 20, most: 40 };
const leaseMarginMs = 5_000;
/** Who has not begun so long after its turn came takes it again, so that the lease is long enough. */
const begunWithinMs = 1_000;
/** So many places are remembered as crowded; then what is crowded is said anew. */
const mostCrowded = 1_000;

interface Ended {
  readonly place: string;
  readonly holder: string;
  readonly begunMs: number;
}

/** What is connected to: partners with edges of their own may share it. */
export function placeOf({ address, port }: Pick<Edge, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

/** When an edge is to be examined, and for how long. Milliseconds. */
export interface Plan {
  readonly slotMs: number;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly withinMs: number;
  /** Who asks besides the job of this slot. */
  readonly asker?: string;
}

/** What is done in a turn calls this once, right before it connects. Rejects with NotYet when the turn was lost meanwhile. */
export type Begins = () => Promise<void>;

/**
 * Runs `work` while it is this edge's turn at its address and port: one connection at a time over all workers, no
 * sooner after the last than the configured gap. Throws NotYet while others are before it. Null: it will not be its
 * turn within `withinMs`, or not in this slot because more share the place than fit into the interval; nothing was done.
 */
export async function inTurn<Result>(
  ports: TurnPorts,
  edge: Edge,
  { slotMs, everyMs, timeoutMs, withinMs, asker }: Plan,
  work: (begins: Begins) => Promise<Result>,
): Promise<Result | null> {
  const { store, config, standpoint } = ports;
  const { clock } = ports.world;
  const place = placeOf(edge);
  const who = standpoint === undefined ? '' : `${standpoint.vantage}:`;
  const sharer = `${who}${edgeId(edge)}`;
  const holder = `${sharer}@${String(slotMs)}${asker === undefined ? '' : `:${asker}`}`;
  const gapMs = config.politeness?.gapMs ?? 0;
  const wish: TurnWish = {
    place,
    holder,
    gapMs,
    leaseMs: timeoutMs + leaseMarginMs,
    withinMs,
    sharer,
    slotMs,
    everyMs,
  };
  const turn = await store.takeTurn(wish);
  if (turn.is === 'later') throw new NotYet(turn.afterMs);
  if (turn.is === 'too_late') {
    sayCrowded(ports, place, { gapMs });
    return null;
  }
  if (turn.is === 'rests') {
    const { sharers, fit } = turn;
    sayCrowded(ports, place, { gapMs, everyMs, sharers, fit });
    return null;
  }
  let beganMs = clock.monotonic();
  const begins = async (): Promise<void> => {
    const waitedMs = clock.monotonic() - beganMs;
    if (waitedMs > begunWithinMs) {
      const again = await store.takeTurn(wish);
      if (again.is !== 'now') throw new NotYet(again.is === 'later' ? again.afterMs : gapMs);
    }
    beganMs = clock.monotonic();
  };
  // Without an answer the lease ends it.
  const end = (): Promise<void> =>
    store.endTurn(place, holder, Math.round(clock.monotonic() - beganMs)).catch(() => undefined);
  try {
    const result = await work(begins);
    await end();
    return result;
  } catch (error) {
    // Whoever takes the job next is the same holder.
    await end();
    throw error;
  }
}

function sayCrowded({ log, crowded }: TurnPorts, place: string, figures: Readonly<Record<string, number>>): void {
  if (crowded.has(place)) return;
  if (crowded.size >= mostCrowded) crowded.clear();
  crowded.add(place);
  log.warn(
    { place, ...figures },
    'more is to be asked of this address than fits into the interval: all have their turns, each rests in some slots; raise `every` or lower `politeness.gap`',
  );
}

/** Turns that are taken or end at about the same time are so in one trip. */
export function turnsTogether(store: TurnPorts['store'], clock: Clock): TurnPorts['store'] {
  const take = together<TurnWish, Turn>(clock, turnCompany, (wishes) =>
    all(wishes.map((wish) => store.takeTurn(wish))),
  );
  const end = together<Ended, true>(clock, turnCompany, (ended) => {
    const nowMs = clock.monotonic();
    const agoMs = ({ begunMs }: Ended): number => Math.round(nowMs - begunMs);
    return all(ended.map((one) => store.endTurn(one.place, one.holder, agoMs(one)).then(() => true as const)));
  });
  return {
    takeTurn: take,
    async endTurn(place, holder, agoMs = 0) {
      await end({ place, holder, begunMs: clock.monotonic() - agoMs });
    },
  };
}

/** What came of each, or what went wrong with it. */
async function all<Result>(work: readonly Promise<Result>[]): Promise<readonly (Result | Error)[]> {
  return (await Promise.allSettled(work)).map((each) =>
    each.status === 'fulfilled' ? each.value : asError(each.reason),
  );
}
