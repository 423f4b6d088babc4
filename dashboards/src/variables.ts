import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panel.ts';

const everything = { selected: true, text: 'All', value: '$__all' };

function choice(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc);
}

function several(name: string, label: string, query: string, allValue: string): VariableModel {
  return (
    choice(name, label, query)
      .multi(true)
      .includeAll(true)
      // Without it, "All" of 5,000 partners becomes one regular expression of 5,000 names.
      .allValue(allValue)
      .current(everything)
      .build()
  );
}

const partnersOfTier = 'label_values(fedmon_partner_info{job=~"$job",tier=~"$tier"}, partner)';

/**
 * The edges that the partner's route led to in the time range, all of them chosen, not seen and not in the address: it
 * spares a board about one partner from reading the series of the edges of all.
 */
const edgesOfPartner = (): VariableModel => ({
  ...choice('edge', 'Edge', 'label_values(fedmon_partner_edge_info{job=~"$job",partner="$partner"}, edge)')
    .multi(true)
    .includeAll(true)
    .current(everything)
    .hide(VariableHide.HideVariable)
    .build(),
  skipUrlSync: true,
});

/** What is chosen at the top of every dashboard; `partner` is one or any number of them. */
export function variables(partner: 'one' | 'several'): VariableModel[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build(),
    several('job', 'Job', 'label_values(fedmon_store_up, job)', '.+'),
    several('tier', 'Tier', 'label_values(fedmon_partner_info{job=~"$job"}, tier)', '.*'),
    ...(partner === 'several'
      ? [several('partner', 'Partner', partnersOfTier, '.*')]
      : [choice('partner', 'Partner', partnersOfTier).multi(false).includeAll(false).build(), edgesOfPartner()]),
  ];
}
