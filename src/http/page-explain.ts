import type { FindingEntry } from '../federation/finding.ts';
import { layers, type Layer } from '../federation/observation.ts';
import { runbookOf } from '../probe/runbook.ts';
import { html, type Html } from './html.ts';
import { document } from './page-frame.ts';
import { tableView, type Column } from './page-table.ts';
import { layerWords, severityWords, sideWords, stateBadge } from './words.ts';

/** What a finding means, whose side it is on and what to do. Pure. */
export function explainPage(code: string, entry: FindingEntry, nowMs: number): string {
  const runbook = runbookOf(entry);
  const body = html`<h1>${entry.title}</h1>
    <p class="quiet"><code>${code}</code></p>
    <div class="card">
      <dl class="facts">
        <dt>What it means</dt>
        <dd>${runbook.meaning}</dd>
        <dt>What it does</dt>
        <dd>${runbook.impact}</dd>
        <dt>How to look</dt>
        <dd>${runbook.diagnosis.map((line) => html`<code class="line">${line}</code>`)}</dd>
        <dt>What to do</dt>
        <dd>${runbook.mitigation}</dd>
        <dt>Who is told</dt>
        <dd>${runbook.escalation}</dd>
        ${
          runbook.ask === null
            ? null
            : html`<dt>What they are asked</dt>
                <dd>${runbook.ask}</dd>`
        }
        <dt>Whose side</dt>
        <dd>${sideWords(entry.side, entry.confidence)}</dd>
        <dt>Layer</dt>
        <dd>${layerWords[entry.layer]}</dd>
        <dt>Weight</dt>
        <dd>${severityWords[entry.severity]}</dd>
        <dt>As a cause it makes</dt>
        <dd>${stateBadge(entry.state)}</dd>
      </dl>
    </div>
    <p>The same on a terminal: <code>fedmon explain ${code}</code> · <a href="./">All findings</a></p>`;
  return document({ title: `${entry.title} – fedmon`, root: '../', nowMs, refresh: null, warning: null }, body);
}

const indexColumns: readonly Column[] = [
  { head: 'Code', of: 'short', names: true, bare: true },
  { head: 'What it is', of: 'text' },
  { head: 'Whose side', of: 'text' },
  { head: 'Weight', of: 'short' },
];

/** Every finding this version can make, by layer, bottom up. Pure. */
export function explainIndexPage(entries: ReadonlyMap<string, FindingEntry>, nowMs: number): string {
  const section = (layer: Layer): Html | null => {
    const rows = [...entries]
      .filter(([, entry]) => entry.layer === layer)
      .map(([code, { title, side, confidence, severity }]) => [
        html`<a href="${encodeURIComponent(code)}"><code>${code}</code></a>`,
        title,
        sideWords(side, confidence),
        severityWords[severity],
      ]);
    if (rows.length === 0) return null;
    return html`<h2>${layerWords[layer]}</h2>
      ${tableView(layerWords[layer], indexColumns, rows)}`;
  };
  const body = html`<h1>All findings</h1>
    <p>What fedmon can say about a partner, by layer. The lowest broken layer is the cause.</p>
    ${layers.map(section)}`;
  return document({ title: 'All findings – fedmon', root: '../', nowMs, refresh: null, warning: null }, body);
}

/** A page that is not there, for a person who followed an old link. */
export function missingPage(what: string, hint: string, nowMs: number): string {
  const body = html`<h1>${what}</h1>
    <p>${hint}</p>
    <p><a href="../">All partners</a></p>`;
  return document({ title: 'Not found – fedmon', root: '../', nowMs, refresh: null, warning: null }, body);
}
