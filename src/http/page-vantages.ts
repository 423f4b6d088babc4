import type { Ballot } from '../federation/vantage.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { tableView, type Column } from './page-table.ts';
import { vantagesInWords, votePhrases } from './vantage-words.ts';
import { instant, prose, stateBadge } from './words.ts';

const columns: readonly Column[] = [
  { head: 'Vantage', of: 'name', names: true, bare: true },
  { head: 'Says', of: 'text' },
  { head: 'Its own state', of: 'short' },
  { head: 'Why', of: 'wide' },
  { head: 'Last examined', of: 'short' },
];

/** What each of several vantages says; nothing where there is one. */
export function vantagesView(ballot: Ballot | undefined, nowMs: number): Html | null {
  if (ballot === undefined) return null;
  const rows = ballot.votes.map((vote): readonly HtmlValue[] => [
    vote.vantage,
    votePhrases[vote.says],
    vote.state === null ? '–' : stateBadge(vote.state),
    vote.summary === null ? '–' : prose(vote.summary),
    vote.examinedMs === null ? 'never' : instant(vote.examinedMs, nowMs),
  ]);
  return html`<h2>Vantages</h2>
    <p class="quiet">
      ${vantagesInWords(ballot)} Broken takes ${ballot.quorum} of them. The evidence below is that of
      ${ballot.shownFrom}.
    </p>
    ${tableView('Vantages', columns, rows)}`;
}
