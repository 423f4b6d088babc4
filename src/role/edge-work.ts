import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import { isFarAhead } from '../federation/slot.ts';
import { stopsEdge } from '../federation/stop.ts';
import { examineEdge } from '../probe/examine.ts';
import { ledgerEntryOf } from '../probe/ledger.ts';
import { heldNow, restrained } from '../probe/restraint.ts';
import { troublesOfEdge } from '../probe/review.ts';
import { recordingNow, withRecord } from '../probe/tls/recording.ts';
import type { JobContext } from '../queue/consumer.ts';
import type { EdgeJob } from '../queue/job.ts';
import type { Gathered } from './advance.ts';
import { gather, judge } from './judging.ts';
import { apart, mostDeaths, quarantined } from './poison.ts';
import type { Page } from './sent-book.ts';
import { termsOf } from './terms.ts';
import { inTurn } from './turn.ts';
import { lateMs, measured, sureOfClock, type WorkParts } from './work-parts.ts';

/** One edge for all partners behind it: examined in its turn, kept, and everyone who lists it judged. */
export async function examineOneEdge(parts: WorkParts, job: EdgeJob, context: JobContext): Promise<void> {
  const { store, world, own } = parts;
  const { edge, slotMs } = job;
  const nowMs = world.clock.wall();
  // Stamped by the clock of whoever added it: if that was set back meanwhile, it says hours. Before its window none is added.
  const waitedMs = Math.max(0, nowMs - Math.max(context.enqueuedMs, slotMs));
  const isLate = waitedMs > lateMs(job.everyMs, context) || isFarAhead(slotMs, nowMs);
  if (isLate) sureOfClock(parts);
  own.jobWaited('edge', waitedMs / 1000);
  if (isLate) {
    own.skippedLate(1);
    return;
  }
  if (stopsEdge(parts.config.politeness?.stops, edge)) {
    own.withheld(1);
    return;
  }
  const id = edgeId(edge);
  if (context.deaths >= mostDeaths) return quarantined(parts, 'edge', id, nowMs);
  const [out, listed, known] = await Promise.all([
    parts.shared.quarantined(nowMs),
    store.partnersOf(id),
    store.edges([id]),
  ]);
  if (out.has(id)) return;
  apart(parts.suspects, `${id}@${String(slotMs)}`, context.deaths);
  // Everyone left it since the job was made: what it says is of no use, and would stay where nobody looks.
  if (listed.length === 0) return;
  const last = known.get(id) ?? null;
  const kept = context.rerun ? (last?.slotMs ?? -1) : -1;
  const recordedMs = isFarAhead(kept, world.clock.wall()) ? -1 : kept;
  if (recordedMs > slotMs) return;
  if (recordedMs === slotMs) return judge(parts, listed);
  const seen = await examineAndKeep(parts, job, context, { listed, last, waitedMs });
  if (seen === null) return;
  const { fresh, gathered, joined } = seen;
  try {
    await judge(parts, listed, { fresh, gathered });
  } finally {
    if (joined.length > 0) await judge(parts, joined);
  }
}

interface Known {
  /** The domains of all who list the edge. */
  readonly listed: readonly string[];
  /** What was seen of it before. */
  readonly last: EdgeEvidence | null;
  readonly waitedMs: number;
}

/** What was seen, if it is the newest, what there is to judge of those who listed the edge, and who came to it meanwhile. */
interface Seen {
  readonly fresh: ReadonlyMap<string, EdgeEvidence>;
  readonly gathered: Gathered;
  readonly joined: readonly string[];
}

/** Null: nothing was kept, because its turn did not come in time or because what failed may be ours. */
function examineAndKeep(parts: WorkParts, job: EdgeJob, context: JobContext, known: Known): Promise<Seen | null> {
  return parts.sentBook.keeping(edgeId(job.edge), (page) => examineOn(page, parts, job, context, known));
}

async function examineOn(
  page: Page,
  parts: WorkParts,
  job: EdgeJob,
  context: JobContext,
  { listed, last, waitedMs }: Known,
): Promise<Seen | null> {
  const { store, settings, world, own, partners, eyes } = parts;
  const { edge, slotMs, everyMs } = job;
  const behind = listed.map((domain) => partners.get(domain)).filter((each) => each !== undefined);
  const { timeoutMs, keepMs } = termsOf(job, behind);
  const nowMs = world.clock.wall();
  const arrivedMs = world.clock.monotonic();
  const held = heldNow(last, nowMs);
  const look = { quiet: held !== null, record: recordingNow(last, nowMs) };
  const examine = async (): Promise<EdgeEvidence> => {
    const reach = { ...world, signal: context.signal };
    const seen = await examineEdge(edge, slotMs, timeoutMs, settings, reach, look);
    page.sent = ledgerEntryOf(seen, settings.sip, parts.vantage, held);
    return seen;
  };
  // Its turn is taken where it connects at once: waiting before that, the next one would come too soon after it.
  const fresh = await parts.connects.run(() => {
    const withinMs = lateMs(everyMs, context) - waitedMs - Math.round(world.clock.monotonic() - arrivedMs);
    const plan = { slotMs, everyMs, timeoutMs, withinMs: Math.max(0, withinMs) };
    return inTurn(parts, edge, plan, () => measured(parts, examine, ({ observations }) => observations));
  });
  if (fresh === null) {
    own.skippedLate(1);
    return null;
  }
  const evidence = restrained(withRecord(fresh, last), last, held);
  const troubles = troublesOfEdge(evidence);
  await eyes.hearEdge({ evidence, troubles, before: last, listed });
  const ofLookout = listed.some((domain) => eyes.lookouts.has(domain));
  if (!ofLookout && troubles.length > 0 && !(await eyes.allow(evidence.observations, context.signal))) return null;
  const id = edgeId(edge);
  const isNewest = await store.recordEdge(evidence, keepMs, page.sent);
  page.sent = null;
  // After it was kept: whoever is listed later finds it.
  const [now, gathered] = await Promise.all([store.partnersOf(id), gather(parts, listed)]);
  const joined = now.filter((domain) => !listed.includes(domain));
  return { fresh: new Map(isNewest ? [[id, evidence]] : []), gathered, joined };
}
