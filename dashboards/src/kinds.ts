import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  TableCellDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type DynamicConfigValue,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { tone } from './colours.ts';
import { describe, steps, type PanelSpec } from './panel.ts';

const lastValue = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
const byThreshold = (): FieldColorBuilder => new FieldColorBuilder().mode(FieldColorModeId.Thresholds);

/** One number or word with its colour behind it. */
export function stat(spec: PanelSpec): StatPanel {
  return describe(
    new StatPanel()
      .graphMode(BigValueGraphMode.None)
      .colorMode(BigValueColorMode.Background)
      .reduceOptions(lastValue()),
    spec,
  );
}

/** A share from 0 to 1: good from `good`, a warning from `fair` when there is one, bad below. */
export function shareStat(spec: PanelSpec, good: number, fair: number | null = null): StatPanel {
  const between = fair === null ? [] : ([[fair, tone.warn]] as const);
  return stat(spec)
    .min(0)
    .max(1)
    .decimals(1)
    .colorScheme(byThreshold())
    .thresholds(steps([null, tone.bad], ...between, [good, tone.good]));
}

/** One horizontal bar for each series. */
export function bars(spec: PanelSpec): BarGaugePanel {
  return describe(
    new BarGaugePanel()
      .orientation(VizOrientation.Horizontal)
      .displayMode(BarGaugeDisplayMode.Basic)
      .reduceOptions(lastValue())
      .min(0),
    spec,
  );
}

export const coloured = byThreshold;

export function lines(spec: PanelSpec): TimeSeriesPanel {
  return describe(new TimeSeriesPanel().min(0).fillOpacity(10).lineWidth(1), spec);
}

/** Values as colours along the time, a row for each series. */
export function timeline(spec: PanelSpec, mappings: readonly ValueMapping[]): TimelinePanel {
  return describe(
    new TimelinePanel()
      .mergeValues(true)
      .showValue(VisibilityMode.Never)
      .rowHeight(0.85)
      .fillOpacity(85)
      .lineWidth(0)
      .legend(new VizLegendOptionsBuilder().showLegend(false)),
    spec,
  )
    .maxDataPoints(300)
    .mappings([...mappings]);
}

/** A column of a table: what it is called there and how its values are shown. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly show?: readonly DynamicConfigValue[];
}

/** Rows of all queries, merged over the columns they share; only the named columns are shown, in this order. */
export function table(
  spec: PanelSpec,
  columns: readonly Column[],
  sortBy?: { field: string; desc: boolean },
): TablePanel {
  const panel = describe(new TablePanel().noValue('–'), spec).withTransformation({ id: 'merge', options: {} });
  if (sortBy !== undefined) panel.withTransformation({ id: 'sortBy', options: { fields: {}, sort: [sortBy] } });
  panel
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ field }) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
      },
    });
  for (const { title, show = [] } of columns) if (show.length > 0) panel.overrideByName(title, [...show]);
  return panel;
}

/** Values of a column as coloured words. */
export const asWords = (
  mapping: ValueMapping,
  cell = TableCellDisplayMode.ColorText,
): readonly DynamicConfigValue[] => [
  { id: 'mappings', value: [mapping] },
  { id: 'custom.cellOptions', value: { type: cell } },
];

/** A cell filled with the colour of its word; the text on it is black or white, whichever can be read. */
export const onColour = TableCellDisplayMode.ColorBackground;

/** A share from 0 to 1 with two decimals: 99.95 %. */
export const percent: readonly DynamicConfigValue[] = [
  { id: 'unit', value: 'percentunit' },
  { id: 'decimals', value: 2 },
];

const colouredFrom = (steps: readonly { readonly value: number | null; readonly color: string }[]) =>
  [
    { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
    { id: 'thresholds', value: { mode: 'absolute', steps } },
    { id: 'color', value: { mode: FieldColorModeId.Thresholds } },
  ] as const satisfies readonly DynamicConfigValue[];

/** What is left of a budget: below zero more was spent than there was. */
export const asBudget: readonly DynamicConfigValue[] = [
  { id: 'unit', value: 'percentunit' },
  { id: 'decimals', value: 0 },
  ...colouredFrom([
    { value: null, color: tone.bad },
    { value: 0, color: tone.warn },
    { value: 0.25, color: tone.good },
  ]),
];

/** How many times as fast as allowed a budget is spent; the colours are the limits of the alerts. */
export const asTimes: readonly DynamicConfigValue[] = [
  { id: 'unit', value: 'suffix: ×' },
  { id: 'decimals', value: 1 },
  ...colouredFrom([
    { value: null, color: tone.good },
    { value: 1, color: tone.warn },
    { value: 14.4, color: tone.bad },
  ]),
];

/** Milliseconds since the epoch as "3 hours ago", "in 2 days". */
export const fromNow: readonly DynamicConfigValue[] = [{ id: 'unit', value: 'dateTimeFromNow' }];
export const asDate: readonly DynamicConfigValue[] = [{ id: 'unit', value: 'dateTimeAsIso' }];

/** A share from 0 to 1 as a bar, red below `bad` and yellow below `fair`. */
export const asShare = (bad: number, fair: number): readonly DynamicConfigValue[] => [
  { id: 'unit', value: 'percentunit' },
  { id: 'min', value: 0 },
  { id: 'max', value: 1 },
  { id: 'decimals', value: 0 },
  { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Gauge, mode: BarGaugeDisplayMode.Basic } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: tone.bad },
        { value: bad, color: tone.warn },
        { value: fair, color: tone.good },
      ],
    },
  },
  { id: 'color', value: { mode: FieldColorModeId.Thresholds } },
];
