import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { uids } from '../../dashboards/src/links.ts';
import { renderRules } from '../../src/alert/render.ts';
import { alertNames } from '../../src/alert/rules.ts';

/** Which dashboard each alert leads to: where the first question of its runbook is answered. */
const leadsTo: Readonly<Record<keyof typeof uids, readonly string[]>> = {
  partner: [
    'FedmonPartnerUnreachable',
    'FedmonPartnerMisconfigured',
    'FedmonPartnerRefused',
    'FedmonPartnerDegraded',
    'FedmonPartnerUnknown',
    'FedmonPartnerSharesCause',
  ],
  fleet: ['FedmonSharedCause', 'FedmonManyPartnersFailing', 'FedmonErrorBudgetBurn'],
  certificates: ['FedmonPartnerCertificateExpiring', 'FedmonOwnCertificateExpiring'],
  pipeline: [
    'FedmonBlind',
    'FedmonBlindEverywhere',
    'FedmonCanaryFailing',
    'FedmonProbesStale',
    'FedmonStoreDown',
    'FedmonSeriesDropped',
    'FedmonVantageSilent',
    'FedmonConfigReloadFailed',
    'FedmonSchedulerStopped',
    'FedmonQueueBehind',
    'FedmonSlotsLost',
    'FedmonAbsent',
    'FedmonWatchdog',
  ],
};

interface Rule {
  readonly alert?: string;
  readonly annotations?: { readonly dashboard_url: string };
}

it('every alert leads to the dashboard that answers it, and those about a partner to that partner', () => {
  const { groups } = parse(renderRules({ grafana: 'https://g.test' })) as { groups: { rules: Rule[] }[] };
  const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
  const boards = Object.keys(leadsTo) as (keyof typeof uids)[];
  for (const { alert = '', annotations } of alerts) {
    const board = boards.find((each) => leadsTo[each].includes(alert));
    assert.ok(board !== undefined, `${alert} is in no list`);
    const tier = alert === 'FedmonErrorBudgetBurn' ? '?var-tier={{ $labels.tier }}' : '';
    const query = board === 'partner' ? '?var-partner={{ $labels.partner }}' : tier;
    const expected = `https://g.test/d/${uids[board]}/${uids[board]}${query}`;
    assert.equal(annotations?.dashboard_url, expected, alert);
  }
  assert.deepEqual(Object.values(leadsTo).flat().toSorted(), alertNames().toSorted());
});
