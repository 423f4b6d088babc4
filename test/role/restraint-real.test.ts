import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { edgeId } from '../../src/federation/edge.ts';
import { windowAt } from '../../src/schedule/plan.ts';
import { review } from '../../src/probe/review.ts';
import { sipEdge } from '../lab/edges.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline } from './pipeline.ts';

const everyMs = 20_000;

test('an edge that asks for rest by Retry-After is connected to at the next slot and not asked: sip_asked_less', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { bench } = ground;
  const host = 'sip.busy.example';
  let requests = 0;
  const server = await sipEdge({
    certificate: await bench.certificate({ names: [host] }),
    react: () => {
      requests += 1;
      return { status: 503, reason: 'Service Unavailable', headers: { 'Retry-After': '600' } };
    },
  });
  t.after(() => server.stop());
  bench.address(host);
  const busy = { ...partner('busy.example', everyMs), route: { host, port: server.port } };
  const beginMs = windowAt(busy, Date.now());
  const { store, ticker } = await startPipeline(ground, { partners: [busy], fromMs: beginMs - 1 });
  const codes: string[][] = [];
  for (const windowMs of [beginMs, beginMs + everyMs]) {
    for (let atMs = windowMs; atMs < windowMs + everyMs; atMs += 1_000) await ticker.tick(atMs);
    let standing;
    for (const endMs = performance.now() + 15_000; (standing?.slotMs ?? 0) < windowMs && performance.now() < endMs;) {
      await pause(50);
      standing = (await store.standings([busy.domain])).get(busy.domain);
    }
    const route = (await store.routes([busy.domain])).get(busy.domain);
    assert.ok(route !== undefined && route.slotMs >= windowMs, 'it was examined in this interval');
    const found = review(route, await store.edges(route.edges.map(edgeId)));
    codes.push([found.cause?.code ?? '', ...found.edges.flatMap(({ findings }) => findings.map(({ code }) => code))]);
  }
  assert.deepEqual([server.connections, requests], [2, 1]);
  assert.ok(!codes[0]?.includes('sip_asked_less'), codes[0]?.join());
  assert.ok(codes[1]?.includes('sip_asked_less'), codes[1]?.join());
});
