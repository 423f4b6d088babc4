import type { FindingEntry } from '../federation/finding.ts';
import { html } from './html.ts';
import { document } from './page-frame.ts';
import { layerWords, severityWords, sideWords, stateBadge } from './words.ts';

/** What a finding means, whose side it is on and what to do. Pure. */
export function explainPage(code: string, entry: FindingEntry, nowMs: number): string {
  const body = html`<h1>${entry.title}</h1>
    <p class="quiet"><code>${code}</code></p>
    <div class="card">
      <dl class="facts">
        <dt>What it means</dt>
        <dd>${entry.means}</dd>
        <dt>What to do</dt>
        <dd>${entry.action}</dd>
        <dt>Whose side</dt>
        <dd>${sideWords[entry.side]}</dd>
        <dt>Layer</dt>
        <dd>${layerWords[entry.layer]}</dd>
        <dt>Weight</dt>
        <dd>${severityWords[entry.severity]}</dd>
        <dt>As a cause it makes</dt>
        <dd>${stateBadge(entry.state)}</dd>
      </dl>
    </div>
    <p>The same on a terminal: <code>fedmon explain ${code}</code></p>`;
  return document({ title: `${entry.title} – fedmon`, root: '../', nowMs, refresh: null, warning: null }, body);
}

/** A page that is not there, for a person who followed an old link. */
export function missingPage(what: string, hint: string, nowMs: number): string {
  const body = html`<h1>${what}</h1>
    <p>${hint}</p>
    <p><a href="../">All partners</a></p>`;
  return document({ title: 'Not found – fedmon', root: '../', nowMs, refresh: null, warning: null }, body);
}
