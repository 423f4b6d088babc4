// The metrics that the dashboards and the rules read are those that fedmon exposes and the rules record, both ways.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { boardNames, boards } from '../../dashboards/src/boards.ts';
import { dashboardQueries, metricsIn, recordedIn, variableQueries } from '../../dashboards/src/queries.ts';
import { renderRules } from '../../src/alert/render.ts';
import { isMetricName, metricNames } from '../../src/metrics/catalogue.ts';

/** Metrics that no panel and no rule reads, and why they are exposed all the same. */
const unread: Readonly<Record<string, string>> = {};

/** Recorded series that no panel and no alert reads, and for whom they are. */
const forOthers: Readonly<Record<string, string>> = {};

interface Rule {
  readonly record?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const { groups } = parse(renderRules()) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const records = rules.flatMap(({ record }) => record ?? []);

const ofBoards = boardNames.flatMap((name) => {
  const board = boards[name]();
  return [...dashboardQueries(board, {}).map(({ expr }) => expr), ...variableQueries(board, {})];
});
/** Templates of alerts ask, too. */
const ofRules = rules.flatMap(({ expr, annotations = {} }) => [expr, ...Object.values(annotations)]);
/** A recorded series is called after the metric it is made of; that is no use of the metric. */
const metricsOf = (expr: string): readonly string[] => metricsIn(expr.replace(/\b\w+:fedmon_\w+:\w+/g, ''));

describe('metrics', () => {
  it('that are read are in the catalogue', () => {
    const read = [...ofBoards, ...ofRules].flatMap(metricsOf);
    assert.deepEqual(
      [...new Set(read)].filter((name) => !isMetricName(name)),
      [],
    );
  });

  it('of the catalogue are read by a panel or a rule, or it is said why not', () => {
    const read = new Set([...ofBoards, ...ofRules].flatMap(metricsOf));
    assert.deepEqual(
      metricNames.filter((name) => !read.has(name)),
      Object.keys(unread),
    );
    for (const reason of Object.values(unread)) assert.match(reason, /\w+ \w+ \w+/);
  });
});

describe('recorded series', () => {
  it('that the dashboards read are recorded by a rule', () => {
    const read = new Set(ofBoards.flatMap(recordedIn));
    assert.ok(read.size > 10);
    assert.deepEqual(
      [...read].filter((name) => !records.includes(name)),
      [],
    );
  });

  it('are read by a panel, an alert or another record, or it is said for whom they are', () => {
    const others = (record: string): boolean =>
      rules.some((rule) => rule.record !== record && recordedIn(rule.expr).includes(record));
    const read = new Set(ofBoards.flatMap(recordedIn));
    assert.deepEqual(
      records.filter((record) => !read.has(record) && !others(record)),
      Object.keys(forOthers),
    );
  });
});
