import { edgeId, endpointName, type Edge } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { examineEdge, examineRoute, examineVersions, type ExaminationSettings, type World } from '../probe/examine.ts';
import { stopsEdge, type Stops } from '../federation/stop.ts';
import type { Clock } from '../net/clock.ts';
import type { Writer } from '../probe/letter.ts';
import { withClearText } from '../probe/clear-text.ts';
import { report, type CheckReport } from '../probe/report.ts';
import { review } from '../probe/review.ts';
import type { TlsFacts } from '../probe/tls/facts.ts';
import { stoppedByUs } from './stopped.ts';

const atOnce = 8;

/** Where we examine from, and in whose name. */
export interface Examiner {
  readonly vantage: string;
  readonly identity: Writer;
  /** The configuration by which something may be stopped. */
  readonly file?: string | null;
  readonly stops?: Stops;
}

/** Examines one edge once, however many partners lead to it. */
function sharedEdges(slotMs: number, settings: ExaminationSettings, world: World) {
  const examined = new Map<string, Promise<EdgeEvidence>>();
  return (edge: EdgeEvidence['edge'], timeoutMs: number): Promise<EdgeEvidence> => {
    const id = edgeId(edge);
    const evidence = examined.get(id) ?? examineEdge(edge, slotMs, timeoutMs, settings, world, { record: 'asked' });
    examined.set(id, evidence);
    return evidence;
  };
}

/** The evidence with what each edge said about TLS versions; an edge that could not be asked in time is left as it was. */
async function withVersions(
  evidence: readonly EdgeEvidence[],
  leftMs: number,
  world: World,
): Promise<readonly EdgeEvidence[]> {
  const tried = evidence.filter(({ observations }) => observations.some(({ kind }) => kind === 'tls'));
  const asked = tried.map(async (each) => ({ each, versions: await examineVersions(each.edge, leftMs, world) }));
  const heard = new Map((await byThen(world.clock, leftMs, asked)).map(({ each, versions }) => [each, versions]));
  return evidence.map((each) => {
    const versions = heard.get(each);
    if (versions === undefined) return each;
    const observations = each.observations.map((seen) =>
      seen.kind === 'tls' ? { ...seen, facts: { ...(seen.facts as TlsFacts), versions } } : seen,
    );
    return { ...each, observations };
  });
}

/** What has come of these after `ms`; what is still under way is left out. */
async function byThen<T>(clock: Clock, ms: number, under: readonly Promise<T>[]): Promise<readonly T[]> {
  const done: T[] = [];
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  const all = Promise.all(under.map(async (each) => void done.push(await each)));
  await Promise.race([all, late]);
  cancel();
  return done;
}

/** What the service does from slot to slot: where TLS was not spoken, TCP is tried, then UDP. */
async function inClearTextToo(
  route: RouteEvidence,
  evidence: readonly EdgeEvidence[],
  look: (edges: readonly Edge[]) => Promise<readonly EdgeEvidence[]>,
): Promise<{ readonly route: RouteEvidence; readonly evidence: readonly EdgeEvidence[] }> {
  const wider = withClearText(route, new Map(evidence.map((each) => [edgeId(each.edge), each])));
  if (wider === route) return { route, evidence };
  const more = wider.edges.filter((edge) => !route.edges.includes(edge));
  return inClearTextToo(wider, [...evidence, ...(await look(more))], look);
}

/**
 * Examines the partners now, at most eight at once, the edges of each (at most 32) together. Steps have the same budgets
 * as in the service, and a partner's timeout covers its whole examination: an edge that is not done by then is not
 * proven. With `versions` each edge is asked afterwards which TLS versions it takes, in the time that is left. `done` hears of every report in the order of the partners. Rejects with
 * ShuttingDown, with UsageError for an edge that our configuration says not to ask, or for a bug.
 */
export async function examineAll(
  partners: readonly Partner[],
  { vantage, identity: writer, file = null, stops }: Examiner,
  settings: ExaminationSettings,
  world: World,
  done: (report: CheckReport) => void,
  versions = false,
): Promise<readonly CheckReport[]> {
  const slotMs = world.clock.wall();
  const edgeOf = sharedEdges(slotMs, settings, world);

  const examine = async (partner: Partner): Promise<CheckReport> => {
    const startedMs = world.clock.monotonic();
    const leftMs = (): number => Math.max(0, partner.timeoutMs - (world.clock.monotonic() - startedMs));
    const look = (edges: readonly Edge[]): Promise<readonly EdgeEvidence[]> =>
      byThen(
        world.clock,
        leftMs(),
        edges.map((edge) => edgeOf(edge, partner.timeoutMs)),
      );
    const found = await examineRoute(partner, slotMs, settings, world);
    const stopped = found.edges.find((edge) => stopsEdge(stops, edge));
    if (stopped !== undefined) throw stoppedByUs(endpointName(stopped), file);
    const { route, evidence } = await inClearTextToo(found, await look(found.edges), look);
    const whole = versions ? await withVersions(evidence, leftMs(), world) : evidence;
    const edges = new Map(whole.map((each) => [edgeId(each.edge), each]));
    const tookMs = world.clock.monotonic() - startedMs;
    return report({ partner, vantage, route, edges, diagnosis: review(route, edges), tookMs, writer });
  };

  const reports: CheckReport[] = [];
  const ready = new Map<number, CheckReport>();
  const waiting = [...partners.entries()].values();
  const work = async (): Promise<void> => {
    for (const [at, partner] of waiting) {
      ready.set(at, await examine(partner));
      for (let next = ready.get(reports.length); next !== undefined; next = ready.get(reports.length)) {
        reports.push(next);
        done(next);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, partners.length) }, work));
  return reports;
}
