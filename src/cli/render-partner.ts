import type { Change } from '../federation/change.ts';
import { edgeId } from '../federation/edge.ts';
import { eventRow } from '../http/api.ts';
import { baselineRow } from '../http/baseline-row.ts';
import { letterOf, pendingOf, type Viewpoint } from '../http/view.ts';
import { report, type CheckReport } from '../probe/report.ts';
import { review, reviewDrift } from '../probe/review.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import type { Io } from './io.ts';
import { letterHint } from './letter.ts';
import { clean, paintFor } from './paint.ts';
import { changeLines } from './render-changes.ts';
import { renderCheck } from './render-check.ts';
import { partnerSummary, sideOf } from './render-partners.ts';
import { instantInWords, shownReport } from './shown.ts';
import { labelled } from './words.ts';

/** The stored evidence judged again: the same report that `check` would have printed then. */
function latest(
  { published, route, edges, baseline }: PartnerSnapshot,
  { vantage, writer }: Viewpoint,
): CheckReport | null {
  if (route === null) return null;
  const evidence = new Map(edges.map((each) => [edgeId(each.edge), each]));
  const all = [route.observation, ...edges.flatMap((each) => each.observations)];
  const tookMs = all.flatMap((each) => each.steps).reduce((sum, step) => sum + step.tookMs, 0);
  const { partner } = published;
  const diagnosis = reviewDrift(review(route, evidence), baseline);
  return report({ partner, vantage, route, edges: evidence, diagnosis, tookMs, writer });
}

export function partnerObject(
  snapshot: PartnerSnapshot,
  nowMs: number,
  from: Viewpoint,
  changes: readonly Change[] = [],
) {
  const baseline = snapshot.baseline === null ? null : baselineRow(snapshot.baseline);
  const events = changes.map(eventRow);
  const examination = latest(snapshot, from);
  const letter = letterOf(snapshot, examination, from.writer);
  return { ...partnerSummary(snapshot, nowMs), letter, latest: examination, baseline, events };
}

/** Wide enough for the longest label. */
const labelWidth = 11;

/** What is published of a partner, what changed lately, then the latest examination behind it. */
export function renderPartner(
  snapshot: PartnerSnapshot,
  nowMs: number,
  from: Viewpoint,
  io: Pick<Io, 'colour' | 'columns'>,
  changes: readonly Change[] = [],
): string {
  const paint = paintFor(io.colour);
  const width = Math.max(60, Math.min(io.columns ?? 100, 120));
  const summary = clean(partnerSummary(snapshot, nowMs));
  const { state, since, lastGood, says, action, domain, name, tier, owner } = summary;
  const pending = pendingOf(snapshot);
  const examination = latest(snapshot, from);
  const letter = letterOf(snapshot, examination, from.writer);
  const row = (label: string, text: string | null): readonly string[] =>
    text === null ? [] : labelled(label, text, 2, width, labelWidth);
  const lines = [
    `${paint.strong(name === null ? domain : `${name} (${domain})`)}  ${state === 'healthy' ? paint.good(state) : paint.bad(state)}`,
    ...row('Tier', owner === null ? tier : `${tier}, looked after by ${owner}`),
    ...row('Since', since === null ? null : instantInWords(since)),
    ...row('Last good', lastGood === null ? null : instantInWords(lastGood)),
    ...row('Why', says),
    ...row('Side', sideOf(summary)),
    ...row('Next', action),
    ...row('Now', pending),
    ...row('Letter', letterHint(letter, `partners show ${domain}`)),
  ];
  const below =
    examination === null
      ? ''
      : `\nLatest examination\n${renderCheck(shownReport(examination, []), { paint, trace: true, live: false, columns: io.columns })}`;
  const story = changes.length === 0 ? [] : ['', 'Latest changes', ...changeLines(changes, width)];
  return `${[...lines, ...story].join('\n')}\n${below}`;
}
