import { StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { rankAsState, stateColour } from './colours.ts';
import { fleetQueries } from './fleet-queries.ts';
import { asBudget, asTimes, lines, percent, table, timeline as timelinePanel } from './kinds.ts';
import { overTime, rows } from './panel.ts';

export function states(): Panel {
  const panel = lines({
    title: 'Partners by state, over time',
    description: 'When did it begin, and is it over? A step of many partners has one cause; a slope has many.',
    unit: 'short',
    size: [24, 7],
    queries: [overTime('A', fleetQueries.byState, '{{state}}')],
  })
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .fillOpacity(60)
    .decimals(0);
  for (const [state, fixedColor] of Object.entries(stateColour)) {
    panel.overrideByName(state, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  }
  return panel.build();
}

export const timeline = (): Panel =>
  timelinePanel(
    {
      title: 'What happened: partners in trouble',
      description:
        'Only those that were in trouble, and while they were; of each tier the 100 worst at a time. Nothing is drawn while a partner was healthy or in maintenance, or while nobody watched.',
      unit: 'short',
      size: [24, 11],
      queries: [overTime('A', fleetQueries.timeline, '{{partner}}')],
    },
    [rankAsState],
  )
    .perPage(20)
    .build();

export const objectives = (): Panel =>
  table(
    {
      title: 'Availability and error budget, by tier',
      description:
        'Share of the partners of a tier that work (healthy or degraded), now and on average. The budget is what the objective allows to fail in 30 days; a burn of 1 spends it in just that time. Unknown and maintenance count for nobody.',
      unit: 'percentunit',
      size: [14, 8],
      queries: [
        rows('now', fleetQueries.available),
        rows('day', fleetQueries.availableDay),
        rows('month', fleetQueries.availableMonth),
        rows('objective', fleetQueries.objective),
        rows('budget', fleetQueries.budgetLeft),
        rows('burn', fleetQueries.burn),
      ],
    },
    [
      { field: 'tier', title: 'Tier' },
      { field: 'Value #now', title: 'Now', show: percent },
      { field: 'Value #day', title: 'Last day', show: percent },
      { field: 'Value #month', title: 'Last 30 days', show: percent },
      { field: 'Value #objective', title: 'Objective', show: percent },
      { field: 'Value #budget', title: 'Budget left', show: asBudget },
      { field: 'Value #burn', title: 'Burn, last hour', show: asTimes },
    ],
  ).build();

export const availability = (): Panel =>
  lines({
    title: 'Availability, by tier',
    description: 'Share of the partners of each tier that worked. A gap: nothing was known, which counts for nobody.',
    unit: 'percentunit',
    size: [10, 8],
    queries: [overTime('A', fleetQueries.available, '{{tier}}')],
  })
    .max(1)
    .build();
