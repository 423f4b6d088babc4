import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { systemClock } from '../../src/net/clock.ts';
import { watchOwnCertificates } from '../../src/role/own-certificates.ts';
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
  };
  const log = { debug: note, info: note, warn: note, error: note };
  const watching = watchOwnCertificates(config, { clock: systemClock, log, own });
  const series = async (): Promise<readonly string[]> =>
    (await own.text()).split('\n').filter((line) => line.startsWith('fedmon_own_certificate_'));
  return { watching, config, said, series };
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
