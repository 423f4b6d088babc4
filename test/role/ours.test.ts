import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLiveConfig } from '../../src/config/live.ts';
import { loadConfig } from '../../src/config/load.ts';
import { nameOf, type Words } from '../../src/federation/ours.ts';
import { detailOf } from '../../src/http/detail.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import { keepIdentities } from '../../src/role/identities.ts';
import { oursInWords, tellOurs, type OursTeller } from '../../src/role/ours.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Store } from '../../src/store/store.ts';
import { systemClock } from '../../src/net/clock.ts';
import { writer } from '../federation/samples.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { quiet } from '../queue/rig.ts';
import type { EdgeScript } from '../fakes/scripted-net.ts';
import { base, bed, healthyEdge, sharedRoute, type Bed } from './bed.ts';

const domain = 'story.example';
const every = 60_000;

const yaml = (dns: string, timeout: string): string => `
vantage: here-1
identity: { domain: mon.example, contact: "https://mon.example", certFile: client.pem, keyFile: client.key }
dns: { servers: ["${dns}"] }
defaults: { every: 1m, timeout: 20s }
partners: [{ domain: ${domain}, timeout: ${timeout}, route: { host: ${sharedRoute.host}, port: ${String(sharedRoute.port)} } }]
`;

/** One partner behind one edge, and two processes that examine it with one configuration. */
async function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-ours-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const root = await authority('Our Authority');
  const [file, certFile, keyFile] = ['fedmon.yaml', 'client.pem', 'client.key'].map((name) => join(folder, name));
  assert.ok(file !== undefined && certFile !== undefined && keyFile !== undefined);
  const renew = async (name: string): Promise<void> => {
    const made = await leaf({ names: [name], issuer: root });
    writeFileSync(certFile, made.chainPem);
    writeFileSync(keyFile, made.keyPem);
  };
  const write = (dns: string, timeout = '20s'): void => writeFileSync(file, yaml(dns, timeout));
  await renew('old.mon.example');
  write('192.0.2.53');
  const load = () => loadConfig(file, {});
  const edges: Record<string, EdgeScript> = { '192.0.2.1:5061': healthyEdge(base) };
  const it = bed(load().partners, { edges });
  const refuse = (): void => void (edges['192.0.2.1:5061'] = { connect: 'tcp_refused' });
  const clock = { ...systemClock, wall: () => it.time.nowMs };
  /** A process of this version: what it tells, and its two hands, a reload and a look at the certificate. */
  const begin = (version?: string) => {
    const live = createLiveConfig(load());
    let teller: OursTeller | null = null;
    const ports = { clock: systemClock, log: quiet, own: createOwnMetrics(), renewed: () => void teller?.look() };
    const identities = keepIdentities(live.current(), ports);
    const words = (): Words => {
      const all = oursInWords(live.current(), identities.identities);
      return version === undefined ? all : { ...all, [nameOf('version_changed', null)]: version };
    };
    const made = tellOurs({ clock, log: quiet, store: it.store, words });
    teller = made;
    return {
      look: () => made.look(),
      reload: () => void live.replace(load()),
      lookAtFiles: () => identities.look(),
    };
  };
  return { it, renew, write, load, begin, refuse };
}

async function slot(it: Bed, partners = undefined as Parameters<Bed['worker']>[0] | undefined) {
  const { time, work, queue } = it;
  time.nowMs += every;
  const slotMs = Math.floor(time.nowMs / every) * every;
  const workers = partners === undefined ? [work, work] : [it.worker(partners), it.worker(partners)];
  const job: RouteJob = { v: jobVersion, slots: [{ domain, slotMs }] };
  await Promise.all(workers.map((each) => each.route(job, it.context())));
  for (const edge of queue.take()) await Promise.all(workers.map((each) => each.edge(edge, it.context())));
}

const ours = async (store: Store): Promise<readonly string[]> =>
  (await store.events(99)).flatMap((each) =>
    each.what === 'ours' ? [`${nameOf(each.kind, each.subject)}: ${each.before ?? '-'} → ${each.after ?? '-'}`] : [],
  );

async function pageText(it: Bed, partners: Parameters<typeof readSnapshot>[1]['partners']): Promise<string> {
  const config = { partners, maintenance: [], vantage: 'here-1' };
  const snapshot = await readSnapshot(it.store, config, it.time.nowMs, { domain });
  const detail = detailOf(snapshot, domain, { vantage: 'here-1', writer });
  assert.ok(detail !== null);
  return partnerPage(snapshot, detail, plainly)
    .replaceAll('<wbr />', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('a reload, a renewed client certificate and a new version stand between last good and now, each told once by two processes', async (t) => {
  const { it, renew, write, load, begin, refuse } = await world(t);
  const both = [begin('1.0.0'), begin('1.0.0')];
  await Promise.all(both.map((each) => each.look()));
  for (let done = 0; done < 4; done += 1) await slot(it);
  assert.deepEqual(await ours(it.store), [], 'what was so from the beginning is no change');

  it.time.nowMs += 1_000;
  write('192.0.2.54');
  for (const each of both) each.reload();
  await Promise.all(both.map((each) => each.look()));
  assert.deepEqual(await ours(it.store), ['config_changed dns.servers: 192.0.2.53:53 → 192.0.2.54:53']);

  it.time.nowMs += 1_000;
  await renew('new.mon.example');
  await Promise.all(both.map((each) => each.lookAtFiles()));
  await Promise.all(both.map((each) => each.look()));
  const [certificate] = await ours(it.store);
  assert.match(
    certificate ?? '',
    /^certificate_changed default: old\.mon\.example, until .* → new\.mon\.example, until .*SHA-256 [0-9a-f]{16}…, by .*Our Authority/,
  );

  it.time.nowMs += 1_000;
  const newer = [begin('1.1.0'), begin('1.1.0')];
  await Promise.all([...newer, ...both].map((each) => each.look()));
  assert.equal((await ours(it.store)).length, 3);
  assert.equal((await ours(it.store))[0], 'version_changed: 1.0.0 → 1.1.0');

  refuse();
  for (let done = 0; done < 3; done += 1) await slot(it);
  const text = await pageText(it, load().partners);
  assert.match(
    text,
    /What changed since it worked, and before.* ✓ Healthy ✕ Unreachable .*Our version of fedmon 1\.0\.0 1\.1\.0 .*Our certificate default .*Our configuration dns\.servers 192\.0\.2\.53:53 192\.0\.2\.54:53 .*Worked last/,
  );
  assert.match(
    text,
    /Changed since Our version of fedmon, .*Our certificate default , .*Our configuration dns\.servers/,
  );
});

test('a setting of one partner is told at the first examination with it, once by two workers, and of nobody else', async (t) => {
  const { it, write, load, refuse } = await world(t);
  for (let done = 0; done < 4; done += 1) await slot(it);
  write('192.0.2.53', '7s');
  refuse();
  const { partners } = load();
  for (let done = 0; done < 3; done += 1) await slot(it, partners);
  assert.deepEqual(await ours(it.store), ['config_changed timeout: 20s → 7s']);
  const text = await pageText(it, partners);
  assert.match(text, /✕ Unreachable .*Our configuration timeout 20s 7s .*Worked last/);
  const config = {
    partners: [...partners, { ...partners[0]!, domain: 'other.example' }],
    maintenance: [],
    vantage: 'here-1',
  };
  const snapshot = await readSnapshot(it.store, config, it.time.nowMs);
  const other = detailOf(snapshot, 'other.example', { vantage: 'here-1', writer });
  assert.deepEqual(other?.changes, []);
});
