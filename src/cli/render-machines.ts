import type { JudgedState } from '../federation/state.ts';
import type { CheckReport } from '../probe/report.ts';
import { exit } from './exit.ts';
import { clean } from './paint.ts';

/** How a state counts: degraded works, unknown is never green. */
const grades: Readonly<Record<JudgedState, 'ok' | 'warning' | 'critical' | 'unknown'>> = {
  healthy: 'ok',
  degraded: 'warning',
  misconfigured: 'critical',
  refused: 'critical',
  unreachable: 'critical',
  unknown: 'unknown',
};

/** The exit code of `check`: 3 only when no step of any examination succeeded and nobody could be judged. */
export function exitOf(reports: readonly CheckReport[]): number {
  if (reports.every(({ state }) => grades[state] === 'ok' || grades[state] === 'warning')) return exit.pass;
  const blind = reports.every(
    ({ state, steps }) => state === 'unknown' && !steps.some((step) => step.failure === null),
  );
  return blind ? exit.couldNotRun : exit.fails;
}

/** TAP version 14: one test point a partner, its cause as a YAML block. */
export function renderTap(unsafe: readonly CheckReport[]): string {
  const lines = clean(unsafe).flatMap((report, at) => {
    const passes = grades[report.state] === 'ok' || grades[report.state] === 'warning';
    const point = `${passes ? 'ok' : 'not ok'} ${String(at + 1)} - ${report.domain} ${report.state}`;
    if (report.cause === null) return [point];
    const { code, layer, side, summary, action } = report.cause;
    const block = Object.entries({ code, layer, side, summary, action }).map(
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
export function renderNagios(unsafe: readonly CheckReport[]): { readonly text: string; readonly code: number } {
  // A bar begins the performance data, so none may stand in the text.
  const said = (report: CheckReport): string => {
    const cause = report.cause === null ? '' : `: ${report.cause.summary} (${report.cause.code})`;
    return `${report.domain} ${report.state}${cause}`.replaceAll('|', '/');
  };
  const reports = clean(unsafe);
  const worst = worstLast.findLast((grade) => reports.some(({ state }) => grades[state] === grade)) ?? 'unknown';
  const well = reports.filter(({ state }) => grades[state] === 'ok').length;
  const [only] = reports;
  const summary =
    only !== undefined && reports.length === 1 ? said(only) : `${String(well)} of ${String(reports.length)} healthy`;
  const measured = reports.map(({ domain, tookMs }) => `'${domain}'=${(tookMs / 1000).toFixed(3)}s`).join(' ');
  const each =
    reports.length === 1 ? [] : reports.map((report) => `${nagiosWords[grades[report.state]]} ${said(report)}`);
  return {
    text: [`FEDMON ${nagiosWords[worst]} - ${summary} | ${measured}`, ...each, ''].join('\n'),
    code: nagiosCodes[worst],
  };
}
