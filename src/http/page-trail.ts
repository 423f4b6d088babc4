import type { Finding } from '../federation/finding.ts';
import type { Step } from '../federation/observation.ts';
import { explain } from '../probe/registry.ts';
import type { Detail } from './detail.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { tableView, type Column } from './page-table.ts';
import { layerWords, prose, stepWords, took, utc, weightWords } from './words.ts';

const shownSteps = 200;
const shownFindings = 60;

const findingColumns: readonly Column[] = [
  { head: 'Weight', of: 'short' },
  { head: 'Layer', of: 'short' },
  { head: 'What was seen', of: 'wide', names: true },
  { head: 'Where', of: 'name' },
  { head: 'Meaning', of: 'text' },
];

function findingRow({ code, severity, layer, endpoint, summary }: Finding, someEdgeUp: boolean): readonly HtmlValue[] {
  return [
    weightWords(severity, endpoint, someEdgeUp),
    layerWords[layer],
    prose(summary),
    html`<code>${prose(endpoint ?? 'route')}</code>`,
    html`<a href="../explain/${encodeURIComponent(code)}">${explain(code)?.title ?? code}</a>`,
  ];
}

/** Everything that was found, the cause first. */
export function findingsView({ newest }: Detail): Html | null {
  const findings = newest?.report.findings ?? [];
  if (newest === null || findings.length === 0) return null;
  const someEdgeUp = newest.diagnosis.edges.some((edge) => edge.status === 'up');
  const rows = findings.slice(0, shownFindings).map((each) => findingRow(each, someEdgeUp));
  return html`<h2>Findings of the newest examination</h2>
    ${tableView('Findings', findingColumns, rows)}`;
}

const stepColumns: readonly Column[] = [
  { head: 'Step', of: 'short', names: true, bare: true },
  { head: 'Target', of: 'name', bare: true },
  { head: 'Started', of: 'short' },
  { head: 'Took', of: 'short' },
  { head: 'Result', of: 'text' },
];

/** Most hosts have addresses of one family only: asking for the other and getting none is an answer, not a fault. */
function isOtherFamily({ name, target, failure }: Step, steps: readonly Step[]): boolean {
  if (name !== 'address_lookup' || failure?.code !== 'dns_nodata') return false;
  const other = target.endsWith(' AAAA') ? target.replace(/AAAA$/, 'A') : target.replace(/A$/, 'AAAA');
  return steps.some((each) => each.name === name && each.target === other && each.failure === null);
}

function result(step: Step, steps: readonly Step[]): Html {
  const { failure } = step;
  if (failure === null) return html`<span class="proof proven">✓ done</span>`;
  if (isOtherFamily(step, steps)) return html`<span class="proof not_proven">– none</span>`;
  return html`<span class="proof failed">✕ ${failure.code}</span><span class="said">${prose(failure.detail)}</span>`;
}

function stepRow(step: Step, steps: readonly Step[]): readonly HtmlValue[] {
  const { name, target, startedMs, tookMs } = step;
  return [
    stepWords[name],
    html`<code>${prose(target)}</code>`,
    `+${took(startedMs)}`,
    took(tookMs),
    result(step, steps),
  ];
}

/** Every network operation, with times from the start of its examination. */
export function stepsView({ newest }: Detail): Html | null {
  const steps = newest?.report.steps ?? [];
  if (newest === null || steps.length === 0) return null;
  const { at, vantage } = newest.report;
  const rows = steps.slice(0, shownSteps).map((each) => stepRow(each, steps));
  return html`<h2>Steps</h2>
    <p class="quiet">
      Route looked up at ${utc(Date.parse(at))}, seen from ${vantage}. Each edge is examined by itself: its steps count
      from its own start.
    </p>
    ${tableView('Steps', stepColumns, rows)}`;
}
