import { edgeId } from '../federation/edge.ts';
import type { RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { isFarAhead } from '../federation/slot.ts';
import { mayAsk, withoutStopped } from '../federation/stop.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { clearTextOf, withClearText } from '../probe/clear-text.ts';
import { examineRoute } from '../probe/examine.ts';
import { troublesOfRoute } from '../probe/review.ts';
import type { JobContext } from '../queue/consumer.ts';
import { jobVersion, type EdgeJob, type RouteJob } from '../queue/job.ts';
import { putsBack } from '../queue/put-back.ts';
import { edgeWindowOf } from '../schedule/confirm.ts';
import { edgesMissing } from './advance.ts';
import { judge } from './judging.ts';
import { withKnownZone } from './known-zone.ts';
import { eachInParallel } from './parallel.ts';
import { apart, deathsTogether, mostDeaths, quarantined } from './poison.ts';
import { delaysMs, edgesAtOnce, keptMs } from './terms.ts';
import { lateMs, measured, sureOfClock, type WorkParts } from './work-parts.ts';

/** Partners of one job that are looked up at once. */
const partnersAtOnce = 8;

/** Each partner goes its own way to the end: a stuck or broken one holds nobody up. */
export async function lookUpRoutes(parts: WorkParts, job: RouteJob, context: JobContext): Promise<void> {
  const { partners, world, own, producer } = parts;
  const nowMs = world.clock.wall();
  const earliestMs = Math.min(nowMs, ...job.slots.map((slot) => slot.slotMs));
  const named = job.slots.filter(({ domain }) => partners.has(domain));
  const known = named.filter(({ domain }) => mayAsk(parts.config, partners.get(domain)));
  if (known.length < named.length) own.withheld(named.length - known.length);
  const inTime = known.filter(
    // Far ahead: it was planned before the clock was set back.
    ({ domain, slotMs }) =>
      nowMs - slotMs <= lateMs(partners.get(domain)?.everyMs ?? 0, context) && !isFarAhead(slotMs, nowMs),
  );
  if (inTime.length < known.length) sureOfClock(parts);
  own.jobWaited('route', (nowMs - earliestMs) / 1000);
  if (inTime.length < known.length) own.skippedLate(known.length - inTime.length);
  const [first, ...others] = inTime;
  if (others.length > 0 && context.deaths >= deathsTogether) {
    for (const slot of inTime) await producer.addLater(slot, 0);
    return;
  }
  if (first !== undefined && context.deaths >= mostDeaths) return quarantined(parts, 'route', first.domain, nowMs);
  const [out, kept] = await Promise.all([
    parts.shared.quarantined(nowMs),
    parts.store.routes(inTime.map(({ domain }) => domain)),
  ]);
  const wanted = inTime.filter(({ domain }) => !out.has(domain));
  if (first !== undefined) apart(parts.suspects, `${first.domain}@${String(first.slotMs)}`, context.deaths);

  const errors = await eachInParallel(wanted, partnersAtOnce, async ({ domain, slotMs }) => {
    const partner = partners.get(domain);
    if (partner !== undefined) await lookUpRoute(parts, { partner, slotMs, kept: kept.get(domain) ?? null }, context);
  });
  // Being stopped or without a store puts the job back; then a bug in one partner's part shows again.
  const worst = errors.find(putsBack) ?? errors[0];
  if (worst !== undefined) throw worst;
}

/** A partner, the slot, and the route that was kept of it when the job began; null: none. */
interface Wanted {
  readonly partner: Partner;
  readonly slotMs: number;
  readonly kept: RouteEvidence | null;
}

async function lookUpRoute(parts: WorkParts, wish: Wanted, context: JobContext): Promise<void> {
  const { store, producer, eyes } = parts;
  const { partner, slotMs } = wish;
  const route = await routeAt(parts, wish, context);
  if (route === null) return;

  const { domain } = partner;
  const [isKept, standings, baselines, edges, blindness, nowMs] = await Promise.all([
    route === wish.kept || store.recordRoute(route, keptMs(partner), wish.kept),
    store.standings([domain]),
    store.baselines([domain]),
    store.edges(route.edges.map(edgeId)),
    eyes.blindness(),
    store.time(),
  ]);
  if (!isKept) return;
  const standing = standings.get(domain) ?? null;
  const windowMs = edgeWindowOf(partner, slotMs, standing?.slotMs ?? null);
  const missing = edgesMissing(route, windowMs, edges, nowMs);
  if (missing.length === 0) {
    const news = eyes.lookouts.has(domain) ? [] : [{ route, standing, baseline: baselines.get(domain) ?? null }];
    return judge(parts, [domain], { fresh: edges, gathered: { news, nowMs, blind: blindness !== null } });
  }
  const claimed = await store.claimEdges(missing.map((edge) => ({ id: edgeId(edge), slotMs: windowMs })));
  const granted = new Set(claimed.map(({ id }) => id));
  // A worker that died may have claimed an edge and not added its job. The same job again is one job.
  const wanted = context.rerun ? missing : missing.filter((edge) => granted.has(edgeId(edge)));
  const { timeoutMs, everyMs } = partner;
  const jobs = wanted.map((edge): EdgeJob => ({ v: jobVersion, edge, slotMs: windowMs, timeoutMs, everyMs }));
  // Who examines them judges this partner too, but may have ended before it was listed.
  if (jobs.length === 0) return judge(parts, [domain]);
  const waitsMs = await waitsOf(parts, partner, jobs);
  sureOfClock(parts);
  await producer.addEdges(jobs, waitsMs, context.urgent);
}

/** How long each of a partner's edge jobs rests: nobody who shares one of its edges may miss a slot by it. */
async function waitsOf(
  { store, partners }: WorkParts,
  { everyMs, timeoutMs }: Partner,
  jobs: readonly EdgeJob[],
): Promise<readonly number[]> {
  const later = jobs.slice(edgesAtOnce).map(({ edge }) => edgeId(edge));
  const listed = await Promise.all(later.map((id) => store.partnersOf(id)));
  const intervals = [...new Set(listed.flat())].map((domain) => partners.get(domain)?.everyMs ?? everyMs);
  const shortestMs = intervals.reduce((shortest, each) => Math.min(shortest, each), everyMs);
  return delaysMs(jobs.length, { everyMs: shortestMs, timeoutMs });
}

/** The route of this slot: looked up, or found kept by an earlier run of the same job. Null: not ours to go on with. */
async function routeAt(
  parts: WorkParts,
  { partner, slotMs, kept }: Wanted,
  { rerun, signal }: JobContext,
): Promise<RouteEvidence | null> {
  const { store, settings, world, eyes, config, own } = parts;
  if (rerun && kept !== null && kept.slotMs >= slotMs && !isFarAhead(kept.slotMs, world.clock.wall())) {
    return kept.slotMs === slotMs ? kept : null;
  }
  if (signal.aborted) throw new ShuttingDown('the process is stopping');
  const examine = (): Promise<RouteEvidence> => examineRoute(partner, slotMs, settings, { ...world, signal });
  const seen = await measured(parts, examine, (evidence) => [evidence.observation]);
  const whole = await withKnownZone(seen, store);
  const found = withoutStopped(config.politeness?.stops, whole);
  if (found === null) {
    own.withheld(1);
    return null;
  }
  const ofLookout = eyes.lookouts.has(partner.domain);
  const troubles = troublesOfRoute(found);
  await eyes.hearRoute(found, troubles);
  if (!ofLookout && troubles.length > 0 && !(await eyes.allow([found.observation], signal))) return null;
  const clear = clearTextOf(found);
  // What is asked in clear text follows from what was last seen of the edges; nearly no route has such edges at all.
  return clear.length === 0 ? found : withClearText(found, await store.edges([...found.edges, ...clear].map(edgeId)));
}
