import type { Explained, Situation } from '../alert/explain.ts';
import type { Io } from './io.ts';
import { clean, paintFor } from './paint.ts';
import { instantInWords } from './shown.ts';
import { table } from './table.ts';

/** Which alerts fire for a partner, those that do first. */
export function renderAlerts(
  domain: string,
  { tier, state, sinceMs }: Situation,
  explained: readonly Explained[],
  io: Pick<Io, 'colour' | 'columns'>,
): string {
  const paint = paintFor(io.colour);
  const since = sinceMs === null ? '' : ` since ${instantInWords(new Date(sinceMs).toISOString())}`;
  const rows = clean(explained).map(({ outcome, alert, severity, why }) => [outcome, alert, severity, why]);
  const quiet = explained.every(({ outcome }) => outcome === 'silent') ? 'No alert fires for it.\n' : '';
  const note =
    'As the rules by default and the snippet for Alertmanager have it; Prometheus sees it with its next scrape.\n';
  return `${paint.strong(domain)}, tier ${tier}: ${state}${since}\n\n${table(['', 'ALERT', 'SEVERITY', 'WHY'], rows, paint, io.columns)}\n${quiet}${note}`;
}
