import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { valueRows, valuesTable } from '../../helm/src/values-table.ts';
import { chart, template, type Values } from './helm.ts';
import { config, minimal } from './values.ts';

const redis = minimal.redis;
const vantages = [{ name: 'a' }, { name: 'b' }];
const scaled = { autoscaling: { enabled: true } };

/** What helm refuses in the words of a template, one at a time: wrong values, and what is said. */
const refused: readonly (readonly [wrong: string, values: Values, said: RegExp])[] = [
  [
    'no store',
    { config },
    /fedmon needs a Redis or Valkey: set redis\.url .*redis\.sentinel\.hosts.*valkey\.enabled=true/,
  ],
  ['two stores', { ...minimal, valkey: { enabled: true } }, /Set one store, not several: redis\.url, valkey\.enabled/],
  [
    'a password in the URL',
    { config, redis: { url: 'redis://user:secret@redis.uc' } },
    /redis\.url holds a password: put it into a Secret and name that in redis\.existingSecret/,
  ],
  ['a key of no Secret', { config, redis: { urlKey: 'uri' } }, /redis\.urlKey is the key of a Secret: name the Secret/],
  [
    'an authority without TLS',
    { config, redis: { ...redis, ca: { existingSecret: 'ca' } } },
    /redis\.ca is for TLS: redis\.url has to begin with rediss:/,
  ],
  [
    'a Redis in the config',
    { ...minimal, config: { ...config, redis: { url: 'redis://a' } } },
    /config\.redis has no effect in this chart: set redis\./,
  ],
  [
    'a port in the config',
    { ...minimal, config: { ...config, listen: {} } },
    /config\.listen has no effect .* listenAddress/,
  ],
  ['no identity', { redis, config: { partners: config.partners } }, /Set config\.identity\.domain: the SIP domain/],
  [
    'no contact',
    { redis, config: { ...config, identity: { domain: 'a.example' } } },
    /Set config\.identity\.contact: a web or mail address/,
  ],
  ['no partner', { redis, config: { identity: config.identity } }, /Set config\.partners: a list with at least one/],
  [
    'two client certificates',
    { ...minimal, clientCertificate: { existingSecret: 'a', certManager: { enabled: true } } },
    /Set either clientCertificate\.existingSecret or clientCertificate\.certManager\.enabled/,
  ],
  [
    'no issuer',
    { ...minimal, clientCertificate: { certManager: { enabled: true } } },
    /Set clientCertificate\.certManager\.issuerRef: the issuer/,
  ],
  [
    'a grace period that is shorter than an examination',
    {
      redis,
      config: { ...config, partners: [{ domain: 'a.example', every: '5m', timeout: '1m' }] },
      terminationGracePeriodSeconds: 60,
    },
    /terminationGracePeriodSeconds is 60 and must be at least 70, ten seconds more than the longest timeout/,
  ],
  [
    'one place twice',
    { ...minimal, vantages: [...vantages, { name: 'a' }] },
    /vantages names one place twice: a, b, a/,
  ],
  ['a quorum of too many', { ...minimal, vantages, quorum: 3 }, /quorum is 3 of 2 vantages: set at most as many/],
  ['one pod in two places', { ...minimal, vantages, allInOne: true }, /allInOne is one pod at one place/],
  ['vantages in the config', { ...minimal, config: { ...config, vantages: {} } }, /set vantages and quorum/],
  [
    'scaling unseen',
    { ...minimal, worker: scaled },
    /worker\.autoscaling asks Prometheus .* set serviceMonitor\.enabled=true/,
  ],
  [
    'nothing at all',
    { ...minimal, scheduler: { replicas: 0 }, worker: { replicas: 0 }, exporter: { replicas: 0 } },
    /Nothing would run here/,
  ],
];

