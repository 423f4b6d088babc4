import { edgeId } from '../federation/edge.ts';
import type { EdgeEvidence } from '../federation/observation.ts';
import { isFarAhead } from '../federation/slot.ts';
import { stopsEdge } from '../federation/stop.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { asError } from '../net/progress.ts';
import { examineEdge } from '../probe/examine.ts';
import { ledgerEntryOf } from '../probe/ledger.ts';
import { heldNow, restrained } from '../probe/restraint.ts';
import { troublesOfEdge } from '../probe/review.ts';
import { recordingNow, withRecord } from '../probe/tls/recording.ts';
import type { JobContext } from '../queue/consumer.ts';
import type { EdgeJob, EdgeSlot } from '../queue/job.ts';
import { NotYet, putsBack } from '../queue/put-back.ts';
import type { Seen } from './commits.ts';
import { judge } from './judging.ts';
import { apart, mostDeaths, quarantined } from './poison.ts';
import type { Page } from './sent-book.ts';
import { termsOf } from './terms.ts';
import { inTurn } from './turn.ts';
import { lateMs, measured, sureOfClock, type WorkParts } from './work-parts.ts';

/** A slot of the job, and how long it has waited. */
interface Due {
  readonly slot: EdgeSlot;
  readonly id: string;
  readonly waitedMs: number;
}

/** What is known of an edge before it is examined. */
interface Known {
  /** The domains of all who list the edge. */
  readonly listed: readonly string[];
  /** What was seen of it before. */
  readonly last: EdgeEvidence | null;
}

/**
 * Examines the edges of a job, each by itself: what hangs or breaks holds no other up. One whose turn has not come goes
 * back to the queue alone; what was begun before and left unfinished goes on one by one, so that nobody suffers for another.
 */
export async function examineEdges(parts: WorkParts, job: EdgeJob, context: JobContext): Promise<void> {
  const { store, world } = parts;
  const isSeveral = job.slots.length > 1;
  const nowMs = world.clock.wall();
  if (isSeveral && context.rerun) return oneByOne(parts, job, context);
  const due = inTime(parts, job, context);
  const [first] = due;
  if (first === undefined) return;
  const deaths = context.deaths + (first.slot.deaths ?? 0);
  if (deaths >= mostDeaths) return quarantined(parts, 'edge', first.id, nowMs);
  const ids = due.map(({ id }) => id);
  const [out, listed, known] = await Promise.all([
    parts.shared.quarantined(nowMs),
    store.partnersOf(ids),
    store.edges(ids),
  ]);
  const wanted = due.filter(({ id }) => !out.has(id));
  if (wanted.length === 0) return;
  apart(parts.suspects, `${first.id}@${String(first.slot.slotMs)}`, deaths);
  const one = (each: Due): Promise<void> =>
    examineOne(parts, each, context, { listed: listed.get(each.id) ?? [], last: known.get(each.id) ?? null });
  const ended = await Promise.allSettled(
    wanted.map((each) =>
      one(each).catch((error: unknown) => (isSeveral ? putBack(parts, each, error) : Promise.reject(asError(error)))),
    ),
  );
  const errors = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (errors.length > 0) throw errors.find((error) => putsBack(error) || error instanceof NotYet) ?? errors[0];
}

/** Of what was begun nobody knows what was done: each looks for itself. */
async function oneByOne(parts: WorkParts, { slots }: EdgeJob, context: JobContext): Promise<void> {
  sureOfClock(parts);
  const { enqueuedMs, deaths, urgent } = context;
  const died = deaths > 0 ? { deaths } : {};
  for (const slot of slots) {
    await parts.producer.addEdges(
      [{ ...slot, sinceMs: slot.sinceMs ?? enqueuedMs, again: 'left', ...died }],
      [0],
      urgent,
    );
  }
}

/** Who died with others has been left by a dead worker, too. */
const mostWaitMs = ({ everyMs, deaths = 0 }: EdgeSlot, { orphaned }: JobContext): number =>
  lateMs(everyMs, { orphaned: orphaned || deaths > 0 });

/** The slots of a job that are not late and may be examined. */
function inTime(parts: WorkParts, { slots }: EdgeJob, context: JobContext): readonly Due[] {
  const { own, world, config } = parts;
  const nowMs = world.clock.wall();
  const all = slots.map((slot): Due => {
    // Stamped by the clock of whoever added it: if that was set back meanwhile, it says hours. Before its window none is added.
    const waitedMs = Math.max(0, nowMs - Math.max(slot.sinceMs ?? context.enqueuedMs, slot.slotMs));
    return { slot, id: edgeId(slot.edge), waitedMs };
  });
  const [late, rest] = [all.filter((each) => isLate(each)), all.filter((each) => !isLate(each))];
  function isLate({ slot, waitedMs }: Due): boolean {
    return waitedMs > mostWaitMs(slot, context) || isFarAhead(slot.slotMs, nowMs);
  }
  if (late.length > 0) sureOfClock(parts);
  own.jobWaited('edge', Math.max(...all.map(({ waitedMs }) => waitedMs)) / 1000);
  if (late.length > 0) own.skippedLate(late.length);
  const open = rest.filter(({ slot }) => !stopsEdge(config.politeness?.stops, slot.edge));
  if (open.length < rest.length) own.withheld(rest.length - open.length);
  return open;
}

