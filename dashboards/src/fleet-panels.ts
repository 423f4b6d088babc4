import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { fleetQueries, timelineRows } from './fleet-queries.ts';
import { describe, now, overTime, rankAsState, stateColour, steps } from './panel.ts';

const lastValue = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
const byThreshold = (): FieldColorBuilder => new FieldColorBuilder().mode(FieldColorModeId.Thresholds);

function shareStat(): StatPanel {
  return new StatPanel()
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Background)
    .reduceOptions(lastValue())
    .min(0)
    .max(1)
    .decimals(1)
    .colorScheme(byThreshold());
}

export const healthy = (): Panel =>
  describe(shareStat().thresholds(steps([null, 'red'], [0.9, 'yellow'], [0.98, 'green'])), {
    title: 'Partners healthy',
    description: 'Share of partners with every layer proven on every edge. Partners in maintenance are left out.',
    unit: 'percentunit',
    at: { x: 0, y: 1, w: 5, h: 6 },
    queries: [now('A', fleetQueries.healthy)],
  }).build();

export const criticalHealthy = (): Panel =>
  describe(shareStat().thresholds(steps([null, 'red'], [0.999, 'green'])), {
    title: 'Critical partners healthy',
    description: 'The same for the tier `critical`, whatever tier is chosen above. Red as soon as one is not healthy.',
    unit: 'percentunit',
    at: { x: 5, y: 1, w: 5, h: 6 },
    queries: [now('A', fleetQueries.criticalHealthy)],
  }).build();

export const believable = (): Panel =>
  describe(
    new StatPanel()
      .graphMode(BigValueGraphMode.None)
      .colorMode(BigValueColorMode.Background)
      .reduceOptions(lastValue())
      .noValue('no: fedmon gives no answer')
      .thresholds(steps([null, 'red'], [1, 'green']))
      .mappings([
        {
          type: MappingType.ValueToText,
          options: {
            '0': { text: 'no: store down', color: 'red', index: 0 },
            '1': { text: 'yes', color: 'green', index: 1 },
          },
        },
      ]),
    {
      title: 'Can this screen be believed?',
      description:
        'Whether fedmon answers Prometheus and reads its store. While it does not, every other panel is blind.',
      unit: 'short',
      at: { x: 10, y: 1, w: 4, h: 6 },
      queries: [now('A', fleetQueries.storeUp)],
    },
  ).build();

export const fresh = (): Panel =>
  describe(shareStat().thresholds(steps([null, 'red'], [0.5, 'yellow'], [0.95, 'green'])), {
    title: 'Examined lately',
    description: 'Share of partners examined within their last three intervals. The rest is unknown, not good.',
    unit: 'percentunit',
    at: { x: 14, y: 1, w: 4, h: 6 },
    queries: [now('A', fleetQueries.fresh)],
  }).build();

export function byState(): Panel {
  const panel = describe(
    new BarGaugePanel()
      .orientation(VizOrientation.Horizontal)
      .displayMode(BarGaugeDisplayMode.Basic)
      .reduceOptions(lastValue())
      .min(0)
      .decimals(0),
    {
      title: 'Partners by state',
      description: 'How many partners are in each state now. A jump in one state usually has one cause.',
      unit: 'short',
      at: { x: 18, y: 1, w: 6, h: 6 },
      queries: [now('A', fleetQueries.byState, '{{state}}')],
    },
  );
  for (const [state, fixedColor] of Object.entries(stateColour)) {
    panel.overrideByName(state, [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor } }]);
  }
  return panel.build();
}

export const failingByLayer = (): Panel =>
  describe(
    new TimeSeriesPanel()
      .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
      .fillOpacity(40)
      .lineWidth(1)
      .min(0)
      .decimals(0),
    {
      title: 'Not healthy, by lowest failing layer',
      description:
        'At which layer partners that are not healthy break. Many at one layer at once: look for one cause (our resolver, egress, our certificate, a shared edge).',
      unit: 'short',
      at: { x: 16, y: 8, w: 8, h: 11 },
      queries: [overTime('A', fleetQueries.failingByLayer, '{{layer}}')],
    },
  ).build();

export const timeline = (): Panel =>
  describe(
    new TimelinePanel()
      .mergeValues(true)
      .showValue(VisibilityMode.Never)
      .rowHeight(0.85)
      .perPage(20)
      .fillOpacity(85)
      .lineWidth(0)
      .legend(new VizLegendOptionsBuilder().showLegend(false))
      .mappings([rankAsState]),
    {
      title: 'What happened: partners that were not healthy',
      description: `The ${timelineRows} partners that were least healthy in the time range, and when. A gap means that nothing was known, not that all was well.`,
      unit: 'short',
      at: { x: 0, y: 19, w: 24, h: 11 },
      queries: [overTime('A', fleetQueries.timeline, '{{partner}}')],
    },
  )
    .maxDataPoints(300)
    .build();

export const certificates = (): Panel =>
  describe(
    new BarGaugePanel()
      .orientation(VizOrientation.Horizontal)
      .displayMode(BarGaugeDisplayMode.Basic)
      .reduceOptions(lastValue())
      .min(0)
      .max(1)
      .decimals(1)
      .colorScheme(byThreshold())
      .thresholds(steps([null, 'red'], [0.1, 'yellow'], [0.2, 'green'])),
    {
      title: 'Certificates by lifetime left',
      description:
        'The 20 edges whose certificate has the smallest share of its lifetime left. Red is where the alert fires (a tenth); below zero it has expired.',
      unit: 'percentunit',
      at: { x: 12, y: 31, w: 12, h: 9 },
      queries: [now('A', fleetQueries.certificates, '{{edge}}')],
    },
  ).build();

export const checksPerSecond = (): Panel =>
  describe(new TimeSeriesPanel().min(0).fillOpacity(10), {
    title: 'Checks per second',
    description: 'The work fedmon does, by check. Zero while partners are due means that nobody works.',
    unit: 'ops',
    at: { x: 0, y: 41, w: 12, h: 8 },
    queries: [overTime('A', fleetQueries.checksPerSecond, '{{check}}')],
  }).build();

export const jobWait = (): Panel =>
  describe(new TimeSeriesPanel().min(0).fillOpacity(10), {
    title: 'Waiting time of jobs',
    description: 'How long jobs wait for a worker. Rising steadily: the workers do not keep up with the schedule.',
    unit: 's',
    at: { x: 12, y: 41, w: 12, h: 8 },
    queries: [overTime('A', fleetQueries.waitHalf, 'half of them'), overTime('B', fleetQueries.waitMost, '95 of 100')],
  }).build();
