import type { Config } from '../config/config.ts';
import { blindFindings } from '../federation/blind-findings.ts';
import { blindnessOf, nextLook, nextSuspicion, reasonOf, type Blindness } from '../federation/blindness.ts';
import { canaryName, fleetName, lookoutsOf, lookTargets } from '../federation/canary.ts';
import { edgeId } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import type { EdgeEvidence, Observation, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { stopsEdge } from '../federation/stop.ts';
import type { ExaminationSettings, World } from '../probe/examination.ts';
import { examineRoute } from '../probe/examine-route.ts';
import { examineEdge } from '../probe/examine.ts';
import { ledgerEntryOf } from '../probe/ledger.ts';
import { review } from '../probe/review.ts';
import type { Store } from '../store/store.ts';
import { watchFleet, type FleetWatch } from './fleet-watch.ts';
import { lookInTurn } from './look-in-turn.ts';
import { weighClock, type OurClock } from './our-clock.ts';
import type { SentBook } from './sent-book.ts';
import type { TurnPorts } from './turn.ts';

export interface EyesPorts extends Omit<TurnPorts, 'store' | 'config'> {
  readonly config: Pick<Config, 'partners' | 'canary' | 'controls' | 'politeness'> & { readonly vantage?: string };
  readonly store: Pick<Store, 'looks' | 'recordLook' | 'routes' | 'time' | 'takeTurn' | 'endTurn'>;
  readonly world: World;
  readonly settings: ExaminationSettings;
  readonly sentBook: SentBook;
}

/** What an examination of an edge showed. */
export interface Shown {
  readonly evidence: EdgeEvidence;
  /** What of it would count against somebody. */
  readonly troubles: readonly Finding[];
  /** What was kept of the edge last; null: nothing. */
  readonly before: EdgeEvidence | null;
  /** Who lists it. */
  readonly listed: readonly string[];
}

/** How a worker knows that it sees. Without a canary it takes that for granted, unless nearly all partners fail at once. */
export interface Eyes {
  /** The canary and the controls, as they are planned. */
  readonly lookouts: ReadonlyMap<string, Partner>;
  /**
   * Looks at the canary, not before this was called, and answers whether we see: whoever asks at the same time is
   * answered by one look. When the canary fails, the controls are looked at too. Rejects with ShuttingDown,
   * StoreUnavailable, or for a bug.
   */
  prove(signal: AbortSignal): Promise<boolean>;
  /**
   * Whether what failed says something about a partner: not nearly everybody turned with it, the canary passes after it,
   * and our machine did not run short meanwhile. Without a canary the last two are taken for granted.
   */
  allow(observations: readonly Observation<unknown>[], signal: AbortSignal): Promise<boolean>;
  /** Remembers what looking up a route showed, with what would count against the partner. */
  hearRoute(route: RouteEvidence, troubles: readonly Finding[]): Promise<void>;
  /** Remembers what an edge showed, and what it told about our clock. */
  hearEdge(shown: Shown): Promise<void>;
  /** Keeps what a planned examination of a lookout found. */
  record(route: RouteEvidence, edges: ReadonlyMap<string, EdgeEvidence>): Promise<void>;
  /** What the newest looks of all workers at this place say; null: we see. */
  blindness(): Promise<Blindness | null>;
}

/** So many addresses of a lookout are tried by a look between slots; planned examinations try them all. */
const addressesTried = 4;
/** So many looks at the canary fit into its interval, however much fails. */
const looksPerInterval = 12;

const good = (state: string): boolean => state === 'healthy' || state === 'degraded';

function ranShort({ steps }: Observation<unknown>): boolean {
  return steps.some(({ failure }) => failure?.code === 'local_resource');
}

interface Parts extends EyesPorts {
  readonly vantage: string;
  readonly lookouts: readonly Partner[];
  readonly ourClock: OurClock;
}

export function createEyes(ports: EyesPorts): Eyes {
  const { config, store, world } = ports;
  const lookouts = lookoutsOf(config, config.partners);
  const ourClock = weighClock(world.clock, store);
  const parts: Parts = { ...ports, vantage: config.vantage ?? 'default', lookouts, ourClock };
  const [canary] = lookouts;
  const fleet = watchFleet(world.clock);
  const tell = teller(parts, fleet);
  const prove: Eyes['prove'] = canary === undefined ? () => Promise.resolve(true) : oneAtATime(parts, canary);
  return {
    lookouts: new Map(lookouts.map((each) => [each.domain, each])),
    prove,
    async hearRoute(route, troubles) {
      if (route.domain === canaryName) return;
      const before = troubles.length === 0 ? undefined : (await store.routes([route.domain])).get(route.domain);
      fleet.hearRoute(route, troubles, before ?? null);
      await tell();
    },
    async hearEdge({ evidence, troubles, before, listed }) {
      ourClock.hear(evidence);
      // Ours passes on the same side of what is broken.
      if (listed.includes(canaryName)) return;
      fleet.hearEdge(evidence, troubles, before);
      await tell();
    },
    async allow(observations, signal) {
      if (fleet.suspicion() !== null) return false;
      return canary === undefined || ((await prove(signal)) && !observations.some(ranShort));
    },
    async record(route, edges) {
      await keep(parts, route, edges);
    },
    async blindness() {
      return blindnessOf(lookouts, await store.looks(lookTargets(lookouts)), world.clock.wall());
    },
  };
}

/** A suspicion that lasts is told again so often, milliseconds. */
const tellEveryMs = 10_000;

/** Keeps what the fleet says of us for all who read: a suspicion while it lasts, and its end. */
function teller({ store, vantage, world: { clock } }: Parts, fleet: FleetWatch): () => Promise<void> {
  let toldMs: number | null = null;
  return async () => {
    const suspicion = fleet.suspicion();
    if (suspicion === null && toldMs === null) return;
    if (suspicion !== null && toldMs !== null && clock.monotonic() - toldMs < tellEveryMs) return;
    toldMs = suspicion === null ? null : clock.monotonic();
    const seen = { vantage, target: fleetName, slotMs: await store.time(), reason: null, cause: null };
    const previous = (await store.looks([fleetName])).get(fleetName) ?? null;
    if (suspicion === null) {
      await store.recordLook(nextSuspicion(previous, seen, 0));
      return;
    }
    const { turned, of, layer, agoMs } = suspicion;
    const cause = { ...blindFindings.make('blind_suspected', { vantage, turned, of, layer }), layer };
    await store.recordLook(nextSuspicion(previous, { ...seen, reason: 'suspected', cause }, agoMs));
  };
}

/** Looks one after the other, not too close together; who asks while one is under way is answered by the next. */
function oneAtATime(parts: Parts, canary: Partner): Eyes['prove'] {
  const { clock } = parts.world;
  const gapMs = canary.everyMs / looksPerInterval;
  let beganMs = -Infinity;
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<boolean> | null = null;
  const begin = async (signal: AbortSignal): Promise<boolean> => {
    await last.catch(() => undefined);
    const waitMs = beganMs + gapMs - clock.monotonic();
    if (waitMs > 0) await new Promise<void>((done) => void clock.after(waitMs, done));
    next = null;
    beganMs = clock.monotonic();
    const look = lookAround(parts, canary, signal);
    last = look;
    return look;
  };
  return (signal) => (next ??= begin(signal));
}

/** Whether the canary passes, or more than half of the controls do. */
async function lookAround(parts: Parts, canary: Partner, signal: AbortSignal): Promise<boolean> {
  if (await lookAt(parts, canary, signal)) return true;
  const controls = parts.lookouts.filter((each) => each !== canary);
  const passed = await Promise.all(controls.map((each) => lookAt(parts, each, signal)));
  return passed.filter(Boolean).length * 2 > controls.length;
}

/**
 * One examination between slots, in its turn at each address; nothing of it is kept but the look and what was sent. An
 * address whose turn does not come in time is somebody else's: then the newest look that is kept answers.
 */
async function lookAt(parts: Parts, target: Partner, signal: AbortSignal): Promise<boolean> {
  const { settings, store, sentBook } = parts;
  const { everyMs, timeoutMs } = target;
  const world = { ...parts.world, signal };
  const slotMs = world.clock.wall();
  const whole = await examineRoute(target, slotMs, settings, world);
  const open = whole.edges.filter((edge) => !stopsEdge(parts.config.politeness?.stops, edge));
  const route = { ...whole, edges: open.slice(0, addressesTried) };
  const plan = { slotMs, everyMs, timeoutMs, withinMs: timeoutMs };
  const seen = await Promise.all(
    route.edges.map((edge) =>
      lookInTurn(parts, edge, plan, signal, () =>
        sentBook.keeping(edgeId(edge), async (page) => {
          const shown = await examineEdge(edge, slotMs, timeoutMs, settings, world);
          page.sent = ledgerEntryOf(shown, settings.sip, parts.vantage);
          return shown;
        }),
      ),
    ),
  );
  const made = seen.filter((each) => each !== null);
  if (made.length < seen.length) return (await store.looks([target.domain])).get(target.domain)?.passed ?? true;
  return keep(parts, route, new Map(made.map((each) => [edgeId(each.edge), each])));
}

async function keep(
  { store, vantage, ourClock }: Parts,
  route: RouteEvidence,
  edges: ReadonlyMap<string, EdgeEvidence>,
): Promise<boolean> {
  const { domain: target } = route;
  for (const each of edges.values()) ourClock.hear(each);
  const { aheadMs, doubt } = await ourClock.weigh();
  const found = review(route, edges);
  const cause = doubt ?? (good(found.state) ? null : found.cause);
  const passed = doubt === null && good(found.state);
  const reason = doubt !== null ? 'clock' : passed ? null : cause === null ? 'canary' : reasonOf(cause);
  const previous = (await store.looks([target])).get(target) ?? null;
  // By the clock of the store: a look from a clock that is ahead would fence off all that follow.
  const slotMs = Math.max(0, Math.round(Date.parse(route.at) - aheadMs));
  await store.recordLook(nextLook(previous, { vantage, target, slotMs, reason, cause }));
  return passed;
}
