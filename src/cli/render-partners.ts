import { byTrouble, explanationOf } from '../http/view.ts';
import { span } from '../http/words.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import type { Io } from './io.ts';
import { clean, paintFor } from './paint.ts';
import { table } from './table.ts';

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** One partner of the list as JSON. */
export function partnerSummary(snapshot: PartnerSnapshot, nowMs: number) {
  const { partner, state, sinceMs, standing } = snapshot.published;
  const { code, says, side, action } = explanationOf(snapshot, nowMs);
  return {
    domain: partner.domain,
    name: partner.name,
    state,
    tier: partner.tier,
    owner: partner.owner,
    profile: partner.profile,
    since: instant(sinceMs),
    examined: instant(standing?.examinedMs ?? null),
    code,
    says,
    side,
    action,
  };
}

/** Every partner, worst first, one object each. */
export function partnerLine(snapshot: Snapshot): readonly ReturnType<typeof partnerSummary>[] {
  return snapshot.partners.toSorted(byTrouble).map((each) => partnerSummary(each, snapshot.nowMs));
}

/** The list for a person: who is in trouble, since when, why, whose turn it is. */
export function renderPartners(snapshot: Snapshot, io: Pick<Io, 'colour' | 'columns'>): string {
  const rows = clean(partnerLine(snapshot)).map((each) => {
    const since =
      each.since === null
        ? '-'
        : `${each.since.slice(0, 16).replace('T', ' ')}Z (${span(snapshot.nowMs - Date.parse(each.since))})`;
    const quiet = each.state === 'healthy';
    return [each.state, each.domain, each.tier, since, each.side ?? '-', quiet ? '-' : each.says, each.action ?? '-'];
  });
  const counts = new Map<string, number>();
  for (const [state = ''] of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  const total = [...counts].map(([state, count]) => `${String(count)} ${state}`).join(', ');
  const heading = ['STATE', 'PARTNER', 'TIER', 'SINCE', 'SIDE', 'WHY', 'NEXT'];
  return `${table(heading, rows, paintFor(io.colour), io.columns)}${String(rows.length)} partners: ${total}\n`;
}
