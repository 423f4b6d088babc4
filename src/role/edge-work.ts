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
import { judge } from './judging.ts';
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
  if ((await parts.shared.quarantined(nowMs)).has(id)) return;
  apart(parts.suspects, `${id}@${String(slotMs)}`, context.deaths);
  const listed = await store.partnersOf(id);
  // Everyone left it since the job was made: what it says is of no use, and would stay where nobody looks.
  if (listed.length === 0) return;
  const last = (await store.edges([id])).get(id) ?? null;
  const kept = context.rerun ? (last?.slotMs ?? -1) : -1;
  const recordedMs = isFarAhead(kept, world.clock.wall()) ? -1 : kept;
  if (recordedMs > slotMs) return;
  if (recordedMs < slotMs && !(await examineAndKeep(parts, job, context, { listed, last, waitedMs }))) return;
  await judge(parts, await store.partnersOf(id));
}

interface Known {
  /** The domains of all who list the edge. */
  readonly listed: readonly string[];
  /** What was seen of it before. */
  readonly last: EdgeEvidence | null;
  readonly waitedMs: number;
}

/** False: nothing was kept, because its turn did not come in time or because what failed may be ours. */
function examineAndKeep(parts: WorkParts, job: EdgeJob, context: JobContext, known: Known): Promise<boolean> {
  return parts.sentBook.keeping(edgeId(job.edge), (page) => examineOn(page, parts, job, context, known));
}

async function examineOn(
  page: Page,
  parts: WorkParts,
  job: EdgeJob,
  context: JobContext,
  { listed, last, waitedMs }: Known,
): Promise<boolean> {
  const { store, settings, world, own, partners, eyes } = parts;
  const { edge, slotMs, everyMs } = job;
  const behind = listed.map((domain) => partners.get(domain)).filter((each) => each !== undefined);
  const { timeoutMs, keepMs } = termsOf(job, behind);
  const withinMs = lateMs(everyMs, context) - waitedMs;
  const nowMs = world.clock.wall();
  const held = heldNow(last, nowMs);
  const look = { quiet: held !== null, record: recordingNow(last, nowMs) };
  const fresh = await inTurn(parts, edge, { slotMs, everyMs, timeoutMs, withinMs }, () => {
    const reach = { ...world, signal: context.signal };
    const examine = async (): Promise<EdgeEvidence> => {
      const seen = await examineEdge(edge, slotMs, timeoutMs, settings, reach, look);
      page.sent = ledgerEntryOf(seen, settings.sip, parts.vantage, held);
      return seen;
    };
    return measured(parts, examine, ({ observations }) => observations);
  });
  if (fresh === null) {
    own.skippedLate(1);
    return false;
  }
  const evidence = restrained(withRecord(fresh, last), last, held);
  const troubles = troublesOfEdge(evidence);
  await eyes.hearEdge({ evidence, troubles, before: last, listed });
  const ofLookout = listed.some((domain) => eyes.lookouts.has(domain));
  if (!ofLookout && troubles.length > 0 && !(await eyes.allow(evidence.observations, context.signal))) return false;
  await store.recordEdge(evidence, keepMs, page.sent);
  page.sent = null;
  return true;
}
