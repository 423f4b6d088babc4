import { isDrift, isOurs, type Change } from '../federation/change.ts';
import type { Published } from '../federation/published.ts';
import type { Detail } from './detail.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { tableView, type Column } from './page-table.ts';
import { driftWords, instant, oursValue, oursWords, prose, stateBadge } from './words.ts';

const shownChanges = 40;
/** So many stand beside the cause; all of them are in the table. */
const shownBesideCause = 3;

const columns: readonly Column[] = [
  { head: 'When', of: 'short', names: true, bare: true },
  { head: 'What', of: 'wide', bare: true },
  { head: 'Before', of: 'text' },
  { head: 'After', of: 'text' },
];

const code = (text: string | null): HtmlValue => (text === null ? '–' : html`<code>${prose(text)}</code>`);
const about = (subject: string | null): Html | null =>
  subject === null ? null : html`<span class="said"><code>${prose(subject)}</code></span>`;

function changeRow(change: Change, nowMs: number): readonly HtmlValue[] {
  const when = instant(change.atMs, nowMs);
  if (isOurs(change)) {
    const { kind, subject, before, after } = change;
    const value = (text: string | null): HtmlValue => (text === null ? oursValue(change, null) : code(text));
    return [when, [html`<b>${oursWords[kind]}</b>`, about(subject)], value(before), value(after)];
  }
  if (isDrift(change)) {
    const { kind, subject, before, after } = change;
    return [when, [driftWords[kind], about(subject)], code(before), code(after)];
  }
  const { from, to, cause } = change;
  return [when, cause === null ? 'Published state' : prose(cause.summary), stateBadge(from), stateBadge(to)];
}

/** When it worked last, while it does not; null: it works, or was never seen working. */
export function lastGoodMs({ state, standing }: Published): number | null {
  return standing === null || state === 'healthy' || state === 'degraded' ? null : standing.lastGoodMs;
}

/** What changed since it worked last, beside its own state, newest first; none while it works. */
export function changedSince({ partner: { published }, changes }: Detail): readonly Change[] {
  const goodMs = lastGoodMs(published);
  return goodMs === null ? [] : changes.filter((each) => each.what !== undefined && each.atMs > goodMs);
}

function inShort(change: Change, nowMs: number): Html {
  const said = isOurs(change) ? oursWords[change.kind] : isDrift(change) ? driftWords[change.kind] : '';
  const subject = isOurs(change) || isDrift(change) ? change.subject : null;
  return html`<span class="line"
    >${said}${subject === null ? null : html` <code>${prose(subject)}</code>`}, ${instant(change.atMs, nowMs)}</span
  >`;
}

/** What changed since it worked, in short, for beside the cause. Null: it works, or nothing that is known changed. */
export function changedView(detail: Detail, nowMs: number): Html | null {
  const all = changedSince(detail);
  if (all.length === 0) return null;
  return html`${all.slice(0, shownBesideCause).map((each) => inShort(each, nowMs))}
    <a href="#changes">${all.length > shownBesideCause ? 'All of it' : 'What it was and is'}</a>`;
}

/** One timeline, newest first: its published state, how it is reached, what of ours changed, and when it worked last. */
export function changesView(detail: Detail, nowMs: number): Html {
  const { changes, partner } = detail;
  const goodMs = lastGoodMs(partner.published);
  const shown = changes.slice(0, shownChanges);
  const rowOf = (each: Change): readonly HtmlValue[] => changeRow(each, nowMs);
  const good = goodMs === null ? [] : [[instant(goodMs, nowMs), html`<b>Worked last</b>`, '', stateBadge('healthy')]];
  const after = shown.filter(({ atMs }) => goodMs !== null && atMs > goodMs).map(rowOf);
  const before = shown.filter(({ atMs }) => goodMs === null || atMs <= goodMs).map(rowOf);
  const title = goodMs === null ? 'Recent changes' : 'What changed since it worked, and before';
  const rows = [...after, ...good, ...before];
  return html`<h2 id="changes">${title}</h2>
    ${
      rows.length === 0
        ? html`<p class="quiet">None among the changes that are kept.</p>`
        : tableView(title, columns, rows)
    }`;
}
