import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { metricsIn } from '../../dashboards/src/queries.ts';
import { renderRules } from '../../src/alert/render.ts';
import { alertGroups, alertNames, defaultPlaces } from '../../src/alert/rules.ts';
import { isMetricName } from '../../src/metrics/catalogue.ts';
import { greyScenarios } from './promtool/grey-scenarios.ts';
import { monitorScenarios } from './promtool/monitor-scenarios.ts';
import { partnerScenarios } from './promtool/partner-scenarios.ts';
import { promtool } from './promtool/promtool.ts';
import { testFile } from './promtool/scenario.ts';

const rulesFile = 'fedmon.rules.yaml';
const rules = renderRules(defaultPlaces);
const scenarios = [...partnerScenarios, ...greyScenarios, ...monitorScenarios];
const runbooks = join(import.meta.dirname, '..', '..', 'src', 'alert', 'runbooks');
const allRules = alertGroups(defaultPlaces).flatMap((group) => group.rules);

describe('alert rules', () => {
  it('pass the checks of promtool', async (t) => {
    const verdict = await promtool(t, ['check', 'rules', '--lint=all', '--lint-fatal', rulesFile], {
      [rulesFile]: rules,
    });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('fire, stay silent in a near miss, and clear', async (t) => {
    const verdict = await promtool(t, ['test', 'rules', 'tests.yaml'], {
      [rulesFile]: rules,
      'tests.yaml': testFile(rulesFile, scenarios),
    });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('are tested one by one: each fires, is silent before or instead, and clears after', () => {
    for (const rule of allRules) {
      const fires = (labels: Readonly<Record<string, string>>): boolean => labels['severity'] === rule.severity;
      const firing = scenarios.filter((scenario) =>
        scenario.expect.some((each) => each.alert === rule.name && each.firing.some((one) => fires(one.labels))),
      );
      assert.ok(firing.length > 0, `${rule.name} (${rule.severity}) never fires`);
    }
    for (const name of alertNames()) {
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

  it('read only metrics that fedmon exposes', () => {
    assert.deepEqual(
      metricsIn(rules).filter((name) => !isMetricName(name)),
      [],
    );
  });

  it('speak in static sentences, and of severities people know', () => {
    for (const rule of allRules) {
      assert.match(rule.name, /^Fedmon[A-Za-z]+$/);
      assert.match(rule.summary, /^[^{]+\.$/, rule.name);
      assert.match(rule.for, /^\d+m$/, rule.name);
    }
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
        dashboard_url: 'https://g.test/d/fedmon-fleet/fedmon-fleet',
      },
    });
  });
});

describe('runbooks', () => {
  const files = readdirSync(runbooks);

  it('are one per alert', () => {
    assert.deepEqual(
      files.toSorted(),
      alertNames()
        .map((name) => `${name}.md`)
        .toSorted(),
    );
  });

  it('have the same five parts, each with something in it', () => {
    for (const file of files) {
      const text = readFileSync(join(runbooks, file), 'utf8');
      const parts = text.split(/^## /m);
      assert.equal(parts[0]?.trim(), `# ${file.replace('.md', '')}`);
      assert.deepEqual(
        parts.slice(1).map((part) => part.split('\n')[0]),
        ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation'],
        file,
      );
      for (const part of parts.slice(1)) assert.ok(part.split('\n').slice(1).join('').length > 20, `${file}: ${part}`);
    }
  });

  it('promise no text that nothing prints: they say what to copy', () => {
    for (const file of files) {
      const text = readFileSync(join(runbooks, file), 'utf8').replace(/\s+/g, ' ');
      assert.doesNotMatch(text, /the text (from|that|of) /, file);
    }
  });
});
