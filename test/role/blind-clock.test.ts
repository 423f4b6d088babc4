import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blindnessOf } from '../../src/federation/blindness.ts';
import { lookoutsOf } from '../../src/federation/canary.ts';
import { jobVersion } from '../../src/queue/job.ts';
import { fewestWitnesses, mostApartMs } from '../../src/role/our-clock.ts';
import { partner } from '../schedule/partner.ts';
import type { DnsScript, EdgeScript } from '../fakes/scripted-net.ts';
import { base, bed, healthyEdge, sharedDns, type Bed } from './bed.ts';

const minute = 60_000;
const day = 86_400_000;
const canary = { host: '192.0.2.9', port: 5061, everyMs: 1_200 };

/** A certificate of its own for each edge, valid around `base`. */
function edgeFor(host: string, number: number, ends = base + 6 * day): EdgeScript {
  const { tls, ...rest } = healthyEdge(base);
  const chain = (tls?.chain ?? []).map((each) => ({
    ...each,
    fingerprint256: `AA:${String(number)}`,
    notBefore: new Date(base - 2 * day).toISOString(),
    notAfter: new Date(ends).toISOString(),
    names: { dns: [host], uri: [], ip: [host] },
  }));
  return { ...rest, tls: { ...tls, chain } };
}

function federation(count: number, ends?: number) {
  const partners = Array.from({ length: count }, (_, at) => ({
    ...partner(`p${String(at)}.example`, minute),
    route: { host: `192.0.2.${String(100 + at)}`, port: 5061 },
  }));
  const edges: Record<string, EdgeScript> = { '192.0.2.9:5061': edgeFor('192.0.2.9', 0, base + 400 * day) };
  for (const [at, { route }] of partners.entries()) edges[`${route.host}:5061`] = edgeFor(route.host, at + 1, ends);
  const dns: Record<string, DnsScript> = { ...sharedDns };
  const it = bed(partners, { dns, edges }, { canary });
  return { it, domains: partners.map(({ domain }) => domain) };
}

async function slot(it: Bed, atMs: number, domains: readonly string[]): Promise<void> {
  it.time.nowMs = atMs;
  await it.work.route({ v: jobVersion, slots: domains.map((domain) => ({ domain, slotMs: atMs })) }, it.context());
  for (const job of it.queue.take()) await it.work.edge(job, it.context());
}

async function blindness({ store, time }: Bed) {
  const lookouts = lookoutsOf({ canary }, []);
  return blindnessOf(lookouts, await store.looks(['canary']), time.nowMs);
}

const statesOf = async ({ store }: Bed, domains: readonly string[]): Promise<readonly string[]> =>
  [...(await store.standings(domains)).values()].map(({ state }) => state);

test('our clock goes a week ahead: certificates of many look expired, and that is ours', async () => {
  const { it, domains } = federation(fewestWitnesses);
  await slot(it, base, domains);
  assert.deepEqual(
    await statesOf(it, domains),
    domains.map(() => 'healthy'),
  );
  const events = (await it.store.events(100)).length;
  for (const at of [0, 1, 2, 3]) await slot(it, base + 7 * day + at * minute, [...domains, 'canary']);
  const found = await blindness(it);
  assert.equal(found?.reason, 'clock');
  assert.match(found.cause.summary, /The clock at default is doubted: \d+ of \d+ certificates have expired/);
  assert.equal((await it.store.events(100)).length, events);
  assert.deepEqual(
    await statesOf(it, domains),
    domains.map(() => 'healthy'),
  );
});

test('a few certificates that have expired together do not blind us', async () => {
  const count = fewestWitnesses - 2;
  const { it, domains } = federation(count, base - day);
  for (const at of [0, 1, 2]) await slot(it, base + at * minute, [...domains, 'canary']);
  assert.equal(await blindness(it), null, 'with the canary they are nine');
  assert.deepEqual(
    await statesOf(it, domains),
    domains.map(() => 'misconfigured'),
  );
});

test('a clock apart from that of the store is doubted beyond a minute, and its looks fence off no later ones', async () => {
  const { it, domains } = federation(1);
  const apart = { ms: mostApartMs };
  it.store.time = () => Promise.resolve(it.time.nowMs - apart.ms);
  await slot(it, base, ['canary', ...domains]);
  assert.equal(await blindness(it), null);
  apart.ms = 3_600_000;
  await slot(it, base + 3_600_000 + minute, ['canary']);
  const look = (await it.store.looks(['canary'])).get('canary');
  assert.deepEqual([look?.reason, look?.slotMs], ['clock', base + minute]);
  assert.match(look?.cause?.summary ?? '', /^it is 60 minutes ahead of that of Redis; one of the two is wrong\.$/);
  apart.ms = 0;
  await slot(it, base + 3_600_000 + 2 * minute, ['canary']);
  assert.equal((await it.store.looks(['canary'])).get('canary')?.passed, true);
});
