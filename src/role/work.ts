import type { Config } from '../config/config.ts';
import { edgeId } from '../federation/edge.ts';
import type { Observation, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import type { Log } from '../log/log.ts';
import type { OwnMetrics } from '../metrics/own.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { examineEdge, examineRoute, type ExaminationSettings, type World } from '../probe/examine.ts';
import type { Handler, JobContext } from '../queue/consumer.ts';
import { jobVersion, type EdgeJob, type RouteJob } from '../queue/job.ts';
import type { Producer } from '../queue/producer.ts';
import { putsBack } from '../queue/put-back.ts';
import type { Store } from '../store/store.ts';
import { confirmationOf, edgeWindowOf } from '../schedule/confirm.ts';
import { edgesMissing, judgePartners } from './advance.ts';
import { eachInParallel } from './parallel.ts';
import { inTurn, type TurnPorts } from './turn.ts';
import { delaysMs, edgesAtOnce, keptMs, termsOf } from './terms.ts';

export interface WorkPorts {
  readonly config: Pick<Config, 'partners' | 'hysteresis' | 'politeness'>;
  readonly store: Store;
  readonly producer: Pick<Producer, 'addEdges' | 'addLater'>;
  readonly world: World;
  readonly settings: ExaminationSettings;
  readonly log: Pick<Log, 'warn'>;
  readonly own: Pick<OwnMetrics, 'jobWaited' | 'skippedLate' | 'probeStarted' | 'probeEnded' | 'checkTook'>;
}

/** The two sorts of work, without the queue they come from. Any part of it may be done twice. */
export interface Work {
  readonly route: Handler<RouteJob>;
  readonly edge: Handler<EdgeJob>;
}

/** Partners of one job that are looked up at once. */
const partnersAtOnce = 8;

interface Parts extends WorkPorts {
  readonly partners: ReadonlyMap<string, Partner>;
  readonly crowded: TurnPorts['crowded'];
}

export function createWork(ports: WorkPorts): Work {
  const parts = {
    ...ports,
    partners: new Map(ports.config.partners.map((partner) => [partner.domain, partner])),
    crowded: new Set<string>(),
  };
  return {
    route: (job, context) => lookUpRoutes(parts, job, context),
    edge: (job, context) => examineOneEdge(parts, job, context),
  };
}

/** Judges, and has looked at again soon what was found for the first time. A confirmation that is lost is the next slot's. */
async function judge({ store, partners, config, producer, world }: Parts, domains: readonly string[]): Promise<void> {
  const advanced = await judgePartners({ store, partners, hysteresis: config.hysteresis }, domains);
  const nowMs = world.clock.wall();
  for (const standing of advanced) {
    const partner = partners.get(standing.domain);
    const slot = partner === undefined ? null : confirmationOf(partner, standing);
    if (slot !== null && slot.slotMs > nowMs) await producer.addLater(slot, slot.slotMs - nowMs);
  }
}

/** Counts an examination while it runs, and how long each check of it took. */
async function measured<Evidence>(
  { own }: Parts,
  examine: () => Promise<Evidence>,
  observationsOf: (evidence: Evidence) => readonly Observation<unknown>[],
): Promise<Evidence> {
  own.probeStarted();
  try {
    const evidence = await examine();
    for (const { kind, steps } of observationsOf(evidence)) {
      if (steps.length > 0) own.checkTook(kind, steps.reduce((sum, step) => sum + step.tookMs, 0) / 1000);
    }
    return evidence;
  } finally {
    own.probeEnded();
  }
}

/** Each partner goes its own way to the end: a stuck or broken one holds nobody up. */
async function lookUpRoutes(parts: Parts, job: RouteJob, context: JobContext): Promise<void> {
  const { partners, world, own } = parts;
  const nowMs = world.clock.wall();
  const earliestMs = Math.min(nowMs, ...job.slots.map((slot) => slot.slotMs));
  own.jobWaited('route', (nowMs - earliestMs) / 1000);
  const known = job.slots.filter(({ domain }) => partners.has(domain));
  const inTime = known.filter(({ domain, slotMs }) => nowMs - slotMs <= (partners.get(domain)?.everyMs ?? 0));
  if (inTime.length < known.length) own.skippedLate(known.length - inTime.length);

  const errors = await eachInParallel(inTime, partnersAtOnce, async ({ domain, slotMs }) => {
    const partner = partners.get(domain);
    if (partner !== undefined) await lookUpRoute(parts, partner, slotMs, context);
  });
  // Being stopped or without a store puts the job back; then a bug in one partner's part shows again.
  const first = errors.find(putsBack) ?? errors[0];
  if (first !== undefined) throw first;
}

async function lookUpRoute(parts: Parts, partner: Partner, slotMs: number, context: JobContext): Promise<void> {
  const { store, producer } = parts;
  const route = await routeAt(parts, partner, slotMs, context);
  if (route === null) return;

  const judged = (await store.standings([partner.domain])).get(partner.domain);
  const windowMs = edgeWindowOf(partner, slotMs, judged?.slotMs ?? null);
  const missing = edgesMissing(route, windowMs, await store.edges(route.edges.map(edgeId)));
  if (missing.length === 0) {
    await judge(parts, [partner.domain]);
    return;
  }
  const claimed = await store.claimEdges(missing.map((edge) => ({ id: edgeId(edge), slotMs: windowMs })));
  const granted = new Set(claimed.map(({ id }) => id));
  // A worker that died may have claimed an edge and not added its job. The same job again is one job.
  const wanted = context.rerun ? missing : missing.filter((edge) => granted.has(edgeId(edge)));
  const { timeoutMs, everyMs } = partner;
  const jobs = wanted.map((edge): EdgeJob => ({ v: jobVersion, edge, slotMs: windowMs, timeoutMs, everyMs }));
  if (jobs.length > 0) await producer.addEdges(jobs, await waitsOf(parts, partner, jobs));
}

/** How long each of a partner's edge jobs rests: nobody who shares one of its edges may miss a slot by it. */
async function waitsOf(
  { store, partners }: Parts,
  { everyMs, timeoutMs }: Partner,
  jobs: readonly EdgeJob[],
): Promise<readonly number[]> {
  const later = jobs.slice(edgesAtOnce).map(({ edge }) => edgeId(edge));
  const listed = await Promise.all(later.map((id) => store.partnersOf(id)));
  const intervals = [...new Set(listed.flat())].map((domain) => partners.get(domain)?.everyMs ?? everyMs);
  const shortestMs = intervals.reduce((shortest, each) => Math.min(shortest, each), everyMs);
  return delaysMs(jobs.length, { everyMs: shortestMs, timeoutMs });
}

/** The route of this slot: looked up and kept, or found kept by an earlier run of the same job. Null: not ours to go on with. */
async function routeAt(
  parts: Parts,
  partner: Partner,
  slotMs: number,
  { rerun, signal }: JobContext,
): Promise<RouteEvidence | null> {
  const { store, settings, world } = parts;
  if (rerun) {
    const kept = (await store.routes([partner.domain])).get(partner.domain);
    if (kept !== undefined && kept.slotMs >= slotMs) return kept.slotMs === slotMs ? kept : null;
  }
  if (signal.aborted) throw new ShuttingDown('the process is stopping');
  const examine = (): Promise<RouteEvidence> => examineRoute(partner, slotMs, settings, { ...world, signal });
  const route = await measured(parts, examine, (evidence) => [evidence.observation]);
  return (await store.recordRoute(route, keptMs(partner.everyMs))) ? route : null;
}

async function examineOneEdge(parts: Parts, job: EdgeJob, context: JobContext): Promise<void> {
  const { store, settings, world, own, partners } = parts;
  const { edge, slotMs } = job;
  const waitedMs = Math.max(0, world.clock.wall() - context.enqueuedMs);
  own.jobWaited('edge', waitedMs / 1000);
  if (waitedMs > job.everyMs) {
    own.skippedLate(1);
    return;
  }
  const id = edgeId(edge);
  const listed = await store.partnersOf(id);
  // Everyone left it since the job was made: what it says is of no use, and would stay where nobody looks.
  if (listed.length === 0) return;
  const recordedMs = context.rerun ? ((await store.edges([id])).get(id)?.slotMs ?? -1) : -1;
  if (recordedMs > slotMs) return;
  if (recordedMs < slotMs) {
    const behind = listed.map((domain) => partners.get(domain)).filter((each) => each !== undefined);
    const { timeoutMs, keepMs } = termsOf(job, behind);
    const withinMs = job.everyMs - waitedMs;
    const asked = await inTurn(parts, edge, { slotMs, timeoutMs, withinMs }, async () => {
      const reach = { ...world, signal: context.signal };
      const examine = () => examineEdge(edge, slotMs, timeoutMs, settings, reach);
      const evidence = await measured(parts, examine, ({ observations }) => observations);
      await store.recordEdge(evidence, keepMs);
    });
    if (!asked) {
      own.skippedLate(1);
      return;
    }
  }
  await judge(parts, await store.partnersOf(id));
}
