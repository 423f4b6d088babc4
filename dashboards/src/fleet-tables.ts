import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { fleetQueries } from './fleet-queries.ts';
import { describe, rows, stateAsColour } from './panel.ts';

const toPartner = {
  title: 'Only this partner',
  url: '/d/fedmon-fleet/fedmon-fleet?var-partner=${__value.raw}&${__url_time_range}',
};

/** One row per partner: the four queries share the columns `Time` and `partner`, and `merge` folds them over these. */
export const trouble = (): Panel =>
  describe(
    new TablePanel()
      .withTransformation({ id: 'merge', options: {} })
      .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: 'Value #state', desc: true }] } })
      .withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true, 'Value #state': true, 'Value #tier': true, 'Value #cause': true },
          indexByName: { partner: 0, tier: 1, state: 2, layer: 3, code: 4, 'Value #since': 5 },
          renameByName: {
            partner: 'Partner',
            tier: 'Tier',
            state: 'State',
            layer: 'First failing layer',
            code: 'Code',
            'Value #since': 'Since',
          },
        },
      })
      .noValue('–')
      .overrideByName('Partner', [{ id: 'links', value: [toPartner] }])
      .overrideByName('State', [
        { id: 'mappings', value: [stateAsColour] },
        { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
      ])
      .overrideByName('Since', [{ id: 'unit', value: 'dateTimeFromNow' }]),
    {
      title: 'Partners in trouble',
      description:
        'Every partner that is neither healthy nor in maintenance, worst first. `fedmon explain CODE` says what a code means and whose side it is.',
      unit: 'short',
      at: { x: 0, y: 8, w: 16, h: 11 },
      queries: [
        rows('state', fleetQueries.trouble),
        rows('tier', fleetQueries.troubleTier),
        rows('cause', fleetQueries.troubleCause),
        rows('since', fleetQueries.troubleSince),
      ],
    },
  ).build();

export const edgesDown = (): Panel =>
  describe(
    new TablePanel()
      .withTransformation({
        id: 'organize',
        options: {
          excludeByName: { Time: true, job: true },
          indexByName: { edge: 0, Value: 1 },
          renameByName: { edge: 'Edge', Value: 'Partners behind it' },
        },
      })
      .noValue('none'),
    {
      title: 'Edges down',
      description: 'The 20 broken edges with the most partners behind them: one of these explains many rows above.',
      unit: 'short',
      at: { x: 0, y: 31, w: 12, h: 9 },
      queries: [rows('A', fleetQueries.edgesDown)],
    },
  ).build();
