import { edgeId } from '../federation/edge.ts';
import type { RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { isFarAhead } from '../federation/slot.ts';
import { mayAsk, withoutStopped } from '../federation/stop.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { clearTextOf, withClearText } from '../probe/clear-text.ts';
import { examineRoute } from '../probe/examine-route.ts';
import { troublesOfRoute } from '../probe/review.ts';
import type { JobContext } from '../queue/consumer.ts';
import { partnersPerJob, type RouteJob } from '../queue/job.ts';
import { NotYet, putsBack } from '../queue/put-back.ts';
import { edgeWindowOf } from '../schedule/confirm.ts';
import { edgesMissing } from './advance.ts';
import { judge } from './judging.ts';
import { withKnownZone } from './known-zone.ts';
import { eachInParallel } from './parallel.ts';
import { apart, deathsTogether, mostDeaths, quarantined } from './poison.ts';
import { lateMs, measured, sureOfClock, type WorkParts } from './work-parts.ts';

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

  const errors = await eachInParallel(wanted, partnersPerJob, async ({ domain, slotMs }) => {
    const partner = partners.get(domain);
    if (partner !== undefined) await lookUpRoute(parts, { partner, slotMs, kept: kept.get(domain) ?? null }, context);
  });
  // Being stopped or without a store puts the job back; then a bug in one partner's part shows again.
  const worst = errors.find((error) => putsBack(error) || error instanceof NotYet) ?? errors[0];
  if (worst !== undefined) throw worst;
}

/** A partner, the slot, and the route that was kept of it when the job began; null: none. */
interface Wanted {
  readonly partner: Partner;
  readonly slotMs: number;
  readonly kept: RouteEvidence | null;
}

async function lookUpRoute(parts: WorkParts, wish: Wanted, context: JobContext): Promise<void> {
  const { eyes } = parts;
  const { partner, slotMs, kept } = wish;
  const route = await routeAt(parts, wish, context);
  if (route === null) return;

  const { domain } = partner;
  const { isKept, standing, baseline, edges, isBlind, nowMs } = await parts.keepRoute({ partner, route, kept });
  if (!isKept) return;
  const windowMs = edgeWindowOf(partner, slotMs, standing?.slotMs ?? null);
  const missing = edgesMissing(route, windowMs, edges, nowMs);
  if (missing.length === 0) {
    const news = eyes.lookouts.has(domain) ? [] : [{ route, standing, baseline }];
    return judge(parts, [domain], { fresh: edges, gathered: { news, nowMs, blind: isBlind } });
  }
  const taken = await parts.ask({ partner, missing, windowMs, context });
  // Who examines them judges this partner too, but may have ended before it was listed.
  if (taken === 0) return judge(parts, [domain]);
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
