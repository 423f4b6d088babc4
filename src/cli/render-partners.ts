import type { Blindness } from '../federation/blindness.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import { sideInWords } from '../federation/side.ts';
import { isBroken, type PartnerState } from '../federation/state.ts';
import { ownWords } from '../http/own-rows.ts';
import { paceNow } from '../http/pace-words.ts';
import { byTrouble, explanationOf, type Explanation } from '../http/view.ts';
import { span, utc } from '../http/words.ts';
import { causeReport } from '../probe/report.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { clean, paintFor, type Paint } from './paint.ts';
import { labelled } from './words.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** One partner of the list as JSON. */
export function partnerSummary(snapshot: PartnerSnapshot, nowMs: number) {
  const { partner, state, sinceMs, standing } = snapshot.published;
  const { code, says, side, confidence, action } = explanationOf(snapshot, nowMs);
  return {
    domain: partner.domain,
    name: partner.name,
    state,
    tier: partner.tier,
    owner: partner.owner,
    profile: partner.profile,
    since: instant(sinceMs),
    examined: instant(standing?.examinedMs ?? null),
    intervalMs: partner.everyMs,
    pace: paceNow(snapshot.published, nowMs),
    lastGood: instant(standing?.lastGoodMs ?? null),
    code,
    says,
    side,
    confidence,
    action,
  };
}

/** Whose side it is and how sure that is, in words; null when there is nothing to be on a side of. */
export function sideOf({ side, confidence }: Pick<Explanation, 'side' | 'confidence'>): string | null {
  return side === null ? null : sideInWords(side, confidence ?? 'open');
}

/** Every partner, worst first, one object each. */
export function partnerLine(snapshot: Snapshot): readonly ReturnType<typeof partnerSummary>[] {
  return snapshot.partners.toSorted(byTrouble).map((each) => partnerSummary(each, snapshot.nowMs));
}

/** The list for a person: a line each; under a partner in trouble why, whose side and what to do, wrapped to the screen. */
export function renderPartners(snapshot: Snapshot, io: Pick<Io, 'colour' | 'columns'>): string {
  const paint = paintFor(io.colour);
  const partners = clean(partnerLine(snapshot));
  const widest = Math.max(0, ...partners.map(({ domain }) => domain.length));
  const width = Math.min(io.columns ?? 120, 120);
  const lines = partners.flatMap((each): readonly string[] => {
    const state = stateColumn(each.state, paint);
    const head = `${state}  ${paint.strong(each.domain.padEnd(widest))}  ${each.tier}${sinceWords(each.since, snapshot.nowMs)}`;
    if (each.state === 'healthy') return [head];
    const side = sideOf(each);
    const whose = side === null ? [] : labelled('Side', side, indent, width);
    const next = each.action === null ? [] : labelled('Next', each.action, indent, width);
    return [head, ...labelled('Why', each.says, indent, width), ...whose, ...next];
  });
  const blind = (snapshot.sight?.blind ?? []).flatMap((each) => blindLines(each, paint, width));
  const counts = new Map<string, number>();
  for (const { state } of partners) counts.set(state, (counts.get(state) ?? 0) + 1);
  const total = [...counts].map(([state, count]) => `${String(count)} ${state}`).join(', ');
  const ours = ownLines(snapshot, paint, width);
  const shared = (snapshot.causes ?? []).flatMap((each) => causeLines(each, paint, width));
  return [...blind, ...ours, ...shared, ...lines, `${String(partners.length)} partners: ${total}`, ''].join('\n');
}

/** That a vantage does not see stands before everything else: what follows is not about partners. */
function blindLines({ vantage, sinceMs, cause }: Blindness, paint: Paint, width: number): readonly string[] {
  const { title, summary, side, confidence, action } = causeReport(cause);
  return [
    paint.bad(`${title} (from ${vantage}, since ${utc(sinceMs)})`),
    ...labelled('Why', clean(summary), indent, width),
    ...labelled('Side', sideInWords(side, confidence), indent, width),
    ...labelled('Next', action, indent, width),
    '',
  ];
}

/** What partners share that fail: one call instead of many. That we do not see is said already. */
function causeLines({ kind, finding, sinceMs, members }: ShownCause, paint: Paint, width: number): readonly string[] {
  if (kind === 'canary') return [];
  const { title, summary, side, confidence, action } = causeReport(finding);
  const named = members.slice(0, mostNamed).join(', ');
  const more = members.length > mostNamed ? `, and ${String(members.length - mostNamed)} more` : '';
  return [
    paint.bad(`${title} (since ${utc(sinceMs)})`),
    ...labelled('Why', clean(summary), indent, width),
    ...labelled('Side', sideInWords(side, confidence), indent, width),
    ...labelled('Next', action, indent, width),
    ...(members.length === 0 ? [] : labelled('Who', clean(`${named}${more}`), indent, width)),
    '',
  ];
}

/** What is wrong with our own certificates, in a line: it explains many a partner that refuses us. */
function ownLines({ own }: Snapshot, paint: Paint, width: number): readonly string[] {
  const words = clean(ownWords(own));
  const [first] = words;
  if (first === undefined) return [];
  const more = words.length === 1 ? '' : ` (and ${String(words.length - 1)} more)`;
  const text = `${first.subject}: ${first.summary}${more} Type: ${commandName()} check --self`;
  const colour = first.severity === 'fail' ? 'bad' : 'warning';
  return [...labelled('Ours', text, 0, width).map((line) => paint[colour](line)), ''];
}

/** So many members of a cause are named. */
const mostNamed = 20;

/** The details of a partner stand under its domain. */
const stateWidth = 13;
const indent = stateWidth + 2;

function stateColumn(state: PartnerState, paint: Paint): string {
  const text = state.padEnd(stateWidth);
  if (state === 'healthy') return paint.good(text);
  if (isBroken(state)) return paint.bad(text);
  return state === 'degraded' ? paint.warning(text) : paint.faint(text);
}

function sinceWords(since: string | null, nowMs: number): string {
  if (since === null) return '';
  return `, since ${since.slice(0, 16).replace('T', ' ')} UTC (${span(nowMs - Date.parse(since))})`;
}