/** What the schema refuses, all at once as helm says it. */
const misspelt: Values = {
  redis: { url: 'http://a', prefix: 'fedmon', password: 'x' },
  config: {
    ...config,
    partner: [],
    defaults: { timeout: 30 },
    dns: { servers: '9.9.9.9' },
    partners: [{ every: '5 min' }],
  },
  serviceMonitors: {},
  dashboards: { enable: true },
  prometheusRule: {
    enabled: 'yes',
    grafanaUrl: 'https://g/',
    objectives: { gold: 1 },
    thresholds: { stale: 50 },
    alertLabels: { severity: 'page' },
  },
  service: { port: 70000 },
  exporter: { replicas: 2 },
  vantages: [{ name: 'Paris 1' }],
  image: { digest: 'sha256:0' },
  valkey: { persistence: { size: 'much' } },
};
const said: readonly RegExp[] = [
  /redis\.url: Does not match pattern/,
  /redis\.prefix: Does not match pattern/,
  /redis: Additional property password is not allowed/,
  /config: Additional property partner is not allowed/,
  /config\.defaults\.timeout: Invalid type. Expected: string, given: integer/,
  /config\.dns\.servers: Invalid type. Expected: array, given: string/,
  /config\.partners\.0: domain is required/,
  /config\.partners\.0\.every: Does not match pattern/,
  /Additional property serviceMonitors is not allowed/,
  /dashboards: Additional property enable is not allowed/,
  /prometheusRule\.enabled: Invalid type. Expected: boolean, given: string/,
  /prometheusRule\.grafanaUrl: Does not match pattern/,
  /prometheusRule\.objectives\.gold: Must be less than 1/,
  /prometheusRule\.thresholds\.stale: Must be less than 1/,
  /prometheusRule\.alertLabels: Property name of "severity" does not match/,
  /prometheusRule\.alertLabels: Must not validate the schema/,
  /service\.port: Must be less than or equal to 65535/,
  /exporter\.replicas: Must be less than or equal to 1/,
  /vantages\.0\.name: Does not match pattern/,
  /image\.digest: Does not match pattern/,
  /valkey\.persistence\.size: Does not match pattern/,
];

describe('wrong values are refused in words', () => {
  for (const [wrong, values, message] of refused) {
    it(wrong, (t) => {
      const done = template(t, values);
      if (done === null) return;
      assert.notEqual(done.code, 0);
      assert.match(done.stderr, message);
    });
  }

  it('misspelt ones, every one at once', (t) => {
    const done = template(t, misspelt);
    if (done === null) return;
    assert.notEqual(done.code, 0);
    for (const message of said) assert.match(done.stderr, message);
    const lines = done.stderr.split('\n').filter((line) => line.startsWith('- '));
    assert.equal(lines.length, said.length, done.stderr);
  });
});

describe('chart files', () => {
  const read = (file: string): string => readFileSync(join(chart, file), 'utf8');

  it('name the version of the project', () => {
    const { version } = JSON.parse(readFileSync(join(chart, '..', '..', 'package.json'), 'utf8')) as {
      version: string;
    };
    assert.equal((parse(read('Chart.yaml')) as { appVersion: string }).appVersion, version);
  });

  it('explain every value, and allow no other one anywhere', () => {
    const top = (names: Iterable<string>): string[] => [...new Set([...names].map((name) => name.split('.')[0] ?? ''))];
    const values = Object.keys(parse(read('values.yaml')) as object);
    assert.deepEqual(top(valueRows(read('values.yaml')).map(({ value }) => value)), values);
    const schema = JSON.parse(read('values.schema.json')) as { properties: object };
    assert.deepEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== 'global')
        .sort(),
      [...values].sort(),
    );
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('properties' in node && !('additionalProperties' in node && node.additionalProperties === false))
        open.push(path);
      for (const [key, inner] of Object.entries(node)) walk(inner, `${path}/${key}`);
    };
    walk(schema, '');
    assert.deepEqual(open, []);
  });

  it('are written from comments, without which nothing is written', () => {
    const yaml =
      '# Heading.\n\n# -- What it is: `a | b`.\na: 1\nb:\n  # Not this.\n  # -- Of two\n  # lines.\n  c: { d: x, e: [1] }\n';
    assert.equal(
      valuesTable(yaml),
      [
        '| value | default            | meaning               |',
        '| ----- | ------------------ | --------------------- |',
        '| `a`   | `1`                | What it is: `a \\| b`. |',
        '| `b.c` | `{ d: x, e: [1] }` | Of two lines.         |',
      ].join('\n'),
    );
    assert.throws(() => valuesTable('a: 1\n'), /says nothing about a: write a line/);
  });
});
