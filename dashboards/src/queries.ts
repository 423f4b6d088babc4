/** One query of a dashboard as Prometheus would get it. */
export interface DashboardQuery {
  readonly panel: string;
  readonly refId: string;
  readonly expr: string;
  /** False: a range query, true: an instant one. */
  readonly instant: boolean;
}

/** Values for `$name` in a query; what is missing here is left as it stands. */
export type VariableValues = Readonly<Record<string, string>>;

/** Everything is chosen, and the range is short enough for a test. */
export const everythingChosen: VariableValues = {
  job: '.+',
  tier: '.*',
  partner: '.*',
  edge: '.+',
  __range: '1h',
  __rate_interval: '1m',
};

/** The part of a dashboard's JSON that is read here. */
export interface QueriedDashboard {
  readonly panels?: readonly QueriedPanel[] | undefined;
  readonly templating?: { readonly list?: readonly { readonly query?: unknown }[] | undefined } | undefined;
}

interface QueriedPanel {
  readonly title?: string | undefined;
  readonly targets?: readonly object[] | undefined;
  readonly panels?: readonly QueriedPanel[] | undefined;
}

/** One line of a query's JSON that is a text; empty when it is none. */
function text(target: object, name: string): string {
  const value: unknown = Object.entries(target).find(([each]) => each === name)?.[1];
  return typeof value === 'string' ? value : '';
}

/** Replaces `$name` and `${name}` by their whole names. */
export function substitute(expr: string, values: VariableValues): string {
  return expr.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    return values[braced ?? bare ?? ''] ?? whole;
  });
}

/** Every query of every panel, with its variables replaced: ready for `/api/v1/query` or `query_range`. */
export function dashboardQueries(
  dashboard: QueriedDashboard,
  values: VariableValues = everythingChosen,
): readonly DashboardQuery[] {
  return (dashboard.panels ?? []).flatMap((panel) => [
    ...(panel.targets ?? []).map((target) => ({
      panel: panel.title ?? '',
      refId: text(target, 'refId'),
      expr: substitute(text(target, 'expr'), values),
      instant: 'instant' in target && target.instant === true,
    })),
    ...dashboardQueries({ panels: panel.panels }, values),
  ]);
}

/** The series whose labels the variables of a dashboard list, as selectors with their variables replaced. */
export function variableQueries(
  dashboard: QueriedDashboard,
  values: VariableValues = everythingChosen,
): readonly string[] {
  return (dashboard.templating?.list ?? []).flatMap(({ query }) => {
    const [, selector] =
      /label_values\((.+), \w+\)$/.exec(typeof query === 'object' && query !== null ? text(query, 'query') : '') ?? [];
    return selector === undefined ? [] : [substitute(selector, values)];
  });
}

/** A selector of an expression: the series it names and what stands in its braces. */
export interface Selector {
  readonly name: string;
  readonly matchers: string;
}

/** Every selector of an expression; functions, labels and durations are none. */
export function selectorsIn(expr: string): readonly Selector[] {
  return Array.from(expr.matchAll(/(?<![\w:$])([a-zA-Z_][\w:]*)\{([^}]*)\}/g), ([, name = '', matchers = '']) => ({
    name,
    matchers,
  }));
}

/** The fedmon metrics that an expression reads, by family: a histogram's `_bucket`, `_sum` and `_count` are one. */
export function metricsIn(expr: string): readonly string[] {
  const names = expr.match(/(?<![\w:])fedmon_[a-z0-9_]+(?!:)/g) ?? [];
  return [...new Set(names.map((name) => name.replace(/(_seconds)_(?:bucket|sum|count)$/, '$1')))].sort();
}

/** The recorded series that an expression reads: those with a level before their name. */
export function recordedIn(expr: string): readonly string[] {
  return [...new Set(expr.match(/(?<![\w:])[a-z_]+:fedmon_\w+:\w+/g) ?? [])].sort();
}
