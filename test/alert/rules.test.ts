import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { metricsIn } from '../../dashboards/src/queries.ts';
import { durationMs } from '../../src/alert/pace.ts';
import { renderPrometheusRule, renderRules } from '../../src/alert/render.ts';
import { alertNames, alertRules, ruleGroups } from '../../src/alert/rules.ts';
import { defaultSettings, mistakesIn } from '../../src/alert/settings.ts';
import { isMetricName, metrics } from '../../src/metrics/catalogue.ts';
import { scenarios } from './promtool/all-scenarios.ts';
import { promtool } from './promtool/promtool.ts';
import { testFiles } from './promtool/scenario.ts';

interface Entry {
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const rulesFile = 'fedmon.rules.yaml';
const rules = renderRules();
/** It fires always, so it neither clears nor has a near miss. */
const always = 'FedmonWatchdog';
const allRules = alertRules(defaultSettings);

describe('alert rules', () => {
  it('pass the checks of promtool', async (t) => {
    const verdict = await promtool(t, ['check', 'rules', '--lint=all', '--lint-fatal', rulesFile], {
      [rulesFile]: rules,
    });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('fire, stay silent in a near miss, and clear', async (t) => {
    const { tests, files } = testFiles(scenarios);
    const verdict = await promtool(t, ['test', 'rules', ...tests], files);
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('are tested one by one: each fires, is silent before or instead, and clears after', () => {
    for (const rule of allRules) {
      const fires = (labels: Readonly<Record<string, string>>): boolean =>
        Object.entries({ severity: rule.severity, ...rule.labels }).every(([name, value]) => labels[name] === value);
      const firing = scenarios.filter((scenario) =>
        scenario.expect.some((each) => each.alert === rule.name && each.firing.some((one) => fires(one.labels))),
      );
      assert.ok(firing.length > 0, `${rule.name} (${rule.severity} ${JSON.stringify(rule.labels ?? {})}) never fires`);
    }
    for (const name of alertNames().filter((each) => each !== always)) {
      const clears = scenarios.some((scenario) => {
        const told = scenario.expect.filter((each) => each.alert === name);
        const last = told.at(-1);
        return told.some((each) => each.firing.length > 0) && last?.firing.length === 0;
      });
      assert.ok(clears, `${name} never clears`);
      const silent = scenarios.some((scenario) => {
        const told = scenario.expect.filter((each) => each.alert === name);
        return told.length > 0 && told.every((each) => each.firing.length === 0);
      });
      assert.ok(silent, `${name} has no near miss`);
    }
  });

  it('read only metrics that fedmon exposes, and series that they record', () => {
    const recorded = ruleGroups(defaultSettings).flatMap(({ records }) => records.map(({ record }) => record));
    assert.equal(new Set(recorded).size, recorded.length);
    const series = /\b\w+:fedmon_\w+:\w+/g;
    assert.deepEqual(new Set(rules.match(series)), new Set(recorded));
    assert.deepEqual(
      metricsIn(rules.replace(series, '')).filter((name) => !isMetricName(name)),
      [],
    );
  });

  it('speak in static sentences, and of severities people know', () => {
    for (const rule of allRules) {
      assert.match(rule.name, /^Fedmon[A-Za-z]+$/);
      assert.match(rule.summary, /^[^{]+\.$/, rule.name);
      if (rule.for !== undefined) assert.match(rule.for, /^\d+[mh]$/, rule.name);
    }
  });

  it('put into their texts only labels of ours, in which no stranger has a word', () => {
    const ours: readonly string[] = ['job', 'instance', ...Object.values(metrics).flatMap(({ labels }) => [...labels])];
    const said = [...rules.matchAll(/\$labels\.(\w+)|\blabel \\?"(\w+)/g)].map(([, one, other]) => one ?? other ?? '');
    assert.ok(said.length > 20);
    assert.deepEqual(
      [...new Set(said)].filter((label) => !ours.includes(label)),
      [],
    );
  });

  it('are the same for the Prometheus Operator', () => {
    const settings = { labels: { team: 'uc' } };
    const object = parse(renderPrometheusRule(settings)) as Record<string, unknown>;
    assert.equal(object['kind'], 'PrometheusRule');
    assert.deepEqual(object['spec'], parse(renderRules(settings)));
  });

  it('carry the labels, objectives and thresholds they are given', () => {
    const text = renderRules({
      labels: { team: 'uc' },
      objectives: { gold: 0.995 },
      thresholds: { ...defaultSettings.thresholds, manyFailing: 0.4 },
    });
    const groups = (parse(text) as { groups: { rules: Entry[] }[] }).groups;
    const alerts = groups.flatMap((group) => group.rules).filter((each) => each.alert !== undefined);
    assert.ok(alerts.every((each) => each.labels?.['team'] === 'uc'));
    const burn = alerts.filter((each) => each.alert === 'FedmonErrorBudgetBurn');
    assert.deepEqual(
      burn.map(({ expr }) =>
        Array.from(expr.matchAll(/\{tier="(\w+)"\} > ([\d.]+)/g), ([, tier, limit]) => [tier, limit]),
      ),
      ['0.072', '0.03', '0.015', '0.005'].map((limit) => [
        ['gold', limit],
        ['gold', limit],
      ]),
    );
    assert.match(alerts.find((each) => each.alert === 'FedmonManyPartnersFailing')?.expr ?? '', /> 0\.4\n/);
  });

  it('without an objective have no error budget, and promtool takes them', async (t) => {
    const text = renderRules({ objectives: {}, pace: 1 / 60 });
    assert.doesNotMatch(text, /FedmonErrorBudgetBurn/);
    const verdict = await promtool(t, ['check', 'rules', '--lint=all', '--lint-fatal', rulesFile], {
      [rulesFile]: text,
    });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('in fast motion have all times multiplied, and nothing else', () => {
    const [slow, fast] = [renderRules(), renderRules({ pace: 1 / 60 })];
    const times = (text: string): readonly number[] =>
      Array.from(text.matchAll(/(?<=for: |interval: |\[|:)\d+(?:ms|[smhd])(?=$|\]|:)/gm), ([each]) => durationMs(each));
    assert.ok(times(slow).length > 50);
    assert.deepEqual(
      times(fast),
      times(slow).map((ms) => ms / 60),
    );
    assert.match(fast, /time\(\) - max by \(job, vantage\) \(fedmon_canary_last_success_timestamp_seconds\) > 10\n/);
  });

  it('refuse settings that would never fire or clash, and say which', () => {
    assert.deepEqual(mistakesIn(defaultSettings), []);
    assert.deepEqual(mistakesIn({ ...defaultSettings, objectives: { gold: 0.94, silver: 0.9999 } }), []);
    assert.deepEqual(
      mistakesIn({
        ...defaultSettings,
        objectives: { gold: 1, bronze: 0.939 },
        thresholds: { ...defaultSettings.thresholds, stale: 1.5, manyAtLeast: 0 },
        labels: { severity: 'page', 'my-team': 'uc', team: 'uc' },
        pace: 0,
      }),
      [
        'objective of tier gold: 1 is not from 0.94 to below 1',
        'objective of tier bronze: 0.939 is not from 0.94 to below 1',
        'threshold stale: 1.5 is not between 0 and 1',
        'threshold manyAtLeast: 0 is not a whole number from 1 on',
        'label severity: not a label name, or one that the rules set themselves',
        'label my-team: not a label name, or one that the rules set themselves',
        'pace: 0 is not above 0 and at most 1',
      ],
    );
  });

  it('carry the places they are given', () => {
    const text = renderRules({ runbooks: 'https://wiki.test/fedmon', grafana: 'https://g.test', job: 'monitoring' });
    assert.doesNotMatch(text.replace(/^#.*$/gm, ''), /example\.org/);
    const groups = (parse(text) as { groups: { rules: Record<string, unknown>[] }[] }).groups;
    const absent = groups.flatMap((group) => group.rules).find((rule) => rule['alert'] === 'FedmonAbsent');
    assert.deepEqual(absent, {
      alert: 'FedmonAbsent',
      expr: 'absent(up{job="monitoring"} == 1)',
      for: '5m',
      labels: { severity: 'critical', job: 'monitoring' },
      annotations: {
        summary: 'Prometheus gets nothing from fedmon.',
        description: 'No target of the scrape job monitoring answers: nobody is watching the federation partners.',
        runbook_url: 'https://wiki.test/fedmon/FedmonAbsent.md',
        dashboard_url: 'https://g.test/d/fedmon-pipeline/fedmon-pipeline',
      },
    });
  });
});
