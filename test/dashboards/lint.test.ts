// The rules of Grafana's dashboard-linter that concern us, and some of our own, held for every dashboard. Its rule that
// each query has a matcher for `instance` is left out: the exporter is one target and speaks for the whole fleet.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { boardNames, boards } from '../../dashboards/src/boards.ts';
import { projectRoot } from '../../dashboards/src/generate.ts';
import { uids } from '../../dashboards/src/links.ts';
import { dashboardQueries, selectorsIn, variableQueries } from '../../dashboards/src/queries.ts';
import { promtool } from '../alert/promtool/promtool.ts';

const all = boardNames.map((name) => {
  const dashboard = boards[name]();
  const panels = dashboard.panels ?? [];
  const drawn = panels.filter((panel): panel is Panel => panel.type !== 'row');
  return { name, dashboard, panels, drawn, queries: dashboardQueries(dashboard, {}) };
});

for (const { name, dashboard, panels, drawn, queries } of all) {
  describe(`dashboard ${name}`, () => {
    it('keeps what links depend on, and cannot be edited', () => {
      const { uid, schemaVersion, editable, id } = dashboard;
      assert.deepEqual(
        { uid, schemaVersion, editable, id },
        { uid: uids[name], schemaVersion: 42, editable: false, id: null },
      );
      assert.match(dashboard.description ?? '', /\.$/);
    });

    it('has data source, job, tier and partner as variables, read again when the time changes', () => {
      const variables = dashboard.templating.list ?? [];
      assert.deepEqual(
        variables.map((each) => each.name),
        ['datasource', 'job', 'tier', 'partner', ...(name === 'partner' ? ['edge'] : [])],
      );
      // Computed from the partner: whoever looks cannot choose it, and no link carries it to another partner.
      for (const each of variables.slice(4)) assert.deepEqual([each.hide, each.skipUrlSync], [2, true], each.name);
      for (const each of variables.slice(1)) {
        assert.equal(each.refresh, 2, each.name);
        assert.match(JSON.stringify(each.query), /label_values\(fedmon_/);
      }
    });

    it('leads to the other dashboards with time and variables', () => {
      const links = dashboard.links ?? [];
      const others = Object.values(uids).filter((uid) => uid !== uids[name]);
      assert.deepEqual(
        links.map(({ url }) => url),
        others.map((uid) => `/d/${uid}/${uid}`),
      );
      for (const { keepTime, includeVars, title } of links)
        assert.deepEqual([keepTime, includeVars], [true, true], title);
    });

    it('leads from its panels to dashboards that are there, with data source, job, tier and time', () => {
      for (const [link] of JSON.stringify(dashboard).matchAll(/"url":"\/d\/[^"]*\?[^"]*"/g)) {
        const [, uid = ''] = /"\/d\/([^/]+)\//.exec(link) ?? [];
        assert.ok((Object.values(uids) as string[]).includes(uid), link);
        for (const kept of [
          '${datasource:queryparam}',
          '${job:queryparam}',
          '${tier:queryparam}',
          '${__url_time_range}',
        ])
          assert.ok(link.includes(kept), `${link}: ${kept}`);
        assert.match(link, /var-partner=|\$\{partner:queryparam\}/);
      }
    });

    it('has a title and a description for each panel, and a unit and a query where there is data', () => {
      for (const panel of drawn) {
        assert.match(panel.title ?? '', /\S/);
        assert.match(panel.description ?? '', /\.$/, panel.title);
        if (panel.type === 'text') continue;
        assert.match(panel.fieldConfig?.defaults.unit ?? '', /\S/, panel.title);
        assert.notEqual(panel.targets?.length ?? 0, 0, panel.title);
      }
      const ids = panels.map((panel) => panel.id);
      assert.equal(new Set(ids).size, ids.length);
      const titles = drawn.map((panel) => panel.title);
      assert.equal(new Set(titles).size, titles.length);
    });

    it('is no wall of numbers, and repeats no panel', () => {
      assert.ok(drawn.filter(({ type }) => type === 'stat').length <= 6);
      assert.doesNotMatch(JSON.stringify(panels), /"repeat"/);
    });

    it('draws no panel over another, leaves no hole and goes not beyond the edge', () => {
      const taken = new Set<string>();
      for (const panel of panels) {
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
      const height = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
      assert.equal(taken.size, 24 * height);
    });

    it('takes its data source from the variable everywhere', () => {
      const sources = JSON.stringify(dashboard).match(/"datasource":\{.*?"\}/g) ?? [];
      assert.ok(sources.length > drawn.length);
      assert.deepEqual([...new Set(sources)], ['"datasource":{"type":"prometheus","uid":"${datasource}"}']);
    });

    it('narrows every series to the job, and every series of a partner to the chosen partners', () => {
      for (const { panel, expr } of queries) {
        const selectors = selectorsIn(expr);
        assert.notEqual(selectors.length, 0, panel);
        // Every name of a metric stands in front of braces.
        assert.equal(
          selectors.filter(({ name: each }) => each.includes('fedmon_')).length,
          (expr.match(/fedmon_\w+/g) ?? []).length,
          `${panel}: ${expr}`,
        );
        for (const { name: series, matchers } of selectors) {
          assert.match(matchers, /job=~"\$job"/, `${panel}: ${series}`);
          if (/^fedmon_(partner|check_(last|success|failures)|checks)|^job_partner/.test(series))
            assert.match(matchers, /partner=~?"\$partner"/, `${panel}: ${series}`);
          if (name === 'partner' && /^fedmon_(edge|tls|sip)/.test(series))
            assert.match(matchers, /edge=~"\$edge"/, `${panel}: ${series}`);
          // Whether the rules are loaded does not depend on the tier.
          if (name !== 'partner' && /^job_.*tier/.test(series) && panel !== 'Can this screen be believed?')
            assert.match(matchers, /tier=~"\$tier"/, `${panel}: ${series}`);
        }
      }
    });

    it('rates counters, over the interval or the range of the screen', () => {
      for (const { panel, expr } of queries) {
        for (const { name: series } of selectorsIn(expr).filter((each) => /_(total|bucket|count)$/.test(each.name))) {
          const rated = new RegExp(`(rate|increase)\\(${series}\\{[^}]*\\}\\[\\$__(rate_interval|range)\\]`);
          assert.match(expr, rated, `${panel}: ${series}`);
        }
      }
    });

    it('asks only what Prometheus understands', async (t) => {
      const exprs = [...dashboardQueries(dashboard).map(({ expr }) => expr), ...variableQueries(dashboard)];
      const rules = exprs.map((expr, index) => ({ record: `query:${index}`, expr }));
      for (const { expr } of rules) assert.doesNotMatch(expr, /\$/);
      const file = stringify({ groups: [{ name: 'queries', rules }] });
      const verdict = await promtool(t, ['check', 'rules', 'queries.yaml'], { 'queries.yaml': file });
      if (verdict === null) return;
      assert.equal(verdict.code, 0, verdict.said);
      assert.match(verdict.said, new RegExp(`${rules.length} rules found`));
    });
  });
}

describe('dashboards/README.md', () => {
  it('says of each panel what it answers, in the order of the dashboards', () => {
    const readme = readFileSync(join(projectRoot, 'dashboards/README.md'), 'utf8');
    const told = Array.from(readme.matchAll(/^\| ([^|]+?) +\| [^|]*[.?!] +\|$/gm), ([, title]) => title);
    assert.deepEqual(
      told,
      all.flatMap(({ drawn }) => drawn.map(({ title }) => title?.replace(' on $partner', ''))),
    );
  });
});
