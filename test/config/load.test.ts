import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import {
  anonymous,
  cadenceOf,
  checkDefaults,
  hysteresisOf,
  systemServers,
  withFlags,
} from '../../src/config/defaults.ts';
import { defaultCadence } from '../../src/federation/cadence.ts';
import { jsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { sections, type Sections } from '../../src/config/schema.ts';
import { printConfig } from '../../src/config/print.ts';
import { folderWithKeys, type Folder } from './files.ts';

const source = join(import.meta.dirname, '..', '..', 'src', 'config');
const identity = 'identity: { domain: mon.example.com, contact: noc@example.com }\n';

describe('loadConfig', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
  });
  after(() => folder.remove());
  const load = (text: string, env: NodeJS.ProcessEnv = {}): Config =>
    loadConfig(folder.write('fedmon.yaml', text), env);

  test('everything but identity and partners has a default', () => {
    const config = load(`${identity}partners: [{ domain: contoso.com }]`);
    assert.deepEqual(config, {
      file: join(folder.path, 'fedmon.yaml'),
      sources: [join(folder.path, 'fedmon.yaml')],
      redis: { url: 'redis://127.0.0.1:6379', prefix: '{fedmon}' },
      vantage: 'default',
      identity: {
        domain: 'mon.example.com',
        contact: 'noc@example.com',
        certFile: null,
        keyFile: null,
        platform: 'unknown',
      },
      dns: { servers: systemServers() },
      trust: 'system',
      egress: { allow: [] },
      politeness: { gapMs: 2_000 },
      listen: {
        exporter: { host: '127.0.0.1', port: 9464 },
        scheduler: { host: '127.0.0.1', port: 9465 },
        worker: { host: '127.0.0.1', port: 9466 },
      },
      api: { tokenFile: null, token: null },
      hysteresis: { down: 3, up: 2, holdDownMs: 120_000 },
      cadence: defaultCadence,
      partners: [
        {
          domain: 'contoso.com',
          name: null,
          tier: 'standard',
          owner: null,
          contact: null,
          profile: 'microsoft-federation',
          everyMs: 300_000,
          timeoutMs: 30_000,
          route: null,
          cadence: defaultCadence,
        },
      ],
      maintenance: [],
      defaults: { everyMs: 300_000, timeoutMs: 30_000, profile: 'microsoft-federation', tier: 'standard' },
      ownCertificates: [],
    } satisfies Config);
  });

  test('every key is read, paths are relative to the file', () => {
    const config = load(`
redis: { url: "rediss://fedmon@redis.example.com:6380/2", prefix: "{lab}" }
vantage: paris-1
identity: { domain: Mon.Example.com, contact: "https://mon.example.com/probing", certFile: client.pem, keyFile: ./client.key, platform: microsoft-365 }
dns: { servers: [127.0.0.1, "[::1]:5353", "2001:db8::53"] }
trust: client.pem
egress: { allow: [10.0.0.0/8, "fd00::/8"] }
politeness: { gap: 500ms, stop: [Edge.Contoso.com:5061, 192.0.2.7, "[2001:DB8:0::1]:5061"], stopAll: true }
listen: { exporter: "[::]:19464", worker: "localhost:0" }
api: { tokenFile: token.txt }
include: [none/*.yaml]
hysteresis: { down: 2, up: 1, holdDown: 0s }
cadence: { confirmAfter: 40s, slowAfter: 12h, slowFactor: 2 }
defaults: { every: 10s, profile: sip, tier: gold }
canary: { host: sip.example.com, every: 30s }
controls: [{ name: quad9, host: 9.9.9.9, port: 853 }]
ownCertificates: [{ name: edge, certFile: client.pem }]
identities: [{ name: lab, certFile: client.pem, keyFile: client.key }]
partners:
  - { domain: BÜCHER.example., name: Bücher, tier: critical, owner: team, contact: noc, tags: [wave-2], every: 5m, timeout: 1m }
  - { domain: fabrikam.com, route: { host: "2001:DB8::1" }, profile: direct-routing, identity: lab }
maintenance:
  - { partners: [bücher.example], from: 2026-03-01T22:00:00Z, until: "2026-03-02T02:00:00+01:00", reason: move }
  - { tags: [wave-2], providers: [microsoft-365], from: 2026-03-01T22:00:00Z, until: 2026-03-01T23:00:00Z, reason: wave }
`);
    const at = (name: string): string => join(folder.path, name);
    assert.deepEqual(config, {
      file: at('fedmon.yaml'),
      sources: [at('fedmon.yaml'), at('none/*.yaml')],
      redis: { url: 'rediss://fedmon@redis.example.com:6380/2', prefix: '{lab}' },
      vantage: 'paris-1',
      identity: {
        domain: 'mon.example.com',
        contact: 'https://mon.example.com/probing',
        certFile: at('client.pem'),
        keyFile: at('client.key'),
        platform: 'microsoft-365',
      },
      identities: [{ name: 'lab', certFile: at('client.pem'), keyFile: at('client.key') }],
      dns: {
        servers: [
          { address: '127.0.0.1', port: 53 },
          { address: '::1', port: 5353 },
          { address: '2001:db8::53', port: 53 },
        ],
      },
      trust: at('client.pem'),
      egress: { allow: ['10.0.0.0/8', 'fd00::/8'] },
      politeness: {
        gapMs: 500,
        stops: {
          all: true,
          places: [
            { host: 'edge.contoso.com', port: 5061 },
            { host: '192.0.2.7', port: null },
            { host: '2001:db8::1', port: 5061 },
          ],
        },
      },
      listen: {
        exporter: { host: '::', port: 19464 },
        scheduler: { host: '127.0.0.1', port: 9465 },
        worker: { host: 'localhost', port: 0 },
      },
      api: { tokenFile: at('token.txt'), token: 'a-token-of-20-letters' },
      hysteresis: { down: 2, up: 1, holdDownMs: 0 },
      cadence: { confirmAfterMs: 40_000, slowAfterMs: 43_200_000, slowFactor: 2 },
      partners: [
        {
          domain: 'xn--bcher-kva.example',
          name: 'Bücher',
          tier: 'critical',
          owner: 'team',
          contact: 'noc',
          profile: 'sip',
          everyMs: 300_000,
          timeoutMs: 60_000,
          route: null,
          tags: ['wave-2'],
          cadence: { confirmAfterMs: 40_000, slowAfterMs: 43_200_000, slowFactor: 2 },
        },
        {
          domain: 'fabrikam.com',
          name: null,
          tier: 'gold',
          owner: null,
          contact: null,
          profile: 'direct-routing',
          everyMs: 10_000,
          timeoutMs: 5_000,
          route: { host: '2001:db8::1', port: 5061 },
          cadence: { confirmAfterMs: 40_000, slowAfterMs: 43_200_000, slowFactor: 2 },
          identity: 'lab',
        },
      ],
      maintenance: [
        {
          partners: ['xn--bcher-kva.example'],
          fromMs: Date.UTC(2026, 2, 1, 22),
          untilMs: Date.UTC(2026, 2, 2, 1),
          reason: 'move',
        },
        {
          partners: ['xn--bcher-kva.example'],
          providers: ['microsoft-365'],
          fromMs: Date.UTC(2026, 2, 1, 22),
          untilMs: Date.UTC(2026, 2, 1, 23),
          reason: 'wave',
        },
      ],
      defaults: { everyMs: 10_000, timeoutMs: 30_000, profile: 'sip', tier: 'gold' },
      canary: { host: 'sip.example.com', port: 5061, everyMs: 30_000 },
      controls: [{ name: 'quad9', host: '9.9.9.9', port: 853 }],
      ownCertificates: [{ name: 'edge', certFile: at('client.pem') }],
    } satisfies Config);
  });

  test('FEDMON_REDIS_URL goes before the file, the password comes from its own file', () => {
    const text = `${identity}partners: [{ domain: contoso.com }]\nredis: { url: "redis://fedmon@redis.example.com", passwordFile: password.txt }`;
    const url = (env: NodeJS.ProcessEnv): string => load(text, env).redis.url;
    assert.equal(url({}), 'redis://fedmon:p%40ss%2Fword@redis.example.com');
    assert.equal(url({ FEDMON_REDIS_URL: 'redis://10.0.0.1:6380/1' }), 'redis://:p%40ss%2Fword@10.0.0.1:6380/1');
    assert.equal(url({ FEDMON_REDIS_URL: 'redis://:own@10.0.0.1' }), 'redis://:own@10.0.0.1');
    assert.throws(() => url({ FEDMON_REDIS_URL: 'http://10.0.0.1:p@x' }), {
      message: 'environment  FEDMON_REDIS_URL: not a usable URL, expected one such as redis://redis.example.com:6379/0',
    });
  });

  test('several places: FEDMON_VANTAGE says which is this one, the majority decides unless said otherwise', () => {
    const partners = `${identity}partners: [{ domain: contoso.com }]\n`;
    const names = Array.from({ length: 16 }, (_, at) => `p-${String(at)}`);
    const of = (text: string, env: NodeJS.ProcessEnv = {}) => {
      const { vantage, vantages } = load(`${partners}${text}`, env);
      return [vantage, vantages?.names.length, vantages?.quorum];
    };
    const three = 'vantage: paris-1\nvantages: { names: [paris-1, fra-1, nyc-1] }';
    assert.deepEqual(of(three), ['paris-1', 3, 2]);
    assert.deepEqual(of(three, { FEDMON_VANTAGE: 'nyc-1' }), ['nyc-1', 3, 2]);
    assert.deepEqual(of('vantage: paris-1', { FEDMON_VANTAGE: 'rome' }), ['rome', undefined, undefined]);
    assert.deepEqual(of(`vantages: { names: [${names.join()}], quorum: 16 }`, { FEDMON_VANTAGE: 'p-3' }), [
      'p-3',
      16,
      16,
    ]);
    const more = `vantage: p-0\nvantages: { names: [${names.join()}, p-16] }`;
    assert.throws(() => of(more), /vantages\.names: got .*, expected a list of places, at most 16/);
    assert.throws(() => of(three, { FEDMON_VANTAGE: 'rome' }), {
      message: 'environment  FEDMON_VANTAGE: rome is none of the places in vantages (paris-1, fra-1, nyc-1)',
    });
    assert.throws(() => of(three, { FEDMON_VANTAGE: 'new york' }), {
      message: 'environment  FEDMON_VANTAGE: not a label, expected 1 to 64 letters, digits, dots or hyphens',
    });
    // By hand one may look from anywhere.
    const file = folder.write('check.yaml', `${partners}${three}`);
    assert.equal(loadConfig(file, { FEDMON_VANTAGE: 'laptop' }, 'check').vantage, 'laptop');
  });

  test('FEDMON_LISTEN goes before the file, for every role', () => {
    const text = `${identity}partners: [{ domain: contoso.com }]\nlisten: { worker: '127.0.0.1:7' }\n`;
    const everywhere = { host: '0.0.0.0', port: 9464 };
    assert.deepEqual(load(text, { FEDMON_LISTEN: '0.0.0.0:9464' }).listen, {
      exporter: everywhere,
      scheduler: everywhere,
      worker: everywhere,
    });
    assert.deepEqual(load(text, {}).listen.worker, { host: '127.0.0.1', port: 7 });
    assert.throws(() => load(text, { FEDMON_LISTEN: '9464' }), {
      message: 'environment  FEDMON_LISTEN: not an address and a port, expected one such as 127.0.0.1:9464',
    });
  });

  test('FEDMON_API_TOKEN goes before the file; a token that could be guessed is a mistake', () => {
    const text = `${identity}partners: [{ domain: contoso.com }]\n`;
    const token = (tail: string, env: NodeJS.ProcessEnv): string | null => load(text + tail, env).api.token;
    assert.equal(token('', {}), null);
    assert.equal(token('', { FEDMON_API_TOKEN: 'x'.repeat(16) }), 'x'.repeat(16));
    assert.equal(token('api: { tokenFile: token.txt }', { FEDMON_API_TOKEN: 'y'.repeat(16) }), 'y'.repeat(16));
    assert.throws(
      () => token('', { FEDMON_API_TOKEN: 'x'.repeat(15) }),
      /FEDMON_API_TOKEN: not a usable token, expected at least 16/,
    );
    assert.throws(
      () => token('api: { tokenFile: password.txt }', {}),
      /api\.tokenFile: .*password\.txt: not a usable token/,
    );
    assert.throws(() => token('api: { tokenFile: none.txt }', {}), /api\.tokenFile: .*none\.txt/);
  });

  test('the gap between two connections to one address: none, an hour, and no more', () => {
    const gap = (text: string): number | undefined =>
      load(`${identity}partners: [{ domain: contoso.com }]\npoliteness: { gap: ${text} }`).politeness?.gapMs;
    assert.deepEqual(['0s', '1h'].map(gap), [0, 3_600_000]);
    assert.throws(() => gap('3601s'), /politeness\.gap: got .*3601s/);
  });

  test('included files add partners in the order of their names, and inherit the defaults', () => {
    folder.write('more/b.yaml', 'partners: [{ domain: b.example }]');
    folder.write('more/a.yaml', 'partners: [{ domain: a.example, every: 1m }]');
    folder.write('more/ignored.txt', '[');
    const config = load(`${identity}defaults: { tier: gold }\ninclude: [more/*.yaml, "none/*.yaml"]\n`);
    assert.deepEqual(
      config.partners.map(({ domain, tier, everyMs }) => ({ domain, tier, everyMs })),
      [
        { domain: 'a.example', tier: 'gold', everyMs: 60_000 },
        { domain: 'b.example', tier: 'gold', everyMs: 300_000 },
      ],
    );
  });

  test('`check` needs neither identity nor partners, and does not open the password of the store', () => {
    const file = folder.write('check.yaml', 'redis: { passwordFile: nowhere.txt }\nvantage: lab\n');
    const config = loadConfig(file, {}, 'check');
    assert.deepEqual([config.identity, config.vantage, config.partners], [anonymous, 'lab', []]);
  });

  test('5,000 partners are read and judged', () => {
    const lines = Array.from({ length: 5000 }, (_, at) => `  - { domain: p${at}.example }`);
    assert.equal(load(`${identity}partners:\n${lines.join('\n')}\n`).partners.length, 5000);
  });

  test('what is printed can be loaded again and shows no secret', () => {
    const text = `${identity}partners: [{ domain: contoso.com, route: { host: sip.contoso.com } }, { domain: b.example, every: 90s, identity: none }]\nidentities: [{ name: lab, certFile: client.pem, keyFile: client.key }]\nredis: { passwordFile: password.txt }`;
    const config = load(text);
    const printed = printConfig(config);
    assert.equal(printed.includes('word'), false);
    assert.match(printed, /url: redis:\/\/:\*\*\*@127\.0\.0\.1:6379/);
    const again = load(printed.replace(':***@', ''));
    assert.deepEqual({ ...again, redis: config.redis }, config);
  });

  test('cron goes before the interval of the defaults, an interval before their cron; a time zone stands for both', () => {
    const { partners, defaults } = load(`
identity: { domain: mon.example.com, contact: noc@example.com }
defaults: { cron: '*/10 8-18 * * 1-5', timezone: Europe/Berlin }
partners:
  - { domain: a.example }
  - { domain: b.example, every: 1m }
  - { domain: c.example, timezone: Asia/Tokyo }
  - { domain: d.example, cron: '*/20 * * * * *' }
  - { domain: e.example, cron: '0 8 * * *', timezone: UTC }
`);
    const shown = partners.map(({ cron, everyMs, timeoutMs }) => [
      cron?.expression ?? null,
      cron?.timezone ?? null,
      everyMs,
      timeoutMs,
    ]);
    assert.deepEqual(shown, [
      ['*/10 8-18 * * 1-5', 'Europe/Berlin', 600_000, 30_000],
      [null, null, 60_000, 30_000],
      ['*/10 8-18 * * 1-5', 'Asia/Tokyo', 600_000, 30_000],
      ['*/20 * * * * *', 'Europe/Berlin', 20_000, 10_000],
      ['0 8 * * *', 'UTC', 86_400_000, 30_000],
    ]);
    assert.equal(defaults?.timezone, 'Europe/Berlin');
  });

  test('what is printed of schedules is read as the same', () => {
    const config = load(`
identity: { domain: mon.example.com, contact: noc@example.com }
defaults: { every: 1m, timezone: Europe/Berlin }
partners:
  - { domain: a.example, cron: '*/10 8-18 * * 1-5' }
  - { domain: b.example }
`);
    const again = load(printConfig(config));
    assert.deepEqual([again.partners, again.defaults], [config.partners, config.defaults]);
  });

  test('a pinned route: TLS and the port of the transport unless said otherwise, and printed as it can be read again', () => {
    const routes = [
      '{ host: h.example }',
      '{ host: h.example, transport: tcp }',
      '{ host: 192.0.2.1, port: 5070, transport: udp }',
    ];
    const entries = routes.map((route, at) => `  - { domain: p${String(at)}.example, profile: sip, route: ${route} }`);
    const config = load(`${identity}partners:\n${entries.join('\n')}\n`);
    const pinned = [
      { host: 'h.example', port: 5061 },
      { host: 'h.example', port: 5060, transport: 'tcp' },
      { host: '192.0.2.1', port: 5070, transport: 'udp' },
    ];
    assert.deepEqual(
      config.partners.map(({ route }) => route),
      pinned,
    );
    assert.deepEqual(
      load(printConfig(config)).partners.map(({ route }) => route),
      pinned,
    );
  });
});

