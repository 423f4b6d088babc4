import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import type { Partner } from '../federation/partner.ts';
import { examineEdge, examineRoute, type ExaminationSettings, type World } from '../probe/examine.ts';
import { report, type CheckReport } from '../probe/report.ts';
import { review } from '../probe/review.ts';

const atOnce = 8;

/** Examines one edge once, however many partners lead to it. */
function sharedEdges(slotMs: number, settings: ExaminationSettings, world: World) {
  const examined = new Map<string, Promise<EdgeEvidence>>();
  return (edge: EdgeEvidence['edge'], timeoutMs: number): Promise<EdgeEvidence> => {
    const id = edgeId(edge);
    const evidence = examined.get(id) ?? examineEdge(edge, slotMs, timeoutMs, settings, world);
    examined.set(id, evidence);
    return evidence;
  };
}

/**
 * Examines the partners now, at most eight at once. A partner's timeout covers all of it: half for its route, half for
 * its edges (at most 32), which are examined together. `done` hears of every report in the order of the partners.
 * Rejects only with ShuttingDown or for a bug.
 */
export async function examineAll(
  partners: readonly Partner[],
  vantage: string,
  settings: ExaminationSettings,
  world: World,
  done: (report: CheckReport) => void,
): Promise<readonly CheckReport[]> {
  const slotMs = world.clock.wall();
  const edgeOf = sharedEdges(slotMs, settings, world);

  const examine = async (partner: Partner): Promise<CheckReport> => {
    const startedMs = world.clock.monotonic();
    const timeoutMs = partner.timeoutMs / 2;
    const route = await examineRoute({ ...partner, timeoutMs }, slotMs, settings, world);
    const evidence = await Promise.all(route.edges.map((edge) => edgeOf(edge, timeoutMs)));
    const edges = new Map(evidence.map((each) => [edgeId(each.edge), each]));
    const tookMs = world.clock.monotonic() - startedMs;
    return report({ partner, vantage, route, edges, diagnosis: review(route, edges), tookMs });
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
