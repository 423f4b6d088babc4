import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock } from '../../src/net/clock.ts';
import { builtInDefaults } from '../../src/config/defaults.ts';
import { watchOwnCertificates } from '../../src/role/own-watch.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { authority, leaf, serverAuth, type Authority } from '../lab/certificates.ts';

let folder: string;
let root: Authority;
let middle: Authority;
const at = (name: string): string => join(folder, name);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-own-'));
  root = await authority('Own Root');
  middle = await authority('Own Issuing', root);
  writeFileSync(at('root.pem'), root.certPem);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function watch(names: readonly string[]) {
  const said: string[] = [];
  const own = createOwnMetrics();
  const note = (fields: object): void => {
    if ('code' in fields && 'certificate' in fields) said.push(`${String(fields.certificate)}: ${String(fields.code)}`);
  };
  const config = {
    identity: {
      domain: 'mon.example',
      contact: 'noc@mon.example',
      certFile: at('usual.pem'),
      keyFile: at('usual.key'),
    },
    ownCertificates: names.map((name) => ({ name, certFile: at(`${name}.pem`) })),
    trust: at('root.pem'),
    dns: { servers: [] },
    egress: { allow: [] },
    partners: [],
    defaults: builtInDefaults,
  };
  const log = { debug: note, info: note, warn: note, error: note };
  const store = createMemoryStore();
  /** What the next look-up of our own SRV record answers. */
  const dns: { answer: readonly string[] | null; asked: number } = { answer: null, asked: 0 };
  const lookUp = (): Promise<readonly string[] | null> => {
    dns.asked += 1;
    return Promise.resolve(dns.answer);
  };
  const watching = watchOwnCertificates(config, { clock: systemClock, log, own, store, lookUp });
  const series = async (): Promise<readonly string[]> =>
    (await own.text()).split('\n').filter((line) => line.startsWith('fedmon_own_certificate_'));
  return { watching, config, said, series, store, dns };
}

const seconds = (date: Date): string => String(Math.floor(date.getTime() / 1000));

test('dates, usage and chain of each file; what is wrong is said once, and a file that goes leaves what was known', async () => {
  const [notBefore, notAfter] = [new Date(Date.now() - 80 * 86_400_000), new Date(Date.now() + 20 * 86_400_000)];
  writeFileSync(at('usual.pem'), (await leaf({ names: ['mon.example'], issuer: root })).chainPem);
  const edge = await leaf({ names: ['sip.example'], issuer: middle, eku: [serverAuth], notBefore, notAfter });
  writeFileSync(at('edge.pem'), edge.certPem);
  const { watching, config, said, series } = watch(['edge']);
  await watching.look();
  await watching.look();
  assert.deepEqual(said, [
    'edge: own_certificate_expiring',
    'edge: own_certificate_no_client_auth',
    'edge: own_certificate_chain',
  ]);
  const expected = [
    `fedmon_own_certificate_not_before_timestamp_seconds{certificate="edge"} ${seconds(notBefore)}`,
    `fedmon_own_certificate_not_after_timestamp_seconds{certificate="edge"} ${seconds(notAfter)}`,
    'fedmon_own_certificate_client_auth{certificate="edge"} 0',
    'fedmon_own_certificate_last_read_successful{certificate="edge"} 1',
    'fedmon_own_certificate_client_auth{certificate="default"} 1',
    'fedmon_own_certificate_last_read_successful{certificate="default"} 1',
  ];
  const lines = await series();
  for (const line of expected) assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);

  writeFileSync(at('edge.pem'), edge.chainPem);
  await watching.look();
  assert.deepEqual(said.slice(3), ['edge: own_certificate_expiring', 'edge: own_certificate_no_client_auth']);

  rmSync(at('edge.pem'));
  await watching.look();
  assert.equal(said[5], 'edge: own_certificate_unreadable');
  const gone = await series();
  assert.ok(gone.includes('fedmon_own_certificate_last_read_successful{certificate="edge"} 0'));
  assert.ok(gone.includes(expected[1] ?? ''));

  watching.use({ ...config, ownCertificates: [] });
  assert.equal((await series()).filter((line) => line.includes('"edge"')).length, 0);
});

test('what was read is told to every view through the store, those in trouble first', async () => {
  writeFileSync(at('usual.pem'), (await leaf({ names: ['mon.example', 'sip.mon.example'], issuer: root })).chainPem);
  writeFileSync(at('old.pem'), (await leaf({ names: ['old.example'], issuer: root, notAfter: new Date(0) })).chainPem);
  const { watching, store } = watch(['old', 'none']);
  const beganMs = Date.now();
  await watching.look();
  const report = await store.own();
  assert.ok(report !== null && report.slotMs >= beganMs);
  assert.deepEqual(
    report.certificates.map(({ name, names, findings }) => [name, names, findings.map(({ code }) => code)]),
    [
      ['old', ['old.example'], ['own_certificate_expired']],
      ['none', [], ['own_certificate_unreadable']],
      ['default', ['mon.example', 'sip.mon.example'], []],
    ],
  );
  assert.deepEqual([report.domain, report.targets, report.dropped], ['mon.example', null, 0]);
  assert.equal(report.certificates[0]?.notAfter, '1970-01-01T00:00:00.000Z');
});

test('our own SRV record is held against what is shown in our name; without an answer the last one stays', async () => {
  writeFileSync(at('usual.pem'), (await leaf({ names: ['mon.example'], issuer: root })).chainPem);
  writeFileSync(at('other.pem'), (await leaf({ names: ['edge.other.example'], issuer: root })).chainPem);
  const { watching, store, dns, said } = watch(['other']);
  const found = async () => {
    const report = await store.own();
    const codes = report?.certificates.map(
      ({ name, findings }) => `${name}: ${findings.map(({ code }) => code).join()}`,
    );
    return { targets: report?.targets, codes };
  };
  await watching.look();
  assert.deepEqual(await found(), { targets: null, codes: ['default: ', 'other: '] });

  dns.answer = ['sip.mon.example'];
  await new Promise((done) => setTimeout(done, 5));
  await watching.lookUp();
  const wrong = { targets: ['sip.mon.example'], codes: ['default: own_certificate_name', 'other: '] };
  assert.deepEqual(await found(), wrong);
  assert.deepEqual(said, ['default: own_certificate_name']);

  dns.answer = null;
  await watching.lookUp();
  await new Promise((done) => setTimeout(done, 5));
  await watching.look();
  assert.deepEqual(await found(), wrong);

  dns.answer = ['mon.example'];
  await watching.lookUp();
  assert.deepEqual(await found(), { targets: ['mon.example'], codes: ['default: ', 'other: '] });
  assert.equal(dns.asked, 3);
});

test('without a certificate of ours nobody is asked about our domain', async () => {
  const { watching, config, store, dns } = watch([]);
  watching.use({ ...config, identity: { ...config.identity, certFile: null, keyFile: null } });
  await watching.lookUp();
  await watching.look();
  assert.equal(dns.asked, 0);
  assert.deepEqual((await store.own())?.certificates, []);
  watching.stop();
});
