import type { Partner } from '../federation/partner.ts';
import type { ExaminationSettings, World } from '../probe/examination.ts';
import { examineRoute } from '../probe/examine-route.ts';
import type { CheckReport } from '../probe/report.ts';
import type { Examiner, Found } from './examine-edges.ts';

const atOnce = 8;

/** A world of which a part may still have to be loaded before connections are made. */
export interface LateWorld extends World {
  ready?(): Promise<void>;
}

/** Loads what connections and judgement need. It holds the loop up for a moment, so it is never done inside of a step. */
async function loaded(world: LateWorld) {
  const [{ edgeExaminer }] = await Promise.all([import('./examine-edges.ts'), world.ready?.()]);
  return edgeExaminer;
}

/**
 * Examines the partners now, at most eight at once, the edges of each (at most 32) together. Steps have the same budgets
 * as in the service, and a partner's timeout covers its whole examination: an edge that is not done by then is not
 * proven. With `versions` each edge is asked afterwards which TLS versions it takes, in the time that is left. `done` hears of every report in the order of the partners. Rejects with
 * ShuttingDown, with UsageError for an edge that our configuration says not to ask, or for a bug.
 */
export async function examineAll(
  partners: readonly Partner[],
  examiner: Examiner,
  settings: ExaminationSettings,
  world: LateWorld,
  done: (report: CheckReport) => void,
  versions = false,
): Promise<readonly CheckReport[]> {
  const slotMs = world.clock.wall();
  const { clock } = world;
  let loading: Promise<(found: Found) => Promise<CheckReport>> | null = null;
  const edges = (): Promise<(found: Found) => Promise<CheckReport>> =>
    (loading ??= loaded(world).then((make) => make(slotMs, examiner, settings, world, versions)));
  // Of several partners one is still asking when another has its route, and a server of TLS is asked over what is loaded.
  if (partners.length > 1 || settings.dns.servers.some(({ tls }) => tls !== undefined)) await edges();

  const examine = async (partner: Partner): Promise<CheckReport> => {
    const startedMs = clock.monotonic();
    const route = await examineRoute(partner, slotMs, settings, world);
    const askedMs = clock.monotonic() - startedMs;
    const examineEdges = await edges();
    const resumedMs = clock.monotonic();
    return examineEdges({ partner, route, spentMs: () => askedMs + clock.monotonic() - resumedMs });
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
