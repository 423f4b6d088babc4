import type { AlertRule } from './rules.ts';

/** The dashboards that alerts lead to, by their public uids (`dashboards/src/links.ts`; a test holds that they are the same). */
export type AlertBoard = 'fedmon-fleet' | 'fedmon-partner' | 'fedmon-certificates' | 'fedmon-pipeline';

/** About certificates: the board says which one, how long it has and what else ends. */
const certificates: readonly string[] = ['FedmonPartnerCertificateExpiring', 'FedmonOwnCertificateExpiring'];

/** About the partners together: what they have in common, and what is left of the budget. */
const fleet: readonly string[] = ['FedmonSharedCause', 'FedmonManyPartnersFailing', 'FedmonErrorBudgetBurn'];

/** Where to look first: at one partner, at the certificates, at all partners; everything else is about ourselves. */
export function boardOf({ name, dashboardQuery }: Pick<AlertRule, 'name' | 'dashboardQuery'>): AlertBoard {
  if (dashboardQuery?.includes('var-partner=') === true) return 'fedmon-partner';
  if (certificates.includes(name)) return 'fedmon-certificates';
  return fleet.includes(name) ? 'fedmon-fleet' : 'fedmon-pipeline';
}
