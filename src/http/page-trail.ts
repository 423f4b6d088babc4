import type { Finding } from '../federation/finding.ts';
import type { Step } from '../federation/observation.ts';
import { explain } from '../probe/registry.ts';
import type { Detail } from './detail.ts';
import { html, type Html } from './html.ts';
import { instant, layerWords, severityWords, stateBadge, stepWords, took, utc } from './words.ts';

const shownSteps = 200;
const shownChanges = 20;
const shownFindings = 60;

function findingRow({ code, severity, layer, endpoint, summary }: Finding): Html {
  return html`<tr>
    <td>${severityWords[severity]}</td>
    <td>${layerWords[layer]}</td>
    <td class="wide">${summary}</td>
    <td><code>${endpoint ?? 'route'}</code></td>
    <td><a href="../explain/${encodeURIComponent(code)}">${explain(code)?.title ?? code}</a></td>
  </tr> `;
}

/** Everything that was found, the cause first. */
export function findingsView({ newest }: Detail): Html | null {
  const findings = newest?.report.findings ?? [];
  if (findings.length === 0) return null;
  const heads = ['Weight', 'Layer', 'What was seen', 'Where', 'Meaning'];
  return html`<h2>Findings of the newest examination</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Findings">
      <table>
        <thead>
          <tr>
            ${heads.map((each) => html`<th scope="col">${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${findings.slice(0, shownFindings).map(findingRow)}
        </tbody>
      </table>
    </div>`;
}

function stepRow({ name, target, startedMs, tookMs, failure }: Step): Html {
  const result =
    failure === null
      ? html`<span class="proof proven">✓ done</span>`
      : html`<span class="proof failed">✕ ${failure.code}</span>`;
  const detail = failure === null ? null : html`<span class="said">${failure.detail}</span>`;
  return html`<tr>
    <td>${stepWords[name]}</td>
    <td><code>${target}</code></td>
    <td class="number">+${took(startedMs)}</td>
    <td class="number">${took(tookMs)}</td>
    <td>${result}${detail}</td>
  </tr> `;
}

/** Every network operation, with times from the start of its examination. */
export function stepsView({ newest }: Detail): Html | null {
  const steps = newest?.report.steps ?? [];
  if (newest === null || steps.length === 0) return null;
  const heads = ['Step', 'Target', 'Started', 'Took', 'Result'];
  return html`<h2>Steps</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Steps">
      <table>
        <caption>
          Route looked up at ${utc(Date.parse(newest.report.at))}, seen from ${newest.report.vantage}. Each edge counts
          from its own start.
        </caption>
        <thead>
          <tr>
            ${heads.map((each) => html`<th scope="col">${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${steps.slice(0, shownSteps).map(stepRow)}
        </tbody>
      </table>
    </div>`;
}

/** What changed lately, newest first. */
export function changesView({ changes }: Detail, nowMs: number): Html {
  if (changes.length === 0)
    return html`<h2>Recent changes</h2>
      <p class="quiet">None among the changes that are kept.</p>`;
  return html`<h2>Recent changes</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Recent changes">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${changes.slice(0, shownChanges).map(
            ({ atMs, from, to, cause }) =>
              html`<tr>
                <td class="when">${instant(atMs, nowMs)}</td>
                <td>${stateBadge(from)}</td>
                <td>${stateBadge(to)}</td>
                <td class="wide">${cause?.summary ?? '–'}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>`;
}
