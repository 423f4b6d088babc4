import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blindnessOf } from '../../src/federation/blindness.ts';
import { lookoutsOf, type Lookouts } from '../../src/federation/canary.ts';
import { jobVersion } from '../../src/queue/job.ts';
import { partner } from '../schedule/partner.ts';
import type { DnsScript, EdgeScript } from '../fakes/scripted-net.ts';
import { base, bed, healthyEdge, sharedDns, sharedHost, sharedRoute, type Bed } from './bed.ts';

const minute = 60_000;
const partners = ['a.example', 'b.example'].map((domain) => ({ ...partner(domain, minute), route: sharedRoute }));
/** A short interval, so that looks are close together. */
const canary = { host: 'canary.example', port: 5061, everyMs: 1_200 };
const controls = [1, 2, 3].map((n) => ({ name: `other-${String(n)}`, host: `192.0.2.2${String(n)}`, port: 5061 }));

interface World {
  readonly it: Bed;
  readonly dns: Record<string, DnsScript>;
  readonly edges: Record<string, EdgeScript>;
}

/** The partners' edge is 192.0.2.1, the canary's 192.0.2.9, the controls' 192.0.2.21 and on. */
function world(lookouts: Lookouts = { canary }): World {
  const dns: Record<string, DnsScript> = {
    ...sharedDns,
    'canary.example A': [{ type: 'A', name: 'canary.example', ttl: 60, address: '192.0.2.9' }],
    'canary.example AAAA': 'dns_nodata',
  };
  const good = (host: string): EdgeScript => {
    const { tls, ...rest } = healthyEdge(base);
    const chain = (tls?.chain ?? []).map((each) => ({ ...each, names: { dns: [host], uri: [], ip: [host] } }));
    return { ...rest, tls: { ...tls, chain } };
  };
  const edges: Record<string, EdgeScript> = {
    '192.0.2.1:5061': good(sharedHost),
    '192.0.2.9:5061': good('canary.example'),
    ...Object.fromEntries(controls.map(({ host }) => [`${host}:5061`, good(host)])),
  };
  return { it: bed(partners, { dns, edges }, lookouts), dns, edges };
}

/** One slot of each of these at this instant, and the edge jobs it made. */
async function slot({ it }: World, at: number, ...domains: readonly string[]): Promise<void> {
  it.time.nowMs = base + at;
  const slots = domains.map((domain) => ({ domain, slotMs: base + at }));
  await it.work.route({ v: jobVersion, slots }, it.context());
  for (const job of it.queue.take()) await it.work.edge(job, it.context());
}

const standingOf = async ({ it }: World, domain = 'a.example') => (await it.store.standings([domain])).get(domain);
const eventsOf = async ({ it }: World) => (await it.store.events(100)).map(({ domain }) => domain);

async function blindness({ it }: World, lookouts: Lookouts = { canary }) {
  const watched = lookoutsOf(lookouts, partners);
  const looks = await it.store.looks(watched.map(({ domain }) => domain));
  return blindnessOf(watched, looks, it.time.nowMs);
}

test('the canary goes through the whole pipeline, and is no partner', async () => {
  const there = world();
  await slot(there, 5_000, 'canary', 'a.example');
  const look = (await there.it.store.looks(['canary'])).get('canary');
  assert.deepEqual(
    { ...look },
    {
      vantage: 'default',
      target: 'canary',
      slotMs: base + 5_000,
      passed: true,
      sinceMs: base + 5_000,
      lastGoodMs: base + 5_000,
      reason: null,
      cause: null,
    },
  );
  assert.equal(await blindness(there), null);
  assert.equal(await standingOf(there, 'canary'), undefined);
  assert.deepEqual(await eventsOf(there), ['a.example']);
  assert.equal((await standingOf(there))?.state, 'healthy');
});

test('a partner that fails while the canary passes is called unreachable, as before', async () => {
  const there = world();
  there.edges['192.0.2.1:5061'] = { connect: 'tcp_refused' };
  for (const at of [0, 1, 2]) await slot(there, at * minute, 'a.example');
  assert.equal((await standingOf(there))?.state, 'unreachable');
});

test('what fails while the canary fails does not count: no outcome, no event, no confirmation; then as before', async () => {
  const there = world();
  for (const at of [0, 1]) await slot(there, at * minute, 'canary', 'a.example', 'b.example');
  there.edges['192.0.2.1:5061'] = { connect: 'tcp_refused' };
  await slot(there, 2 * minute, 'a.example');
  const before = await standingOf(there);
  assert.equal(before?.pending?.count, 1, 'one failure counts');
  const events = await eventsOf(there);
  // The failure of the partner is found before that of the canary: nobody knows yet that we do not see.
  there.edges['192.0.2.9:5061'] = { connect: 'silence' };
  for (const at of [3, 4, 5, 6]) await slot(there, at * minute, 'a.example', 'b.example', 'canary');
  const found = await blindness(there);
  assert.equal(found?.reason, 'canary');
  assert.equal(found.sinceMs, base + 3 * minute);
  assert.match(found.cause.summary, /canary\.example:5061 does not pass: .* did not answer within 150 ms\.$/);
  assert.deepEqual(await standingOf(there), before);
  assert.deepEqual(await eventsOf(there), events);
  assert.deepEqual(there.it.queue.later, []);

  there.edges['192.0.2.9:5061'] = world().edges['192.0.2.9:5061']!;
  await slot(there, 7 * minute, 'canary');
  assert.equal(await blindness(there), null);
  await slot(there, 8 * minute, 'a.example');
  assert.equal((await standingOf(there))?.pending?.count, 2, 'counting goes on where it was');
  await slot(there, 9 * minute, 'a.example');
  assert.equal((await standingOf(there))?.state, 'unreachable');
  assert.equal((await standingOf(there))?.sinceMs, base + 2 * minute);
});

