import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import { asError } from '../net/progress.ts';
import { putsBack } from '../queue/put-back.ts';
import { gather, judge } from './judging.ts';
import type { Page } from './sent-book.ts';
import type { Company, Together } from './together.ts';
import type { WorkParts } from './work-parts.ts';

/** An edge that was examined, to be kept, and those to be judged by it. */
export interface Seen {
  readonly evidence: EdgeEvidence;
  readonly keepMs: number;
  /** What was sent to it; taken off when it was kept. */
  readonly page: Page;
  /** Who listed it when it was examined. */
  readonly listed: readonly string[];
}

/** Keeps what was seen and judges everyone who lists it. */
export type Commit = Together<Seen, true>;

/** Examinations that end at about the same time are kept in one trip. */
export const commitCompany: Company = { waitMs: 25, most: 40 };

/** So many partners are judged together, or all of one edge. */
const judgedTogether = 100;

/** Edges whose partners are judged together: a partner behind several of them is judged once. */
function groupsOf(all: readonly Seen[]): readonly (readonly Seen[])[] {
  const groups: Seen[][] = [];
  let partners = Infinity;
  for (const seen of all) {
    partners += seen.listed.length;
    if (partners > judgedTogether) {
      groups.push([]);
      partners = seen.listed.length;
    }
    groups.at(-1)?.push(seen);
  }
  return groups;
}

async function keep({ store }: WorkParts, { evidence, keepMs, page }: Seen): Promise<boolean | Error> {
  try {
    const isNewest = await store.recordEdge(evidence, keepMs, page.sent);
    page.sent = null;
    return isNewest;
  } catch (error) {
    return asError(error);
  }
}

async function judgeBehind(
  parts: WorkParts,
  some: readonly Seen[],
  fresh: ReadonlyMap<string, EdgeEvidence>,
): Promise<void> {
  const listed = [...new Set(some.flatMap((seen) => seen.listed))];
  // After they were kept: whoever is listed later finds them.
  const ids = some.map(({ evidence }) => edgeId(evidence.edge));
  const [now, gathered] = await Promise.all([parts.store.partnersOf(ids), gather(parts, listed)]);
  const joined = [...new Set([...now.values()].flat())].filter((domain) => !listed.includes(domain));
  try {
    await judge(parts, listed, { fresh, gathered });
  } finally {
    if (joined.length > 0) await judge(parts, joined);
  }
}

/** Keeps all of them, then judges. What goes wrong with one is told to whoever asked for it. */
export async function commitAll(parts: WorkParts, all: readonly Seen[]): Promise<readonly (true | Error)[]> {
  const kept = await Promise.all(all.map((seen) => keep(parts, seen)));
  const done = all.filter((_, at) => !(kept[at] instanceof Error));
  const newest = all.filter((_, at) => kept[at] === true);
  const fresh = new Map(newest.map(({ evidence }) => [edgeId(evidence.edge), evidence]));
  const wrong = new Map<Seen, Error>();
  for (const some of groupsOf(done)) {
    try {
      await judgeBehind(parts, some, fresh);
    } catch (error) {
      // Which of them it was, and what became of the others: each by itself. Without a store nobody has better luck.
      const alone = putsBack(error) || some.length === 1 ? [] : some;
      const outcomes = await Promise.allSettled(alone.map((seen) => judge(parts, seen.listed, { fresh })));
      for (const [at, seen] of some.entries()) {
        const outcome = outcomes[at];
        if (outcome?.status === 'fulfilled') continue;
        wrong.set(seen, asError(outcome === undefined ? error : outcome.reason));
      }
    }
  }
  return all.map((seen, at) => {
    const outcome = kept[at];
    return outcome instanceof Error ? outcome : (wrong.get(seen) ?? true);
  });
}
