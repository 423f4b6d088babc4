import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { substitute, type VariableValues } from '../../../dashboards/src/queries.ts';
import type { Course, Observed } from '../observed.ts';

/** What one query of a panel gave: series with their points; a query of now has one point each. */
export interface Answered {
  readonly refId: string;
  readonly series: readonly Course[];
  /** What a series is called. */
  readonly nameOf: (labels: Readonly<Record<string, string>>) => string;
}

export interface Window {
  readonly seconds: number;
  readonly step: number;
}

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
}

const named =
  (legend: string): Answered['nameOf'] =>
  (labels) =>
    legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '');

/** The answers to all queries of a panel, from a real Prometheus. */
export async function answersOf(
  { ask, askOverTime }: Observed,
  { targets = [] }: Panel,
  values: VariableValues,
  { seconds, step }: Window,
): Promise<readonly Answered[]> {
  return Promise.all(
    (targets as unknown as readonly Target[]).map(async ({ refId, expr, legendFormat = '', instant }) => {
      const asked = substitute(expr, values);
      const now = async (): Promise<readonly Course[]> =>
        (await ask(asked)).map(({ labels, value }) => ({ labels, points: [[Date.now() / 1_000, value]] }));
      const series = instant === true ? await now() : await askOverTime(asked, seconds, step);
      return { refId, series, nameOf: named(legendFormat) };
    }),
  );
}