/** One of several whose turn has not come waits for it in a job of its own, with its place in the row. */
async function putBack(
  { producer, world, doubted }: WorkParts,
  { slot, waitedMs }: Due,
  error: unknown,
): Promise<void> {
  // By a clock that is wrong it would rest until nobody knows when: the whole job goes back, by the right one.
  if (!(error instanceof NotYet) || doubted?.() === true) throw error;
  await producer.addEdges([{ ...slot, sinceMs: world.clock.wall() - waitedMs }], [Math.max(1, error.afterMs)]);
}

/** One edge for all partners behind it: examined in its turn, kept, and everyone who lists it judged. */
async function examineOne(parts: WorkParts, due: Due, context: JobContext, known: Known): Promise<void> {
  const { slotMs } = due.slot;
  const { listed, last } = known;
  // Everyone left it since the job was made: what it says is of no use, and would stay where nobody looks.
  if (listed.length === 0) return;
  const recordedMs = context.rerun || due.slot.again !== undefined ? recordedIn(parts, last) : -1;
  if (recordedMs > slotMs) return;
  if (recordedMs === slotMs) return judge(parts, listed);
  await parts.sentBook.keeping(due.id, async (page) => {
    const seen = await examineOn(page, parts, due, context, known);
    if (seen !== null) await parts.commit(seen);
  });
}

/** The slot of what is recorded of an edge; -1: nothing that counts. */
function recordedIn({ world }: WorkParts, last: EdgeEvidence | null): number {
  return last === null || isFarAhead(last.slotMs, world.clock.wall()) ? -1 : last.slotMs;
}

/** Null: nothing is kept, because its turn did not come in time or because what failed may be ours. */
async function examineOn(
  page: Page,
  parts: WorkParts,
  { slot, id, waitedMs }: Due,
  context: JobContext,
  { listed, last }: Known,
): Promise<Seen | null> {
  const { store, settings, world, own, partners, eyes } = parts;
  const { edge, slotMs, everyMs } = slot;
  const behind = listed.map((domain) => partners.get(domain)).filter((each) => each !== undefined);
  const { timeoutMs, keepMs } = termsOf(slot, behind);
  const { urgent } = context;
  const arrivedMs = world.clock.monotonic();
  const held = heldNow(last, world.clock.wall());
  const look = { quiet: held !== null, record: recordingNow(last, world.clock.wall()) };
  const examine = async (): Promise<EdgeEvidence> => {
    const reach = { ...world, signal: context.signal };
    const seen = await examineEdge(edge, slotMs, timeoutMs, settings, reach, look);
    page.sent = ledgerEntryOf(seen, settings.sip, parts.vantage, held);
    return seen;
  };
  const goOn = (): void => {
    if (context.signal.aborted) throw new ShuttingDown('the process is stopping');
  };
  const isDone = async (): Promise<boolean> =>
    slot.again !== undefined && recordedIn(parts, (await store.edges([id])).get(id) ?? null) >= slotMs;
  const atStart = async (): Promise<EdgeEvidence | 'done' | null> => {
    goOn();
    const withinMs = mostWaitMs(slot, context) - waitedMs - Math.round(world.clock.monotonic() - arrivedMs);
    if (withinMs < 0) return null;
    // Who may not be the only one has no turn in common with the other.
    const asker = slot.again === 'asked' ? { asker: 'again' } : {};
    return inTurn(parts.turns, edge, { slotMs, everyMs, timeoutMs, withinMs, ...asker }, async (begins) => {
      if (await isDone()) return 'done';
      return parts.connects.run(async () => {
        goOn();
        await begins();
        return measured(parts, examine, ({ observations }) => observations);
      }, urgent);
    });
  };
  const fresh = await parts.lanes.run(() => parts.starts.run(atStart, urgent), urgent);
  if (fresh === null) {
    own.skippedLate(1);
    return null;
  }
  if (fresh === 'done') {
    await judge(parts, listed);
    return null;
  }
  const evidence = restrained(withRecord(fresh, last), last, held);
  const troubles = troublesOfEdge(evidence);
  await eyes.hearEdge({ evidence, troubles, before: last, listed });
  const ofLookout = listed.some((domain) => eyes.lookouts.has(domain));
  if (!ofLookout && troubles.length > 0 && !(await eyes.allow(evidence.observations, context.signal))) return null;
  return { evidence, keepMs, page, listed };
}
