import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { generated, projectRoot } from '../../dashboards/src/generate.ts';
import { fleet } from '../../dashboards/src/fleet.ts';
import { dashboardQueries, metricsIn, substitute } from '../../dashboards/src/queries.ts';
import { partnerStates } from '../../src/federation/state.ts';
import { isMetricName } from '../../src/metrics/catalogue.ts';
import { promtool } from '../alert/promtool/promtool.ts';

const dashboard = fleet();
const drawn = (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row');
const asWritten = dashboardQueries(dashboard, {});

describe('generated files', () => {
  for (const [path, text] of generated()) {
    it(`${path} is what the sources say (npm run generate)`, () => {
      assert.equal(readFileSync(join(projectRoot, path), 'utf8'), text);
    });
  }
});

describe('fleet dashboard', () => {
  it('answers its questions in this order', () => {
    assert.deepEqual(
      (dashboard.panels ?? []).map((panel) => panel.title),
      [
        'Can our people reach partners?',
        'Partners healthy',
        'Critical partners healthy',
        'Can this screen be believed?',
        'Examined lately',
        'Partners by state',
        'Whom to look at first',
        'Partners in trouble',
        'Not healthy, by lowest failing layer',
        'What happened: partners that were not healthy',
        'One cause or many, and what breaks next',
        'Edges down',
        'Certificates by lifetime left',
        'Does fedmon keep up?',
        'Checks per second',
        'Waiting time of jobs',
      ],
    );
  });

  it('keeps what links depend on', () => {
    const { uid, schemaVersion, editable, id } = dashboard;
    assert.deepEqual(
      { uid, schemaVersion, editable, id, variables: dashboard.templating.list?.map((each) => each.name) },
      {
        uid: 'fedmon-fleet',
        schemaVersion: 42,
        editable: false,
        id: null,
        variables: ['datasource', 'job', 'tier', 'partner'],
      },
    );
  });

  it('has a title, a description, a unit and a place for each panel', () => {
    for (const panel of drawn) {
      assert.match(panel.title ?? '', /\S/);
      assert.match(panel.description ?? '', /\.$/, panel.title);
      assert.match(panel.fieldConfig?.defaults.unit ?? '', /\S/, panel.title);
      assert.notEqual(panel.targets?.length ?? 0, 0, panel.title);
    }
    const ids = (dashboard.panels ?? []).map((panel) => panel.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('draws no panel over another and none beyond the edge', () => {
    const taken = new Set<string>();
    for (const panel of dashboard.panels ?? []) {
      const { x = 0, y = 0, w = 0, h = 0 } = panel.gridPos ?? {};
      assert.ok(w > 0 && h > 0 && x + w <= 24, panel.title);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          const cell = `${column},${line}`;
          assert.ok(!taken.has(cell), `${panel.title ?? ''} overlaps at ${cell}`);
          taken.add(cell);
        }
      }
    }
  });

  it('takes its data source from the variable everywhere', () => {
    const sources = JSON.stringify(dashboard).match(/"datasource":\{.*?"\}/g) ?? [];
    assert.ok(sources.length > 2 * drawn.length);
    assert.deepEqual([...new Set(sources)], ['"datasource":{"type":"prometheus","uid":"${datasource}"}']);
  });

  it('narrows every series to the job, and every series of partners to the chosen partners', () => {
    for (const { panel, expr } of asWritten) {
      const selectors = [...expr.matchAll(/\b(fedmon_[a-z_]+)(\{[^}]*\})?/g)];
      assert.notEqual(selectors.length, 0, panel);
      for (const [text, name = '', matchers = ''] of selectors) {
        assert.match(matchers, /job=~"\$job"/, `${panel}: ${text}`);
        if (/^fedmon_(partner|check_last)/.test(name))
          assert.match(matchers, /partner=~"\$partner"/, `${panel}: ${text}`);
      }
    }
  });

  it('returns totals or short lists, never a sample for each partner of the fleet', () => {
    for (const { panel, expr } of asWritten) {
      assert.match(expr, /^\(*(?:sum|count|max|topk|bottomk|histogram_quantile)\b/, panel);
      if (!/by \([^)]*partner[^)]*\)/.test(expr.slice(0, 40))) continue;
      assert.match(expr, /bottomk\(100,|cause_info|state!~"healthy\|maintenance"|state="unreachable"/, panel);
    }
  });

  it('rates counters over the interval of the screen only', () => {
    for (const { panel, expr } of asWritten) {
      for (const [, range = ''] of expr.matchAll(/rate\([^[]*\[([^\]]*)\]/g))
        assert.equal(range, '$__rate_interval', panel);
      if (/_total\b|_bucket\b|_count\b/.test(expr)) assert.match(expr, /rate\(/, panel);
    }
  });

  it('reads only metrics that fedmon exposes', () => {
    const used = [
      ...new Set([
        ...asWritten.flatMap((query) => metricsIn(query.expr)),
        ...metricsIn(JSON.stringify(dashboard.templating)),
      ]),
    ];
    assert.deepEqual(
      used.filter((name) => !isMetricName(name)),
      [],
    );
  });

  it('colours every state of a partner, in the timeline too', () => {
    const json = JSON.stringify(dashboard);
    for (const state of partnerStates) {
      assert.match(json, new RegExp(`"text":"${state}","color"`), state);
      assert.match(json, new RegExp(`"matcher":\\{"id":"byName","options":"${state}"\\}`), state);
    }
  });

  it('asks only what Prometheus understands', async (t) => {
    const rules = dashboardQueries(dashboard).map(({ expr }, index) => ({ record: `query:${index}`, expr }));
    const file = stringify({ groups: [{ name: 'queries', rules }] });
    const verdict = await promtool(t, ['check', 'rules', 'queries.yaml'], { 'queries.yaml': file });
    if (verdict === null) return;
    assert.equal(verdict.code, 0, verdict.said);
    assert.match(verdict.said, new RegExp(`${rules.length} rules found`));
  });
});

describe('dashboardQueries', () => {
  it('replaces variables by their whole name and leaves unknown ones', () => {
    assert.equal(
      substitute('a{j=~"$job"}[$__range] ${partner} $jobs', { job: 'x', __range: '1h', partner: 'p' }),
      'a{j=~"x"}[1h] p $jobs',
    );
  });

  it('finds the queries of panels in rows', () => {
    const nested = {
      panels: [
        {
          title: 'row',
          panels: [{ title: 'inner', targets: [{ refId: 'B', expr: 'up{job=~"$job"}', instant: true }] }],
        },
      ],
    };
    assert.deepEqual(dashboardQueries(nested), [{ panel: 'inner', refId: 'B', expr: 'up{job=~".+"}', instant: true }]);
  });

  it('leaves no variable of the dashboard unreplaced', () => {
    const queries = dashboardQueries(dashboard);
    assert.equal(queries.length, 16);
    for (const { panel, expr } of queries) assert.doesNotMatch(expr, /\$/, panel);
  });
});

describe('metricsIn', () => {
  it('names families once', () => {
    assert.deepEqual(metricsIn('rate(fedmon_job_wait_seconds_bucket[1m]) / fedmon_store_up + fedmon_store_up'), [
      'fedmon_job_wait_seconds',
      'fedmon_store_up',
    ]);
  });
});
