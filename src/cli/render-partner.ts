import type { Change } from '../federation/change.ts';
import type { ShownCause } from '../federation/cause/shown.ts';
import { edgeId } from '../federation/edge.ts';
import type { Vote } from '../federation/vantage.ts';
import { eventRow, sharedRow } from '../http/api.ts';
import { baselineRow } from '../http/baseline-row.ts';
import { paceInWords } from '../http/pace-words.ts';
import { ballotOf, vantagesInWords, vantagesRow, votePhrases } from '../http/vantage-words.ts';
import { letterOf, pendingOf, type Viewpoint } from '../http/view.ts';
import { count, utc } from '../http/words.ts';
import { causeReport, report, type CheckReport } from '../probe/report.ts';
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
  { published, route, edges, seenFrom, baseline }: PartnerSnapshot,
  { vantage, writer }: Viewpoint,
): CheckReport | null {
  if (route === null) return null;
  const evidence = new Map(edges.map((each) => [edgeId(each.edge), each]));
  const all = [route.observation, ...edges.flatMap((each) => each.observations)];
  const tookMs = all.flatMap((each) => each.steps).reduce((sum, step) => sum + step.tookMs, 0);
  const { partner } = published;
  const diagnosis = reviewDrift(review(route, evidence), baseline);
  return report({ partner, vantage: seenFrom ?? vantage, route, edges: evidence, diagnosis, tookMs, writer });
}

/** What is known beside the partner's own evidence. */
export interface Told {
  readonly changes?: readonly Change[];
  /** The cause that it shares with others. */
  readonly shared?: ShownCause | null;
}

function sharedInWords({ finding, members }: ShownCause): string {
  const others = members.length - 1;
  return `${causeReport(finding).title}, with ${count(others, 'other partner', 'other partners')}. ${finding.summary}`;
}

export function partnerObject(
  snapshot: PartnerSnapshot,
  nowMs: number,
  from: Viewpoint,
  { changes = [], shared = null }: Told = {},
) {
  const baseline = snapshot.baseline === null ? null : baselineRow(snapshot.baseline);
  const events = changes.map(eventRow);
  const examination = latest(snapshot, from);
  const letter = letterOf(snapshot, examination, from.writer);
  const ballot = ballotOf(snapshot.published);
  const vantages = ballot === undefined ? {} : { vantages: vantagesRow(ballot) };
  const known = shared === null ? {} : { sharedCause: sharedRow(shared) };
  return { ...partnerSummary(snapshot, nowMs), ...vantages, ...known, letter, latest: examination, baseline, events };
}

/** `nyc-1: broken, tcp_silent, looked at 2026-11-26 12:00:00 UTC` */
function voteInWords({ vantage, says, code, examinedMs }: Vote): string {
  const looked = examinedMs === null ? [] : [`looked at ${utc(examinedMs)}`];
  return `${vantage}: ${[votePhrases[says], ...(code === null ? [] : [code]), ...looked].join(', ')}`;
}

/** Wide enough for the longest label. */
const labelWidth = 11;

/** What is published of a partner, what changed lately, then the latest examination behind it. */
export function renderPartner(
  snapshot: PartnerSnapshot,
  nowMs: number,
  from: Viewpoint,
  io: Pick<Io, 'colour' | 'columns'>,
  { changes = [], shared = null }: Told = {},
): string {
  const paint = paintFor(io.colour);
  const width = Math.max(60, Math.min(io.columns ?? 100, 120));
  const summary = clean(partnerSummary(snapshot, nowMs));
  const { state, since, lastGood, says, action, domain, name, tier, owner } = summary;
  const { partner } = snapshot.published;
  const pending = pendingOf(snapshot);
  const ballot = clean(ballotOf(snapshot.published));
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
    ...row('Shared', shared === null ? null : clean(sharedInWords(shared))),
    ...row('Side', sideOf(summary)),
    ...row('Next', action),
    ...row('Now', pending),
    ...row(partner.cron === undefined ? 'Every' : 'At', clean(paceInWords(snapshot.published, nowMs))),
    ...row('Vantages', ballot === undefined ? null : vantagesInWords(ballot)),
    ...(ballot?.votes ?? []).flatMap((vote) => row('', voteInWords(vote))),
    ...row('Letter', letterHint(letter, `partners show ${domain}`)),
  ];
  const below =
    examination === null
      ? ''
      : `\nLatest examination\n${renderCheck(shownReport(examination, []), { paint, trace: true, live: false, columns: io.columns })}`;
  const story = changes.length === 0 ? [] : ['', 'Latest changes', ...changeLines(changes, width)];
  return `${[...lines, ...story].join('\n')}\n${below}`;
}
