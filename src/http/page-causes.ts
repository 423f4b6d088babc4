import type { ShownCause } from '../federation/cause/shown.ts';
import { causeReport } from '../probe/report.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { tableView, type Column } from './page-table.ts';
import { count, instant, prose, sideWords } from './words.ts';

/** So many members stand in the row of a cause; a link leads to all. */
const mostNamed = 12;

const columns: readonly Column[] = [
  { head: 'Partners', of: 'short' },
  { head: 'What they share', of: 'name', names: true, bare: true },
  { head: 'Why', of: 'wide', bare: true },
  { head: 'Whose side', of: 'text' },
  { head: 'Next step', of: 'wide' },
  { head: 'Since', of: 'short' },
];

function memberLinks({ id, members }: ShownCause): Html {
  const links = members
    .slice(0, mostNamed)
    .map((domain) => html`<a href="./partners/${encodeURIComponent(domain)}">${domain}</a> `);
  const others = members.length - mostNamed;
  const more = others > 0 ? html`<a href="./?cause=${encodeURIComponent(id)}">and ${others} more</a>` : null;
  return html`<span class="said">${links}${more}</span>`;
}

function row(cause: ShownCause, nowMs: number): readonly HtmlValue[] {
  const { id, name, finding, members, sinceMs, wanesMs } = cause;
  const { code, title, summary, side, confidence, action } = causeReport(finding);
  const ending =
    wanesMs === null ? null : html`<span class="said">about to end: most of them work again, or all do</span>`;
  return [
    members.length,
    html`<span id="${id}">${prose(name)}</span>`,
    [
      html`<a href="./explain/${code}">${title}</a> <span class="said">${prose(summary)}</span>`,
      ending,
      memberLinks(cause),
    ],
    sideWords(side, confidence),
    prose(action),
    instant(sinceMs, nowMs),
  ];
}

/** What partners that fail have in common, before the partners: one cause, one call. Nothing where nothing is shared. Pure. */
export function causesSection(causes: readonly ShownCause[] | undefined, nowMs: number): Html | null {
  // That we do not see stands above everything already.
  const shown = (causes ?? []).filter(({ kind }) => kind !== 'canary');
  if (shown.length === 0) return null;
  const caption = `${count(shown.length, 'cause', 'causes')} that partners share`;
  return html`<h2>${caption}</h2>
    ${tableView(
      caption,
      columns,
      shown.map((each) => row(each, nowMs)),
      'fleet',
    )}`;
}

/** What a partner shares with others that fail, for its own page. Pure. */
export function sharedWords({ id, finding, members }: ShownCause): Html {
  const { title, summary } = causeReport(finding);
  const others = members.length - 1;
  return html`<strong>${title}.</strong> ${prose(summary)}
    <a href="../#${id}">With ${count(others, 'other partner', 'other partners')}</a>`;
}
