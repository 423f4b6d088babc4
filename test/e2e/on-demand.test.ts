import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import type { PartnerAnswer } from '../../src/http/api.ts';
import type { SentRow } from '../../src/http/ledger-rows.ts';
import { createBench } from '../lab/bench.ts';
import { startDnsServer } from '../lab/dns-server.ts';
import { sipEdge } from '../lab/edges.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { startRedis } from '../lab/redis.ts';
import { eventually, json } from './service.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const host = 'sip.shared.example';
const domain = 'a.example';
const names = ['paris-1', 'nyc-1'];
const gapMs = 5_000;
const token = '0123456789abcdef';

interface Order {
  readonly slot: string;
  readonly vantages: readonly string[];
}

test('an order is carried out by every vantage, each in a process of its own, in turns; nothing else runs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-order-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const redis = await startRedis();
  t.after(() => redis.stop());
  const dns = await startDnsServer();
  t.after(() => dns.stop());
  const bench = await createBench(dns.zone);
  writeFileSync(join(folder, 'ca.pem'), bench.trusted.certPem);
  writeFileSync(join(folder, 'token'), token);
  const edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
  t.after(() => edge.stop());
  bench.address(host);

  const listen = `127.0.0.1:${String(await freePort())}`;
  const start = async (role: 'worker' | 'exporter', vantage: string, at: string): Promise<void> => {
    const file = join(folder, `${role}-${vantage}.yaml`);
    const config = {
      redis: { url: redis.url, prefix: `{fedmon-order-${String(process.pid)}}` },
      ...{ vantage, vantages: { names, quorum: 2 } },
      identity: { domain: 'mon.example', contact: 'https://mon.example/probing' },
      dns: { servers: [`${dns.address}:${String(dns.port)}`] },
      ...{ trust: join(folder, 'ca.pem'), egress: { allow: ['127.0.0.0/8'] } },
      ...{ politeness: { gap: '5s' }, api: { tokenFile: join(folder, 'token') } },
      listen: { [role]: at },
      defaults: { every: '1h', timeout: '30s' },
      partners: [{ domain, route: { host, port: edge.port } }],
    };
    writeFileSync(file, stringify(config));
    const args = [main, 'run', '--role', role, '--config', file];
    const logFile = join(folder, `${role}-${vantage}.log`);
    const own = await startProcess({ name: role, command: process.execPath, args, logFile });
    t.after(() => own.stop(8_000));
  };
  await start('exporter', 'paris-1', listen);
  for (const name of names) await start('worker', name, `127.0.0.1:${String(await freePort())}`);

  const order = () =>
    fetch(`http://${listen}/api/v1/partners/${domain}/examine`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
  const first = await eventually(60_000, order, ({ status }) => status === 202);
  assert.equal(first.status, 202);
  const { slot, vantages } = (await first.json()) as Order;
  assert.deepEqual(vantages, names);
  const again = await order();
  assert.equal(again.status, 429);
  assert.ok(Number(again.headers.get('retry-after')) > 0);

  const answer = await eventually(
    60_000,
    async () => (await json(`http://${listen}/api/v1/partners/${domain}`)) as PartnerAnswer,
    (seen) => seen.vantages?.works === names.length,
  );
  assert.deepEqual(
    answer.vantages?.votes.map(({ vantage, says }) => [vantage, says]),
    names.map((name) => [name, 'works']),
  );
  assert.equal(answer.state, 'healthy');
  const { sent } = (await json(`http://${listen}/api/v1/ledger/${domain}`)) as { readonly sent: readonly SentRow[] };
  const asked = sent.filter(({ what }) => what === 'sip_options');
  assert.deepEqual(asked.map(({ vantage }) => vantage).toSorted(), names.toSorted());
  assert.equal(edge.connections, names.length, 'no vantage asks twice');
  const [later = 0, earlier = 0] = asked.map(({ at }) => Date.parse(at));
  assert.ok(earlier >= Date.parse(slot) - 1_000, 'not before it was ordered');
  // Turns begin a gap apart by the clock of Redis; what follows in a process may be late, the first more than the second.
  assert.ok(later - earlier >= gapMs / 2, `${String(later - earlier)} ms apart`);
});