test('where the canary is behind the edge of a partner, what that edge shows says first whether we see', async () => {
  const there = world({ canary: { ...canary, host: sharedHost, everyMs: minute } });
  const { it, edges } = there;
  await slot(there, 0, 'a.example', 'canary');
  assert.equal((await standingOf(there))?.state, 'healthy');
  edges['192.0.2.1:5061'] = { connect: 'tcp_refused' };
  for (const at of [1, 2, 3]) await slot(there, at * minute, 'a.example', 'canary');
  const standing = await standingOf(there);
  assert.deepEqual([standing?.state, standing?.slotMs, standing?.recent.length], ['healthy', base, 1]);
  assert.notEqual((await it.store.looks(['canary'])).get('canary')?.passed, true);
});

test('what works while the canary fails is a proof all the same', async () => {
  const there = world();
  there.edges['192.0.2.9:5061'] = { connect: 'tcp_refused' };
  await slot(there, 0, 'canary', 'a.example');
  assert.equal((await standingOf(there))?.state, 'healthy');
  assert.equal((await blindness(there))?.reason, 'canary');
});

test('the resolver falls silent: the canary cannot be found either, and no partner loses anything', async () => {
  const there = world();
  await slot(there, 0, 'canary', 'a.example');
  const before = await standingOf(there);
  for (const name of Object.keys(there.dns)) there.dns[name] = 'dns_refused';
  for (const at of [1, 2, 3, 4]) await slot(there, at * minute, 'a.example', 'canary');
  assert.equal((await blindness(there))?.reason, 'resolver');
  assert.deepEqual(await standingOf(there), before);
});

test('no route anywhere is our uplink; a shortage of ours is ours', async () => {
  const there = world();
  for (const edge of Object.keys(there.edges)) there.edges[edge] = { connect: 'tcp_unreachable' };
  await slot(there, 0, 'a.example');
  assert.equal((await blindness(there))?.reason, 'uplink');
  for (const edge of Object.keys(there.edges)) there.edges[edge] = { connect: 'local_resource' };
  await slot(there, minute, 'b.example');
  assert.equal((await blindness(there))?.reason, 'local_resource');
  assert.equal(await standingOf(there), undefined);
});

test('a shortage that is over when the canary is looked at is not held against the partner either', async () => {
  const there = world();
  await slot(there, 0, 'a.example');
  const before = await standingOf(there);
  there.edges['192.0.2.1:5061'] = { connect: 'local_resource' };
  for (const at of [1, 2, 3]) await slot(there, at * minute, 'a.example');
  assert.deepEqual(await standingOf(there), before);
  assert.equal(await blindness(there), null);
});

test('many failures at once are answered by one look at the canary', async () => {
  const many = Array.from({ length: 40 }, (_, at) => partner(`n${String(at)}.example`, minute));
  const dns: Record<string, DnsScript> = { 'canary.example A': 'dns_refused', 'canary.example AAAA': 'dns_refused' };
  for (const { domain } of many) dns[`_sipfederationtls._tcp.${domain} SRV`] = 'dns_refused';
  const it = bed(many, { dns }, { canary });
  const slots = many.map(({ domain }) => ({ domain, slotMs: base + 30_000 }));
  await Promise.all(
    [0, 1].map((half) => it.work.route({ v: jobVersion, slots: slots.slice(half * 20, half * 20 + 20) }, it.context())),
  );
  const looks = it.net.calls.filter((call) => call === 'ask canary.example A').length;
  assert.ok(looks >= 1 && looks <= 4, `${String(looks)} looks`);
});

test('with controls the majority decides when the canary fails', async () => {
  const lookouts = { canary, controls };
  const there = world(lookouts);
  there.edges['192.0.2.1:5061'] = { connect: 'tcp_refused' };
  there.edges['192.0.2.9:5061'] = { connect: 'tcp_refused' };
  there.edges['192.0.2.21:5061'] = { connect: 'tcp_refused' };
  await slot(there, 0, 'a.example');
  assert.equal(await blindness(there, lookouts), null, 'two of three controls pass');
  assert.equal((await standingOf(there))?.pending?.count, 1);
  there.edges['192.0.2.22:5061'] = { connect: 'tcp_refused' };
  await slot(there, minute, 'a.example');
  const found = await blindness(there, lookouts);
  assert.equal(found?.reason, 'canary');
  assert.equal(found.sinceMs, base + minute, 'since the majority was lost');
  assert.equal((await standingOf(there))?.pending?.count, 1);
});
