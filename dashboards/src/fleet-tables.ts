import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { severityAsColour, stateAsColour } from './colours.ts';
import { fleetQueries, rowsOfState } from './fleet-queries.ts';
import { asWords, fromNow, onColour, table } from './kinds.ts';
import { toPartner } from './links.ts';
import { rows } from './panel.ts';

/** One row per cause: the queries share the column `cause`, and `merge` folds them over it. */
export const causes = (): Panel =>
  table(
    {
      title: 'Causes: why partners fail together',
      description:
        'What failing partners have in common, most partners first: one row to look at in place of many. Side says whose it is. The page of fedmon names the members.',
      unit: 'short',
      size: [15, 8],
      queries: [
        rows('partners', fleetQueries.causePartners),
        rows('info', fleetQueries.causeInfo),
        rows('since', fleetQueries.causeSince),
      ],
    },
    [
      { field: 'Value #partners', title: 'Partners' },
      { field: 'kind', title: 'They share the' },
      { field: 'name', title: 'Name' },
      { field: 'code', title: 'Code' },
      { field: 'side', title: 'Side' },
      { field: 'Value #since', title: 'Since', show: fromNow },
    ],
    { field: 'Value #partners', desc: true },
  )
    .noValue('none')
    .build();

export const alerts = (): Panel =>
  table(
    {
      title: 'Alerts, firing and pending',
      description:
        'Who was woken, or will be: alerts of fedmon by name, critical ones first. Silences and what is held back are in Alertmanager and not seen here.',
      unit: 'short',
      size: [9, 8],
      queries: [rows('A', fleetQueries.alerts)],
    },
    [
      { field: 'severity', title: 'Severity', show: asWords(severityAsColour) },
      { field: 'alertname', title: 'Alert' },
      { field: 'alertstate', title: 'State' },
      { field: 'Value', title: 'How many' },
    ],
    { field: 'severity', desc: false },
  )
    .noValue('none')
    .build();

/** One query: the value says since when, and `rank`, which is not shown, how bad it is. */
export const trouble = (): Panel =>
  table(
    {
      title: 'Partners in trouble',
      description: `Every partner that is neither healthy nor in maintenance: worst state first, in it the critical ones, then the latest; at most ${rowsOfState} of a state, of critical ones and of others. \`fedmon explain CODE\` says what a code means.`,
      unit: 'short',
      size: [24, 12],
      queries: [rows('A', fleetQueries.trouble)],
    },
    [
      { field: 'partner', title: 'Partner', show: [toPartner] },
      { field: 'tier', title: 'Tier' },
      { field: 'state', title: 'State', show: asWords(stateAsColour, onColour) },
      { field: 'layer', title: 'First failing layer' },
      { field: 'code', title: 'Code' },
      { field: 'side', title: 'Side' },
      { field: 'Value', title: 'Since', show: fromNow },
    ],
    { field: 'rank', desc: true },
  )
    .noValue('none')
    .build();

export const edgesDown = (): Panel =>
  table(
    {
      title: 'Edges down',
      description: 'The 20 broken edges with the most partners behind them: one of these explains many rows above.',
      unit: 'short',
      size: [12, 9],
      queries: [rows('A', fleetQueries.edgesDown)],
    },
    [
      { field: 'edge', title: 'Edge' },
      { field: 'Value', title: 'Partners behind it' },
    ],
    { field: 'Value', desc: true },
  )
    .noValue('none')
    .build();
