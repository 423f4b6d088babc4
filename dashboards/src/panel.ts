import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode, type GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source is a variable everywhere: a dashboard is provisioned into somebody else's Grafana. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** What every panel must say of itself. */
export interface PanelSpec {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Columns of 24 and lines; the board gives it its place. */
  readonly size: readonly [width: number, height: number];
  readonly queries: readonly DataqueryBuilder[];
}

/** The part of the SDK's panel builders that all of them share. */
interface Describable {
  title(text: string): this;
  description(text: string): this;
  unit(unit: string): this;
  gridPos(at: GridPos): this;
  datasource(ref: DataSourceRef): this;
  targets(queries: Builder<Dataquery>[]): this;
}

export function describe<Panel extends Describable>(panel: Panel, spec: PanelSpec): Panel {
  const [w, h] = spec.size;
  return panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .gridPos({ x: 0, y: 0, w, h })
    .datasource(datasource)
    .targets([...spec.queries]);
}

const query = (refId: string, expr: string): DataqueryBuilder =>
  new DataqueryBuilder().refId(refId).expr(expr).datasource(datasource);

/** The value now, one frame per series. */
export const now = (refId: string, expr: string, legend = ''): DataqueryBuilder =>
  query(refId, expr).instant().legendFormat(legend);

/** The values now, as rows of a table. */
export const rows = (refId: string, expr: string): DataqueryBuilder =>
  query(refId, expr).instant().format(PromQueryFormat.Table);

export const overTime = (refId: string, expr: string, legend: string): DataqueryBuilder =>
  query(refId, expr).range().legendFormat(legend);

/** Colours from these values upwards; the first step must start at null. */
export const steps = (...each: readonly (readonly [number | null, string])[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(each.map(([value, color]) => ({ value, color })));
