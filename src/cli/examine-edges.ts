import { edgeId, endpointName, type Edge } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { stopsEdge, type Stops } from '../federation/stop.ts';
import type { Clock } from '../net/clock.ts';
import { withClearText } from '../probe/clear-text.ts';
import type { ExaminationSettings, World } from '../probe/examination.ts';
import { examineEdge, examineVersions } from '../probe/examine.ts';
import type { Writer } from '../probe/letter.ts';
import { report, type CheckReport } from '../probe/report.ts';
import { review } from '../probe/review.ts';
import type { TlsFacts } from '../probe/tls/facts.ts';
import { stoppedByUs } from './stopped.ts';

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

/** A partner whose route was looked up, in the time that is left of its examination. */
export interface Found {
  readonly partner: Partner;
  readonly route: RouteEvidence;
  /** Of its examination so far, milliseconds. */
  readonly spentMs: () => number;
}

/**
 * Examines the edges that partners lead to, each once, and reports; with `versions` each edge is asked afterwards which
 * TLS versions it takes. Rejects with UsageError for an edge that our configuration says not to ask.
 */
export function edgeExaminer(
  slotMs: number,
  { vantage, identity: writer, file = null, stops }: Examiner,
  settings: ExaminationSettings,
  world: World,
  versions: boolean,
): (found: Found) => Promise<CheckReport> {
  const edgeOf = sharedEdges(slotMs, settings, world);
  return async ({ partner, route: found, spentMs }) => {
    const leftMs = (): number => Math.max(0, partner.timeoutMs - spentMs());
    const look = (edges: readonly Edge[]): Promise<readonly EdgeEvidence[]> =>
      byThen(
        world.clock,
        leftMs(),
        edges.map((edge) => edgeOf(edge, partner.timeoutMs)),
      );
    const stopped = found.edges.find((edge) => stopsEdge(stops, edge));
    if (stopped !== undefined) throw stoppedByUs(endpointName(stopped), file);
    const { route, evidence } = await inClearTextToo(found, await look(found.edges), look);
    const whole = versions ? await withVersions(evidence, leftMs(), world) : evidence;
    const edges = new Map(whole.map((each) => [edgeId(each.edge), each]));
    return report({ partner, vantage, route, edges, diagnosis: review(route, edges), tookMs: spentMs(), writer });
  };
}
