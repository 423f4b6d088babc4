import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { alertRules } from '../../src/alert/rules.ts';
import { defaultSettings } from '../../src/alert/settings.ts';
import { labelsOf } from './promtool/all-scenarios.ts';
import { amtool } from './promtool/promtool.ts';

const text = readFileSync(join(import.meta.dirname, '../../src/alert/alertmanager.yaml'), 'utf8');
const file = 'alertmanager.yaml';

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}
const config = parse(text) as { readonly inhibit_rules: readonly InhibitRule[] };
const rules = alertRules(defaultSettings);

/** Whether an alert of a rule fits the matchers, as Alertmanager reads them; only its name and severity are known here. */
function fits(matchers: readonly string[], rule: { readonly name: string; readonly severity: string }): boolean {
  const known: Readonly<Record<string, string>> = { alertname: rule.name, severity: rule.severity };
  return matchers.every((matcher) => {
    const [, label = '', operator, value = ''] = /^(\w+) (=|=~) "?([^"]+)"?$/.exec(matcher) ?? [];
    assert.ok(operator !== undefined && label in known, `not understood: ${matcher}`);
    return operator === '=' ? known[label] === value : new RegExp(`^(?:${value})$`).test(known[label] ?? '');
  });
}

describe('the snippet for Alertmanager', () => {
  it('passes amtool check-config', async (t) => {
    const verdict = await amtool(t, ['check-config', file], { [file]: text });
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
  });

  it('routes by severity, and the watchdog to its switch', async (t) => {
    const routed = async (...labels: readonly string[]) => {
      const verdict = await amtool(t, ['config', 'routes', 'test', `--config.file=${file}`, ...labels], {
        [file]: text,
      });
      return verdict?.said.split('\n')[0];
    };
    const wanted: readonly (readonly [string, readonly string[]])[] = [
      ['fedmon-dead-mans-switch', ['alertname=FedmonWatchdog', 'severity=none']],
      ['fedmon-nobody', ['alertname=FedmonBlindEverywhere', 'severity=none']],
      ['fedmon-pager', ['alertname=FedmonBlind', 'severity=critical']],
      ['fedmon-pager', ['alertname=FedmonSharedCause', 'severity=critical']],
      ['fedmon-tickets', ['alertname=FedmonSharedCause', 'severity=warning']],
      ['fedmon-tickets', ['alertname=FedmonPartnerDegraded', 'severity=warning']],
    ];
    for (const [receiver, labels] of wanted) {
      const said = await routed(...labels);
      if (said !== undefined) assert.equal(said, receiver, labels.join(' '));
    }
  });

  it('names alerts that exist, on both sides of each inhibition', () => {
    for (const { source_matchers, target_matchers } of config.inhibit_rules) {
      for (const matchers of [source_matchers, target_matchers]) {
        assert.ok(
          rules.some((rule) => fits(matchers, rule)),
          matchers.join(' '),
        );
        for (const [name] of matchers.join(' ').matchAll(/\bFedmon[A-Za-z]+(?![A-Za-z]*[(.])/g))
          assert.ok(
            rules.some((rule) => rule.name === name),
            name,
          );
      }
    }
  });

  it('compares only labels that both sides have: a missing one would equal a missing one', () => {
    for (const { source_matchers, target_matchers, equal } of config.inhibit_rules) {
      for (const rule of rules.filter((each) => fits(source_matchers, each) || fits(target_matchers, each))) {
        for (const label of equal) assert.ok(labelsOf(rule).includes(label), `${rule.name} has no label ${label}`);
      }
    }
  });

  it('lets no alert hold itself back', () => {
    for (const { source_matchers, target_matchers } of config.inhibit_rules)
      assert.deepEqual(
        rules.filter((rule) => fits(source_matchers, rule) && fits(target_matchers, rule)).map(({ name }) => name),
        [],
      );
  });
});
