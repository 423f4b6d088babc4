import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { chart, template, type Values } from './helm.ts';
import { config, minimal } from './values.ts';

describe('wrong values are refused in words', () => {
  const wrong: readonly [string, Values, RegExp][] = [
    ['no Redis', { config }, /fedmon needs a Redis: set redis\.url .* or redis\.existingSecret/],
    [
      'two',
      { redis: { url: 'redis://a', existingSecret: 'b' }, config },
      /Set either redis\.url or redis\.existingSecret/,
    ],
    ['no Redis URL', { redis: { url: 'http://a' }, config }, /redis\.url: Does not match pattern/],
    [
      'a Redis in the config',
      { ...minimal, config: { ...config, redis: { url: 'redis://a' } } },
      /config\.redis\.url has no effect in this chart/,
    ],
    [
      'no identity',
      { ...minimal, config: { partners: config.partners } },
      /Set config\.identity\.domain: the SIP domain/,
    ],
    [
      'no contact',
      { ...minimal, config: { ...config, identity: { domain: 'a.example' } } },
      /Set config\.identity\.contact: a web or mail address/,
    ],
    [
      'no partner',
      { ...minimal, config: { identity: config.identity } },
      /Set config\.partners: a list with at least one/,
    ],
    [
      'two client certificates',
      {
        ...minimal,
        config: { ...config, identity: { ...config.identity, certFile: 'a.pem' } },
        clientCertificate: { existingSecret: 'client' },
      },
      /Set either clientCertificate\.existingSecret or config\.identity\.certFile/,
    ],
    [
      'a grace period that is shorter than an examination',
      {
        ...minimal,
        config: { ...config, partners: [{ domain: 'a.example', every: '5m', timeout: '1m' }] },
        terminationGracePeriodSeconds: 60,
      },
      /terminationGracePeriodSeconds is 60 and must be at least 70, ten seconds more than the longest timeout/,
    ],
    [
      'a timeout of no length',
      { ...minimal, config: { ...config, partners: [{ domain: 'a.example', timeout: 30 }] } },
      /The timeout of a\.example in config\.partners is 30, which is not a duration/,
    ],
    ['a misspelt value', { ...minimal, serviceMonitors: {} }, /Additional property serviceMonitors is not allowed/],
    ['a misspelt option', { ...minimal, dashboards: { enable: true } }, /dashboards: Additional property enable/],
    [
      'a text for a switch',
      { ...minimal, prometheusRule: { enabled: 'yes' } },
      /prometheusRule\.enabled: Invalid type/,
    ],
    ['a partner without a domain', { ...minimal, config: { ...config, partners: [{}] } }, /domain is required/],
    [
      'a port of no kind',
      { ...minimal, service: { port: 70000 } },
      /service\.port: Must be less than or equal to 65535/,
    ],
    [
      'an address with a final slash',
      { ...minimal, prometheusRule: { grafanaUrl: 'https://g/' } },
      /grafanaUrl: Does not match/,
    ],
  ];
  for (const [name, values, message] of wrong) {
    it(name, (t) => {
      const done = template(t, values);
      if (done === null) return;
      assert.notEqual(done.code, 0);
      assert.match(done.stderr, message);
    });
  }
});

describe('chart files', () => {
  const read = (file: string): string => readFileSync(join(chart, file), 'utf8');

  it('name the version of the project', () => {
    const { version } = JSON.parse(readFileSync(join(chart, '..', '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal((parse(read('Chart.yaml')) as { appVersion: string }).appVersion, version);
  });

  it('say every value in README.md and in the schema', () => {
    const values = parse(read('values.yaml')) as Record<string, unknown>;
    const schema = JSON.parse(read('values.schema.json')) as { properties: Record<string, unknown> };
    const leaves = Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? Object.keys(value).map((each) => `${name}.${each}`)
        : [name],
    );
    const readme = read('README.md').replace(/ +\|/g, ' |');
    assert.deepEqual(
      leaves.filter((leaf) => !readme.includes(`| \`${leaf}\` |`)),
      [],
    );
    assert.deepEqual(
      Object.keys(values).filter((name) => !(name in schema.properties)),
      [],
    );
  });
});