test('the example is a good configuration and its comment on defaults is true', () => {
  const config = loadConfig(join(source, 'fedmon.example.yaml'), {});
  assert.equal(config.partners.length, 5);
  assert.deepEqual(config.partners[2]?.route, { host: 'sbc.tailspin.example', port: 5060, transport: 'udp' });
  assert.equal(config.identity.platform, 'skype-for-business');
  assert.deepEqual(config.dns.servers.at(-1), { address: '192.0.2.54', port: 853, tls: { name: 'dns.example.com' } });
  const { redis, trust, egress, listen, hysteresis, defaults } = checkDefaults();
  assert.deepEqual(
    [config.redis, config.trust, config.egress, config.listen, config.hysteresis, config.defaults],
    [redis, trust, egress, listen, hysteresis, defaults],
  );
});

test('what holds without a file is what the schema says of a file without a word', () => {
  const left = <Name extends keyof typeof sections>(name: Name) => sections[name].parse(undefined) as Sections[Name];
  const { redis, vantage, trust, egress, listen, hysteresis, cadence } = checkDefaults();
  const said = { ...left('redis'), url: left('redis').url.href };
  assert.deepEqual(
    { redis, vantage, trust, egress, listen, hysteresis, cadence },
    {
      redis: { url: said.url, prefix: said.prefix },
      vantage: left('vantage'),
      trust: left('trust'),
      egress: left('egress'),
      listen: left('listen'),
      hysteresis: hysteresisOf(left('hysteresis')),
      cadence: cadenceOf(left('cadence')),
    },
  );
});

test('the published JSON Schema is the one that is in force', () => {
  assert.equal(readFileSync(join(source, 'fedmon.schema.json'), 'utf8'), jsonSchema());
});

test('flags of `check` go before the configuration', () => {
  const servers = [{ address: '127.0.0.1', port: 5353 }];
  const base = { ...checkDefaults(), egress: { allow: ['10.0.0.0/8'] } };
  const config = withFlags(base, {
    dns: servers,
    allow: ['127.0.0.0/8'],
    trust: 'mozilla',
    certFile: 'a',
    keyFile: 'b',
  });
  assert.deepEqual(config, {
    ...base,
    dns: { servers },
    egress: { allow: ['10.0.0.0/8', '127.0.0.0/8'] },
    trust: 'mozilla',
    identity: { ...anonymous, certFile: 'a', keyFile: 'b' },
  });
});
