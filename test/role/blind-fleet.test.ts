import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suspectedForMs, type Look } from '../../src/federation/blindness.ts';
import { fleetName, type Lookouts } from '../../src/federation/canary.ts';
import { edgeName } from '../../src/federation/edge.ts';
import { project } from '../../src/metrics/project.ts';
import { jobVersion } from '../../src/queue/job.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import { partner } from '../schedule/partner.ts';
import type { DnsScript, EdgeScript } from '../fakes/scripted-net.ts';
import { base, bed, healthyEdge, okTo, type Bed } from './bed.ts';

const minute = 60_000;
const count = 12;
const domains = Array.from({ length: count }, (_, at) => `p${String(at)}.example`);
const hostOf = (at: number): string => `sip.operator-${String(at)}.example`;
const partners = domains.map((domain, at) => ({ ...partner(domain, minute), route: { host: hostOf(at), port: 5061 } }));

interface World {
  readonly it: Bed;
  readonly dns: Record<string, DnsScript>;
  readonly edges: Record<string, EdgeScript>;
  readonly config: Lookouts & { readonly partners: typeof partners; readonly maintenance: [] };
}

/** Twelve partners at twelve operators in twelve networks; `network` says where else. */
function world(lookouts: Lookouts = {}, network = (at: number): string => `198.51.${String(at)}.1`): World {
  const good = (host: string): EdgeScript => {
    const { tls, ...rest } = healthyEdge(base);
    const chain = (tls?.chain ?? []).map((each) => ({ ...each, names: { dns: [host], uri: [], ip: [] } }));
    return { ...rest, tls: { ...tls, chain } };
  };
  const hosts = [
    ...domains.map((_, at) => [hostOf(at), network(at)] as const),
    ['canary.example', '192.0.2.9'] as const,
  ];
  const dns: Record<string, DnsScript> = {
    '* SRV': 'dns_nodata',
    ...Object.fromEntries(
      hosts.flatMap(([name, address]): [string, DnsScript][] => [
        [`${name} A`, [{ type: 'A', name, ttl: 60, address }]],
        [`${name} AAAA`, 'dns_nodata'],
      ]),
    ),
  };
  const edges = Object.fromEntries(hosts.map(([name, address]) => [`${address}:5061`, good(name)]));
  return {
    it: bed(partners, { dns, edges }, lookouts),
    dns,
    edges,
    config: { partners, maintenance: [], ...lookouts },
  };
}

/** One slot and the edge jobs it made. */
async function slot({ it }: World, domain: string): Promise<void> {
  await it.work.route({ v: jobVersion, slots: [{ domain, slotMs: it.time.nowMs }] }, it.context());
  for (const job of it.queue.take()) await it.work.edge(job, it.context());
}

/** One slot of each of these in the given minute, a second apart. */
async function slots(there: World, minutes: number, some: readonly string[] = domains): Promise<void> {
  for (const [at, domain] of some.entries()) {
    there.it.time.nowMs = base + minutes * minute + at * 1_000;
    await slot(there, domain);
  }
}

/** The same at one instant: one look at the canary answers them all. */
async function together({ it }: World, minutes: number): Promise<void> {
  it.time.nowMs = base + minutes * minute;
  const wanted = domains.map((domain) => ({ domain, slotMs: it.time.nowMs }));
  await it.work.route({ v: jobVersion, slots: wanted }, it.context());
  await Promise.all(it.queue.take().map((job) => it.work.edge(job, it.context())));
}

const forbidden = (request: string): readonly string[] =>
  okTo(request).map((reply) => reply.replace('200 OK', '403 Forbidden'));

/** What stands in the way of everybody's edges but the canary's. */
const outage = (there: World, failure: EdgeScript): void => {
  for (const edge of Object.keys(there.edges)) if (edge !== '192.0.2.9:5061') there.edges[edge] = failure;
};
const look = async ({ it }: World): Promise<Look | undefined> => (await it.store.looks([fleetName])).get(fleetName);
const snapshotOf = ({ it, config }: World) => readSnapshot(it.store, config, it.time.nowMs);
const statesOf = async (there: World) => [
  ...new Set(
    (await snapshotOf(there)).partners.map(({ published }) => `${published.state} ${String(published.reason)}`),
  ),
];
const eventsOf = async ({ it }: World) => (await it.store.events(1_000)).length;

