import type { PartnerState } from '../federation/state.ts';
import { exit } from './exit.ts';
import { clean } from './paint.ts';
import { instantInWords, stateInWords, type ShownReport } from './shown.ts';

/** How a state counts: degraded works, unknown is never green, planned work is nobody's alarm. */
const grades: Readonly<Record<PartnerState, 'ok' | 'warning' | 'critical' | 'unknown'>> = {
  healthy: 'ok',
  degraded: 'warning',
  misconfigured: 'critical',
  refused: 'critical',
  unreachable: 'critical',
  unknown: 'unknown',
  maintenance: 'ok',
};

/** The exit code of `check`: 3 only when no step of any examination succeeded and nobody could be judged. */
export function exitOf(reports: readonly ShownReport[]): number {
  if (reports.every(({ state }) => grades[state] === 'ok' || grades[state] === 'warning')) return exit.pass;
  const blind = reports.every(
    ({ state, steps }) => state === 'unknown' && !steps.some((step) => step.failure === null),
  );
  return blind ? exit.couldNotRun : exit.fails;
}

/** Planned work is skipped in the words of TAP; what was found stands in its block all the same. */
function directive({ maintenance }: ShownReport): string {
  return maintenance === null ? '' : ` # SKIP until ${instantInWords(maintenance.until)}`;
}

/** TAP version 14: one test point a partner, its cause as a YAML block. */
export function renderTap(unsafe: readonly ShownReport[]): string {
  const lines = clean(unsafe).flatMap((report, at) => {
    const passes = grades[report.state] === 'ok' || grades[report.state] === 'warning';
    const point = `${passes ? 'ok' : 'not ok'} ${String(at + 1)} - ${report.domain} ${report.state}${directive(report)}`;
    if (report.cause === null) return [point];
    const { code, layer, side, summary, action } = report.cause;
    const block = Object.entries({ at: report.at, code, layer, side, summary, action }).map(
      ([key, value]) => `  ${key}: ${JSON.stringify(value)}`,
    );
    return [point, '  ---', ...block, '  ...'];
  });
  return ['TAP version 14', `1..${String(unsafe.length)}`, ...lines, ''].join('\n');
}

const nagiosWords = { ok: 'OK', warning: 'WARNING', unknown: 'UNKNOWN', critical: 'CRITICAL' } as const;
const nagiosCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
const worstLast = ['ok', 'warning', 'unknown', 'critical'] as const;

/** Text and exit code of a Nagios plugin: one line for all partners, then one line each when there are several. */
export function renderNagios(unsafe: readonly ShownReport[]): { readonly text: string; readonly code: number } {
  // A bar begins the performance data, so none may stand in the text.
  const said = (report: ShownReport): string => {
    const cause = report.cause === null ? '' : `: ${report.cause.summary} (${report.cause.code})`;
    const why = report.maintenance === null ? cause : ` (${report.maintenance.reason})`;
    return `${report.domain} ${stateInWords(report)}${why}`.replaceAll('|', '/');
  };
  const reports = clean(unsafe);
  const worst = worstLast.findLast((grade) => reports.some(({ state }) => grades[state] === grade)) ?? 'unknown';
  const having = (wanted: PartnerState): number => reports.filter(({ state }) => state === wanted).length;
  const planned = having('maintenance') === 0 ? '' : `, ${String(having('maintenance'))} in maintenance`;
  const [only] = reports;
  const summary =
    only !== undefined && reports.length === 1
      ? said(only)
      : `${String(having('healthy'))} of ${String(reports.length)} healthy${planned}`;
  const measured = reports.map(({ domain, tookMs }) => `'${domain}'=${(tookMs / 1000).toFixed(3)}s`).join(' ');
  const each =
    reports.length === 1 ? [] : reports.map((report) => `${nagiosWords[grades[report.state]]} ${said(report)}`);
  return {
    text: [`FEDMON ${nagiosWords[worst]} - ${summary} | ${measured}`, ...each, ''].join('\n'),
    code: nagiosCodes[worst],
  };
}
