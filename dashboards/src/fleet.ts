import {
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
  defaultDashboard,
  type Panel,
  type RowPanel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as panels from './fleet-panels.ts';
import { edgesDown, trouble } from './fleet-tables.ts';
import { datasource } from './panel.ts';

/**
 * A dashboard in Grafana's classic JSON (schemaVersion 42): the form that file provisioning of every Grafana in use
 * takes. Assembled by hand because the SDK marks its classic builder as deprecated.
 */
export type ClassicDashboard = ReturnType<typeof defaultDashboard>;

const everything = { selected: true, text: 'All', value: '$__all' };

function choice(name: string, label: string, query: string, allValue: string): VariableModel {
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(datasource)
      .query({ query, refId: `variable-${name}` })
      .definition(query)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
      .multi(true)
      .includeAll(true)
      // Without it, "All" of 5,000 partners becomes one regular expression of 5,000 names.
      .allValue(allValue)
      .current(everything)
      .build()
  );
}

const variables = (): VariableModel[] => [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build(),
  choice('job', 'Job', 'label_values(fedmon_store_up, job)', '.+'),
  choice('tier', 'Tier', 'label_values(fedmon_partner_info{job=~"$job"}, tier)', '.*'),
  choice('partner', 'Partner', 'label_values(fedmon_partner_info{job=~"$job",tier=~"$tier"}, partner)', '.*'),
];

const row = (title: string, y: number): RowPanel =>
  new RowBuilder(title).gridPos({ x: 0, y, w: 24, h: 1 }).collapsed(false).build();

const layout = (): (Panel | RowPanel)[] => [
  row('Can our people reach partners?', 0),
  panels.healthy(),
  panels.criticalHealthy(),
  panels.believable(),
  panels.fresh(),
  panels.byState(),
  row('Whom to look at first', 7),
  trouble(),
  panels.failingByLayer(),
  panels.timeline(),
  row('One cause or many, and what breaks next', 30),
  edgesDown(),
  panels.certificates(),
  row('Does fedmon keep up?', 40),
  panels.checksPerSecond(),
  panels.jobWait(),
];

/** The Fleet dashboard: can our people reach partners, is it us or them, whom to look at first. */
export function fleet(): ClassicDashboard {
  return {
    ...defaultDashboard(),
    id: null,
    uid: 'fedmon-fleet',
    title: 'fedmon / Fleet',
    description: 'Can our people reach their federation partners now, whom to look at first, and what breaks next.',
    tags: ['fedmon'],
    timezone: 'browser',
    editable: false,
    graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    templating: { list: variables() },
    annotations: { list: [] },
    panels: layout().map((panel, index) => ({ ...panel, id: index + 1 })),
  };
}