for (const [lookouts, called] of [
  [{}, 'without a canary'],
  [{ canary: { host: 'canary.example', port: 5061 } }, 'beside a canary that passes, since it is on our side'],
] as const) {
  test(`nothing can be connected to any more: we are suspected, ${called}; no event; and as before when it is over`, async () => {
    const there = world(lookouts);
    const good = { ...there.edges };
    const lookAtCanary = (at: number) => slots(there, at, 'canary' in lookouts ? ['canary'] : []);
    await lookAtCanary(0);
    for (const at of [0, 1]) await slots(there, at);
    const [before, events] = [await there.it.store.standings(domains), await eventsOf(there)];
    outage(there, { connect: 'tcp_refused' });
    for (const at of [2, 3, 4, 5, 6]) {
      await lookAtCanary(at);
      await ('canary' in lookouts ? together : slots)(there, at);
    }
    const found = await look(there);
    assert.equal(found?.reason, 'suspected');
    assert.equal(found.cause?.code, 'blind_suspected');
    assert.equal(found.cause.layer, 'tcp');
    assert.match(found.cause.summary, /^From default \d+ of 12 operators that worked fail in the layer tcp now/);
    // The wall clock of this test stands still during an examination.
    assert.ok(
      found.sinceMs > base + 2 * minute - 1_000 && found.sinceMs < base + 3 * minute,
      new Date(found.sinceMs).toJSON(),
    );
    assert.deepEqual(await statesOf(there), ['unknown blind']);
    assert.equal(await eventsOf(there), events);
    const series = project(await snapshotOf(there)).filter(
      ({ metric, value }) => metric === 'fedmon_blind' && value === 1,
    );
    assert.deepEqual(
      series.map(({ labels }) => labels),
      [{ vantage: 'default', reason: 'suspected' }],
    );

    Object.assign(there.edges, good);
    await lookAtCanary(7);
    await slots(there, 7);
    assert.equal((await look(there))?.passed, true);
    assert.deepEqual(await statesOf(there), ['healthy null']);
    assert.equal(await eventsOf(there), events);
    const after = await there.it.store.standings(domains);
    assert.deepEqual(
      domains.map((domain) => after.get(domain)?.sinceMs),
      domains.map((domain) => before.get(domain)?.sinceMs),
    );
  });
}

test('every name fails: the resolvers are suspected, in the layer dns', async () => {
  const there = world();
  for (const at of [0, 1]) await slots(there, at);
  for (const name of Object.keys(there.dns)) there.dns[name] = 'dns_timeout';
  for (const at of [2, 3, 4, 5]) await slots(there, at);
  assert.equal((await look(there))?.cause?.layer, 'dns');
  assert.deepEqual(await statesOf(there), ['unknown blind']);
});

test('eleven names of one network fail: that is their host, and they are called what they are', async () => {
  const there = world({}, (at) => `198.51.100.${String(at + 1)}`);
  for (const at of [0, 1]) await slots(there, at);
  outage(there, { connect: 'tcp_refused' });
  for (const at of [2, 3, 4]) await slots(there, at);
  assert.equal(await look(there), undefined);
  assert.deepEqual(await statesOf(there), ['unreachable null']);
});

test('who answers is not taken for us: all refuse our call, and are called what they are', async () => {
  const there = world();
  for (const at of [0, 1]) await slots(there, at);
  for (const [edge, script] of Object.entries(there.edges)) there.edges[edge] = { ...script, replies: forbidden };
  for (const at of [2, 3, 4]) await slots(there, at);
  assert.equal(await look(there), undefined);
  assert.deepEqual(await statesOf(there), ['refused null']);
});

test('a suspicion that nobody repeats is worth five minutes and not a millisecond more', async () => {
  const there = world();
  for (const at of [0, 1]) await slots(there, at);
  outage(there, { connect: 'tcp_refused' });
  await slots(there, 2);
  const toldMs = (await look(there))?.slotMs ?? 0;
  there.it.time.nowMs = toldMs + suspectedForMs;
  assert.equal((await snapshotOf(there)).sight?.blindness?.reason, 'suspected');
  there.it.time.nowMs += 1;
  assert.equal((await snapshotOf(there)).sight?.blindness, null);
});

test('the name it is kept under is none that a control or a partner may have', () => {
  assert.doesNotMatch(fleetName, /^[a-z0-9]/);
  assert.notEqual(edgeName({ host: fleetName, port: 1 }), fleetName);
});
