import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isFarAhead } from '../../src/federation/slot.ts';
import { windowAt } from '../../src/schedule/plan.ts';
import { sipEdge } from '../lab/edges.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline } from './pipeline.ts';

const everyMs = 30_000;
const edges = 20;
const count = 5_000;
const slots = 2;
/** For all of it: the runner gives up after two minutes. */
const limitMs = 110_000;

test('5,000 partners on 20 edges cost 20 connections a slot, counted at the servers', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { bench } = ground;
  const hosts = Array.from({ length: edges }, (_, at) => `edge${String(at)}.hosting.example`);
  const certificate = await bench.certificate({ names: hosts });
  const servers = await Promise.all(hosts.map(() => sipEdge({ certificate })));
  t.after(() => Promise.all(servers.map((each) => each.stop())));
  for (const host of hosts) bench.address(host);
  const partners = Array.from({ length: count }, (_, at) => {
    const [host, server] = [hosts[at % edges]!, servers[at % edges]!];
    return { ...partner(`p${String(at)}.example`, everyMs), route: { host, port: server.port } };
  });

  // The scheduler is led through two whole intervals as fast as the workers follow; its slots are what they always are.
  // Only those that a clock which is looked after may plan: what lies further ahead is nobody's.
  const beginMs = windowAt(partners[0]!, Date.now()) + everyMs;
  const startedMs = performance.now();
  const pipeline = await startPipeline(ground, { partners, fromMs: beginMs - 1 });
  /** Those without a standing of this slot. Asked seldom, for reading thousands takes the time of those who write them. */
  const missing = async (domains: readonly string[]): Promise<readonly string[]> => {
    const standings = await pipeline.store.standings(domains);
    return domains.filter((domain) => (standings.get(domain)?.slotMs ?? 0) < windowMs);
  };
  const perSlot: number[] = [];
  let windowMs = beginMs;
  for (let slot = 0; slot < slots; slot += 1, windowMs += everyMs) {
    while (isFarAhead(windowMs + everyMs, Date.now())) await pause(100);
    const before = servers.map(({ connections }) => connections);
    for (let atMs = windowMs; atMs < windowMs + everyMs; atMs += 1_000) await pipeline.ticker.tick(atMs);
    let open: readonly string[] = partners.map(({ domain }) => domain);
    while (open.length > 0 && performance.now() < startedMs + limitMs) {
      await pause(1_000);
      open = await missing(open);
    }
    assert.equal(open.length, 0, `${String(open.length)} partners have no standing of this slot`);
    const cost = servers.map(({ connections }, at) => connections - before[at]!);
    perSlot.push(cost.reduce((sum, each) => sum + each, 0));
    assert.deepEqual(new Set(cost), new Set([1]), `connections by server: ${cost.join(' ')}`);
  }
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
  t.diagnostic(
    `${String(count)} partners on ${String(edges)} edges: ${perSlot.join(' and ')} connections a slot, in ${tookS} s`,
  );
  assert.deepEqual(perSlot, [edges, edges]);
  assert.equal(pipeline.late(), 0);
});
