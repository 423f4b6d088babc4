import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fleetName } from '../../src/federation/canary.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import { startDnsServer } from '../lab/dns-server.ts';
import { sipEdge } from '../lab/edges.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline } from './pipeline.ts';

const everyMs = 5_000;
const count = 10;

test('our only resolver dies under ten partners and no canary: we are suspected, no partner is; it comes back', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { bench, dns } = ground;
  const hosts = Array.from({ length: count }, (_, at) => `sip.operator-${String(at)}.example`);
  const certificate = await bench.certificate({ names: hosts });
  const servers = await Promise.all(hosts.map(() => sipEdge({ certificate })));
  t.after(() => Promise.all(servers.map((each) => each.stop())));
  for (const host of hosts) bench.address(host);
  const partners = hosts.map((host, at) => ({
    ...partner(`operator-${String(at)}.example`, everyMs, 1_500),
    route: { host, port: servers[at]!.port },
  }));
  const { ticker, store } = await startPipeline(ground, { partners, fromMs: Date.now() - everyMs });

  const states = async (): Promise<string> => {
    const snapshot = await readSnapshot(store, { partners, maintenance: [] }, Date.now());
    const all = snapshot.partners.map(({ published }) => `${published.state} ${published.reason ?? '-'}`);
    return [...new Set(all)].join(', ');
  };
  /** Ticks every half second until all partners are so, or the time is over; what they are then, and after how long. */
  const reaches = async (wanted: string, limitMs: number): Promise<number> => {
    const startMs = performance.now();
    while ((await states()) !== wanted && performance.now() - startMs < limitMs) {
      await ticker.tick(Date.now());
      await pause(500);
    }
    assert.equal(await states(), wanted);
    return Math.round(performance.now() - startMs);
  };

  await reaches('healthy -', 3 * everyMs);
  const before = await store.events(1_000);
  await dns.stop();
  // Three failures of the first one take two intervals and its time to fail.
  const suspectedMs = await reaches('unknown blind', 2 * everyMs);
  const look = (await store.looks([fleetName])).get(fleetName);
  assert.deepEqual([look?.reason, look?.cause?.code, look?.cause?.layer], ['suspected', 'blind_suspected', 'dns']);

  const again = await startDnsServer(dns.zone, dns.port);
  t.after(() => again.stop());
  const backMs = await reaches('healthy -', 3 * everyMs);
  assert.deepEqual(await store.events(1_000), before, 'nothing was told of any partner');
  t.diagnostic(
    `suspected ${String(suspectedMs)} ms after the resolver died; as before ${String(backMs)} ms after it was back`,
  );
});
