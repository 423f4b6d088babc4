import { sideInWords } from '../federation/side.ts';
import { isBroken, type PartnerState } from '../federation/state.ts';
import { byTrouble, explanationOf, type Explanation } from '../http/view.ts';
import { span } from '../http/words.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import type { Io } from './io.ts';
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
  const counts = new Map<string, number>();
  for (const { state } of partners) counts.set(state, (counts.get(state) ?? 0) + 1);
  const total = [...counts].map(([state, count]) => `${String(count)} ${state}`).join(', ');
  return [...lines, `${String(partners.length)} partners: ${total}`, ''].join('\n');
}

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
