import { windowOf, type MaintenanceWindow } from '../federation/partner.ts';
import type { JudgedState, PartnerState } from '../federation/state.ts';
import type { CheckReport } from '../probe/report.ts';

/** A report with planned work laid over it, as every output of `check` shows it. */
export interface ShownReport extends Omit<CheckReport, 'state'> {
  readonly state: PartnerState;
  /** The window that covers the instant of the examination, and the state that was found all the same. */
  readonly maintenance: { readonly until: string; readonly reason: string; readonly found: JudgedState } | null;
}

/** Lays the maintenance windows of the configuration over a report. Pure. */
export function shownReport(report: CheckReport, windows: readonly MaintenanceWindow[]): ShownReport {
  const window = windowOf(windows, report.domain, Date.parse(report.at), report.route.provider);
  if (window === null) return { ...report, maintenance: null };
  const until = new Date(window.untilMs).toISOString();
  return { ...report, state: 'maintenance', maintenance: { until, reason: window.reason, found: report.state } };
}

/** `2026-03-01 10:00:00 UTC` of an ISO 8601 instant in UTC. */
export function instantInWords(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The state, and for planned work when it ends. */
export function stateInWords({ state, maintenance }: ShownReport): string {
  return maintenance === null ? state : `${state} until ${instantInWords(maintenance.until)}`;
}
