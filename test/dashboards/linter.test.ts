// More of what Grafana's dashboard-linter asks (variables, units, matchers, windows), and what keeps a screen cheap and legible.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VariableType, type Panel, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as grafanaUnits from '@grafana/grafana-foundation-sdk/units';
import { boardNames, boards } from '../../dashboards/src/boards.ts';
import { recordedIn, selectorsIn, type Selector } from '../../dashboards/src/queries.ts';
import { isMetricName, metrics } from '../../src/metrics/catalogue.ts';

interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly format?: 'table';
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
}

const units: ReadonlySet<unknown> = new Set(Object.values(grafanaUnits));

const all = boardNames.map((name) => {
  const dashboard = boards[name]();
  const panels = (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row');
  const targets = panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ panel, target: target as unknown as Target })),
  );
  return { name, dashboard, panels, targets, variables: dashboard.templating.list ?? [] };
});

const forms: Readonly<Record<string, string>> = {
  table: 'table now',
  timeseries: 'series course',
  'state-timeline': 'series course',
};

/** The units that a panel says: its own and those of its columns. */
function unitsOf({ fieldConfig }: Panel): readonly unknown[] {
  const ofColumns = (fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'unit').map(({ value }): unknown => value),
  );
  return [fieldConfig?.defaults.unit ?? 'none', ...ofColumns];
}

/** The labels that tell the series of an answer apart; those of a histogram's buckets are gone by then. */
function labelsOf(expr: string): readonly string[] {
  const [, labels = ''] = /\b(?:sum|min|max|avg|count) by \(([^)]*)\)/.exec(expr) ?? [];
  return labels.split(/, */).filter((label) => label !== '' && label !== 'le');
}

/** What a series is about, by the catalogue; null when it is recorded, or not ours. */
function subjectOf({ name }: Selector): string | null {
  if (name === 'ALERTS') return 'partner';
  const metric = name.replace(/_(?:bucket|sum|count)$/, '');
  return isMetricName(metric) ? metrics[metric].about : null;
}

for (const { name, dashboard, panels, targets, variables } of all) {
  describe(`dashboard ${name}`, () => {
    const variable = (wanted: string): VariableModel => variables.find((each) => each.name === wanted)!;

    it('has one data source, of Prometheus, and a job of which any number can be chosen', () => {
      assert.equal(variables.filter(({ type }) => type === VariableType.Datasource).length, 1);
      const { label, query } = variable('datasource');
      assert.deepEqual({ label, query }, { label: 'Data source', query: 'prometheus' });
      const { type, label: title, multi, includeAll, allValue, datasource } = variable('job');
      assert.deepEqual(
        { type, title, multi, includeAll, allValue, uid: datasource?.uid },
        { type: 'query', title: 'Job', multi: true, includeAll: true, allValue: '.+', uid: '${datasource}' },
      );
      for (const each of variables) assert.match(each.label ?? '', /^[A-Z]/, each.name);
    });

    it('can be found, opens on a range that says something, and asks no faster than the data comes', () => {
      const { tags, timezone, refresh, time } = dashboard;
      assert.deepEqual({ tags, timezone, refresh }, { tags: ['fedmon'], timezone: 'browser', refresh: '1m' });
      assert.match(time?.from ?? '', /^now-\d+[hd]$/);
      assert.equal(time?.to, 'now');
    });

    it('has only units that Grafana knows', () => {
      for (const panel of panels) {
        for (const unit of unitsOf(panel)) assert.ok(units.has(unit) || /^suffix:./.test(String(unit)), String(unit));
      }
    });

    it('compares a variable of several values by a regular expression, one of a single value as it is, and always the whole', () => {
      for (const { target } of targets) {
        for (const [, operator, value = ''] of target.expr.matchAll(/(=~|!~|!=|=)"([^"]*\$[^"]*)"/g)) {
          assert.match(value, /^\$\w+$/, target.expr);
          assert.equal(operator, variable(value.slice(1)).multi === true ? '=~' : '=', `${value}: ${target.expr}`);
        }
      }
    });

    it('looks back over the interval or the range of the screen, never over a time of its own', () => {
      for (const { target } of targets) {
        for (const [, window = ''] of target.expr.matchAll(/\[([^\]]*)\]/g))
          assert.match(window, /^\$__(rate_interval|range)$/, target.expr);
      }
    });

    it('asks for the form that its panel draws: rows for tables, a course for lines, and never both', () => {
      for (const { panel, target } of targets) {
        const { format = 'series', instant = false, range = false } = target;
        const wanted = forms[panel.type] ?? 'series now';
        assert.equal(`${format} ${range ? 'course' : 'now'}`, wanted, panel.title);
        assert.notEqual(instant, range, panel.title);
      }
    });

    it('calls each series by the labels that tell it from the others', () => {
      for (const { panel, target } of targets) {
        if (panel.type === 'table') continue;
        const legend = target.legendFormat ?? '';
        const named = Array.from(legend.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label);
        const about = `${panel.title ?? ''} ${target.refId}: ${legend}`;
        if (named.length > 0) assert.deepEqual(named.toSorted(), labelsOf(target.expr).toSorted(), about);
        else if (panel.type !== 'stat') assert.match(legend, /\w/, about);
        const legends = targets.filter((each) => each.panel === panel).map((each) => each.target.legendFormat);
        assert.equal(new Set(legends).size, legends.length, about);
      }
    });

    it('reads single partners and edges only as recorded, or when they were chosen', () => {
      for (const { panel, target } of targets) {
        for (const selector of selectorsIn(target.expr)) {
          const subject = subjectOf(selector);
          if (subject !== 'partner' && subject !== 'edge') continue;
          const { name: series, matchers } = selector;
          const chosen = subject === 'partner' ? /\bpartner="\$partner"/ : /\bedge=~"\$edge"/;
          assert.match(
            matchers,
            chosen,
            `${panel.title ?? ''}: ${series} of each ${subject} is no matter for a screen`,
          );
        }
      }
    });
  });
}

describe('the fleet dashboard', () => {
  it('takes most of what it shows from what is recorded, and of what is recorded of single partners a bounded part', () => {
    const { targets } = all.find(({ name }) => name === 'fleet')!;
    const exprs = targets.map(({ target }) => target.expr);
    assert.ok(exprs.filter((expr) => recordedIn(expr).length > 0).length > exprs.length * 0.8);
    for (const { name, matchers } of exprs.flatMap(selectorsIn).filter((each) => each.name.startsWith('job_partner'))) {
      const read = exprs.find((expr) => expr.includes(`${name}{${matchers}}`)) ?? '';
      // The worst of each tier are as many as the rule says; of all others only the first of each state.
      assert.ok(name.endsWith(':worst') || read.includes(`topk by (state) (200, ${name}{${matchers}})`), read);
    }
  });
});
