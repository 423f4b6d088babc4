import type { Config } from '../config/config.ts';
import { edgeId, type Edge } from '../federation/edge.ts';
import type { Log } from '../log/log.ts';
import { NotYet } from '../queue/put-back.ts';
import type { Store, TurnWish } from '../store/store.ts';

export interface TurnPorts {
  readonly store: Pick<Store, 'takeTurn' | 'endTurn'>;
  readonly config: Pick<Config, 'politeness'>;
  readonly log: Pick<Log, 'warn'>;
  /** Places that were already said to have no room. */
  readonly crowded: Set<string>;
}

/** An examination ends by its deadline; the rest is for what Redis and a slow machine take. */
const leaseMarginMs = 5_000;
/** So many places are remembered as crowded; then what is crowded is said anew. */
const mostCrowded = 1_000;

/** What is connected to: partners with edges of their own may share it. */
export function placeOf({ address, port }: Pick<Edge, 'address' | 'port'>): string {
  return address.includes(':') ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
}

/**
 * Runs `work` while it is this edge's turn at its address and port: one connection at a time over all workers, no
 * sooner after the last than the configured gap. Throws NotYet while others are before it. False: it will not be its
 * turn within `withinMs`, and nothing was done.
 */
export async function inTurn(
  ports: TurnPorts,
  edge: Edge,
  { slotMs, timeoutMs, withinMs }: { readonly slotMs: number; readonly timeoutMs: number; readonly withinMs: number },
  work: () => Promise<void>,
): Promise<boolean> {
  const { store, config } = ports;
  const place = placeOf(edge);
  const holder = `${edgeId(edge)}@${String(slotMs)}`;
  const gapMs = config.politeness?.gapMs ?? 0;
  const wish: TurnWish = { place, holder, gapMs, leaseMs: timeoutMs + leaseMarginMs, withinMs };
  const turn = await store.takeTurn(wish);
  if (turn.is === 'later') throw new NotYet(turn.afterMs);
  if (turn.is === 'too_late') {
    sayCrowded(ports, place, gapMs);
    return false;
  }
  try {
    await work();
  } finally {
    // Without an answer the lease ends it.
    await store.endTurn(place, holder).catch(() => undefined);
  }
  return true;
}

function sayCrowded({ log, crowded }: TurnPorts, place: string, gapMs: number): void {
  if (crowded.has(place)) return;
  if (crowded.size >= mostCrowded) crowded.clear();
  crowded.add(place);
  log.warn(
    { place, gapMs },
    'more is to be asked of this address than fits into the interval: some slots are skipped; lengthen `every`',
  );
}
