import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { ShuttingDown } from '../../src/net/deadline.ts';
import { edgeJobVersion, jobVersion, type EdgeJob, type RouteJob } from '../../src/queue/job.ts';
import { NotYet } from '../../src/queue/put-back.ts';
import { rerunMs } from '../../src/queue/settings.ts';
import { EvidenceTooLarge } from '../../src/store/codec.ts';
import type { DnsScript } from '../fakes/scripted-net.ts';
import { partner } from '../schedule/partner.ts';
import { routeEvidence } from '../store/values.ts';
import { base, bed, healthyEdge, okTo, sharedDns, sharedRoute, stopAfter, type Bed } from './bed.ts';

const minute = 60_000;
const shared = (domain: string): Partner => ({ ...partner(domain, minute), route: sharedRoute });
const job = (...slots: readonly (readonly [string, number])[]): RouteJob => ({
  v: jobVersion,
  slots: slots.map(([domain, slotMs]) => ({ domain, slotMs })),
});
const both = job(['a.example', base + 10_000], ['b.example', base + 20_000]);
const connects = ({ net }: Bed): number => net.calls.filter((call) => call.startsWith('connect')).length;
const lookups = ({ net }: Bed): number => net.calls.filter((call) => call.endsWith(' A')).length;

async function states({ store }: Bed, ...domains: string[]): Promise<Record<string, string | undefined>> {
  const standings = await store.standings(domains);
  return Object.fromEntries(domains.map((domain) => [domain, standings.get(domain)?.state]));
}

async function runs({ store }: Bed, domain: string): Promise<unknown> {
  return (await store.tallies([domain])).get(domain)?.runs;
}

const one = { dns: 1, tcp: 1, tls: 1, admission: 1, sip: 1 };

test('two partners behind one edge: one connection, both judged', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  await it.work.route(both, it.context());
  const edgeJobs = it.queue.take();
  assert.equal(edgeJobs.length, 1);
  assert.equal(edgeJobs[0]!.slots[0]!.slotMs, base);
  await it.work.edge(edgeJobs[0]!, it.context());
  assert.equal(connects(it), 1);
  assert.deepEqual(await states(it, 'a.example', 'b.example'), { 'a.example': 'healthy', 'b.example': 'healthy' });
  assert.deepEqual(await runs(it, 'a.example'), one);
  assert.deepEqual(await runs(it, 'b.example'), one);
  assert.deepEqual(it.counted.took.sort(), ['admission', 'dns', 'dns', 'sip', 'tcp', 'tls']);
  assert.equal(it.counted.inFlight, 0);
  assert.equal(it.net.open(), 0);
});

test('a partner whose slot comes later in the window is judged from the evidence that is there', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  await it.work.route(job(['a.example', base + 10_000]), it.context());
  for (const each of it.queue.take()) await it.work.edge(each, it.context());
  it.time.nowMs = base + 55_000;
  await it.work.route(job(['b.example', base + 55_000]), it.context());
  assert.deepEqual(it.queue.take(), []);
  assert.equal(connects(it), 1);
  assert.deepEqual(await states(it, 'a.example', 'b.example'), { 'a.example': 'healthy', 'b.example': 'healthy' });
});

test('a partner that comes to an edge while it is examined for another is judged, whichever is kept first', async () => {
  for (const edgeFirst of [true, false]) {
    const it = bed([shared('a.example'), shared('b.example')]);
    await it.work.route(job(['a.example', base + 10_000]), it.context());
    const [edgeJob] = it.queue.take();
    const recordRoute = it.store.recordRoute.bind(it.store);
    it.store.recordRoute = async (...route) => {
      // What is kept of the edge was read already, and b.example is not listed yet.
      if (edgeFirst) await it.work.edge(edgeJob!, it.context());
      return recordRoute(...route);
    };
    await it.work.route(job(['b.example', base + 20_000]), it.context());
    assert.deepEqual(it.queue.take(), []);
    if (!edgeFirst) await it.work.edge(edgeJob!, it.context());
    assert.deepEqual(await states(it, 'a.example', 'b.example'), { 'a.example': 'healthy', 'b.example': 'healthy' });
  }
});

test('a partner that comes to an edge just before its evidence is kept is judged with the others', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  await it.work.route(job(['a.example', base + 10_000]), it.context());
  const [edgeJob] = it.queue.take();
  const recordEdge = it.store.recordEdge.bind(it.store);
  it.store.recordEdge = async (...evidence) => {
    await it.work.route(job(['b.example', base + 20_000]), it.context());
    return recordEdge(...evidence);
  };
  await it.work.edge(edgeJob!, it.context());
  assert.deepEqual(it.queue.take(), []);
  assert.deepEqual(await states(it, 'a.example', 'b.example'), { 'a.example': 'healthy', 'b.example': 'healthy' });
});

test('a clock that jumps between an examination and its judgement costs no slot', async () => {
  const hourMs = 3_600_000;
  for (const behindMs of [hourMs, -hourMs]) {
    const it = bed([shared('a.example'), partner('lost.example', minute)]);
    const jump = <Answer>(answer: Answer): Answer => {
      it.time.behindMs = behindMs;
      return answer;
    };
    await it.work.route(job(['a.example', base + 10_000]), it.context());
    const recordEdge = it.store.recordEdge.bind(it.store);
    it.store.recordEdge = async (...evidence) => jump(await recordEdge(...evidence));
    for (const each of it.queue.take()) await it.work.edge(each, it.context());
    it.time.behindMs = 0;
    // What cannot be looked up is judged by the job of the route.
    const recordRoute = it.store.recordRoute.bind(it.store);
    it.store.recordRoute = async (...route) => jump(await recordRoute(...route));
    await it.work.route(job(['lost.example', base + 20_000]), it.context());
    const standings = await it.store.standings(['a.example', 'lost.example']);
    assert.deepEqual(
      [...standings.values()].map(({ domain, slotMs }) => [domain, slotMs]),
      [
        ['a.example', base + 10_000],
        ['lost.example', base + 20_000],
      ],
    );
  }
});

test('every job run twice, at once and again later: one standing, one event, one count each', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  await Promise.all([it.work.route(both, it.context()), it.work.route(both, it.context())]);
  await it.work.route(both, it.context({ rerun: true }));
  const [edgeJob, ...more] = it.queue.take();
  assert.equal(more.length, 0);
  await Promise.all([it.work.edge(edgeJob!, it.context()), it.work.edge(edgeJob!, it.context())]);
  await it.work.edge(edgeJob!, it.context({ rerun: true }));
  await it.work.route(both, it.context({ rerun: true }));
  assert.deepEqual(await runs(it, 'a.example'), one);
  assert.deepEqual(await runs(it, 'b.example'), one);
  const events = await it.store.events(10);
  assert.deepEqual(
    events
      .filter((event) => event.what === undefined)
      .map((event) => `${event.domain} ${event.from} ${event.to}`)
      .sort(),
    ['a.example unknown healthy', 'b.example unknown healthy'],
  );
});

test('late slots are skipped and counted, the others run', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  it.time.nowMs = base + 75_000;
  await it.work.route(both, it.context());
  assert.equal(it.counted.late, 1);
  assert.deepEqual([...(await it.store.routes(['a.example', 'b.example'])).keys()], ['b.example']);
});

test('an edge job that waited longer than its interval is skipped and counted', async () => {
  const it = bed([shared('a.example')]);
  await it.work.route(job(['a.example', base + 10_000]), it.context());
  const [edgeJob] = it.queue.take();
  const enqueuedMs = it.time.nowMs;
  it.time.nowMs += minute + 1;
  await it.work.edge(edgeJob!, it.context({ enqueuedMs }));
  assert.equal(it.counted.late, 1);
  assert.equal(connects(it), 0);
});

test('an edge job that was stamped by a clock set back, or ahead, is not late', async () => {
  for (const enqueuedMs of [base - 3_600_000, 0, base + 3_600_000]) {
    const it = bed([shared('a.example')]);
    await it.work.route(job(['a.example', base + 10_000]), it.context());
    const [edgeJob] = it.queue.take();
    await it.work.edge(edgeJob!, it.context({ enqueuedMs }));
    assert.deepEqual({ late: it.counted.late, connects: connects(it) }, { late: 0, connects: 1 });
  }
});

test('by a clock that is wrong nothing is given up as late and nothing is stamped: the job goes back', async () => {
  const it = bed([shared('a.example')]);
  const [rightMs, slots] = [it.time.nowMs, job(['a.example', base + 10_000])];
  const jump = (byMs: number): void => void Object.assign(it.time, { nowMs: rightMs + byMs, doubted: byMs !== 0 });
  jump(3_600_000);
  await assert.rejects(it.work.route(slots, it.context()), NotYet);
  jump(0);
  await it.work.route(slots, it.context({ rerun: true }));
  const [edgeJob] = it.queue.take();
  jump(3_600_000);
  await assert.rejects(it.work.edge(edgeJob!, it.context({ enqueuedMs: rightMs })), NotYet);
  jump(-3_600_000);
  await assert.rejects(it.work.edge(edgeJob!, it.context({ enqueuedMs: rightMs })), NotYet);
  assert.equal(it.counted.late, 0);
  jump(0);
  await it.work.edge(edgeJob!, it.context({ rerun: true, enqueuedMs: rightMs }));
  assert.deepEqual(await states(it, 'a.example'), { 'a.example': 'healthy' });
});

test('a job that a dead worker held may be late by the time until it was missed, and no more', async () => {
  const it = bed([shared('a.example')]);
  const orphaned = { rerun: true, orphaned: true };
  it.time.nowMs = base + minute + rerunMs + 1;
  await it.work.route(job(['a.example', base]), it.context(orphaned));
  assert.deepEqual({ late: it.counted.late, jobs: it.queue.take() }, { late: 1, jobs: [] });
  it.time.nowMs -= 1;
  await it.work.route(job(['a.example', base]), it.context());
  assert.deepEqual({ late: it.counted.late, jobs: it.queue.take() }, { late: 2, jobs: [] }, 'one that merely waited');
  await it.work.route(job(['a.example', base]), it.context(orphaned));
  const [edgeJob] = it.queue.take();
  const context = it.context({ ...orphaned, enqueuedMs: it.time.nowMs });
  it.time.nowMs += minute + rerunMs + 1;
  await it.work.edge(edgeJob!, context);
  assert.deepEqual({ late: it.counted.late, connects: connects(it) }, { late: 3, connects: 0 });
  it.time.nowMs -= 1;
  let ms = 0;
  it.time.monotonic = () => ms++;
  await it.work.edge(edgeJob!, context);
  assert.deepEqual(
    { late: it.counted.late, connects: connects(it) },
    { late: 4, connects: 0 },
    'waited in the process',
  );
  it.time.monotonic = () => 0;
  await it.work.edge(edgeJob!, context);
  assert.deepEqual({ late: it.counted.late, connects: connects(it) }, { late: 4, connects: 1 });
  assert.deepEqual(await states(it, 'a.example'), { 'a.example': 'healthy' });
});

test('a partner that left the config is neither looked up nor judged', async () => {
  const it = bed([shared('a.example'), shared('b.example')]);
  await it.work.route(both, it.context());
  const later = it.worker([shared('a.example')]);
  for (const each of it.queue.take()) await later.edge(each, it.context());
  assert.deepEqual(await states(it, 'a.example', 'b.example'), { 'a.example': 'healthy', 'b.example': undefined });
  const before = lookups(it);
  await later.route(job(['b.example', base + 20_000]), it.context());
  assert.equal(lookups(it), before);
});

test('a domain without a route is judged at once', async () => {
  const it = bed([partner('none.example', minute)], {
    dns: { '_sipfederationtls._tcp.none.example SRV': 'dns_nxdomain' },
  });
  for (const slot of [0, 1, 2]) {
    it.time.nowMs = base + slot * minute + 5_000;
    await it.work.route(job(['none.example', base + slot * minute]), it.context());
  }
  assert.deepEqual(it.queue.take(), []);
  assert.deepEqual(await states(it, 'none.example'), { 'none.example': 'unreachable' });
});

test('stopping in the middle: ShuttingDown is thrown and nothing is recorded', async () => {
  const it = bed([shared('a.example')], {
    dns: { ...sharedDns, 'sip.shared.example A': 'silence', 'sip.shared.example AAAA': 'silence' },
  });
  const stopped = it.work.route(job(['a.example', base + 10_000]), it.context({ signal: stopAfter(20) }));
  await assert.rejects(stopped, ShuttingDown);
  assert.equal((await it.store.routes(['a.example'])).size, 0);

  const edge = {
    transport: 'tls',
    host: 'x.example',
    port: 5061,
    address: '192.0.2.9',
    serverName: 'x.example',
    options: true,
  } as const;
  const tarpit = bed([], { edges: { '192.0.2.9:5061': { connect: 'silence' } } });
  await tarpit.store.recordRoute(routeEvidence('x.example', base, [edge]), minute);
  const data: EdgeJob = { v: edgeJobVersion, slots: [{ edge, slotMs: base, timeoutMs: 5_000, everyMs: minute }] };
  await assert.rejects(tarpit.work.edge(data, tarpit.context({ signal: stopAfter(20) })), ShuttingDown);
  assert.equal((await tarpit.store.edges([edgeId(edge)])).size, 0);
  assert.equal(tarpit.counted.inFlight, 0);
});

test('a partner whose resolver is silent does not hold its batch', async () => {
  const stuck = { ...partner('stuck.example', minute, 400) };
  const it = bed([stuck, shared('b.example')], {
    dns: { ...sharedDns, '_sipfederationtls._tcp.stuck.example SRV': 'silence' },
  });
  let done = false;
  const running = it.work
    .route(job(['stuck.example', base], ['b.example', base]), it.context())
    .then(() => (done = true));
  for (let turn = 0; turn < 50 && it.queue.all.size === 0; turn += 1) await new Promise((next) => setTimeout(next, 2));
  assert.deepEqual({ edges: it.queue.all.size, done }, { edges: 1, done: false });
  await running;
  assert.equal((await it.store.routes(['stuck.example'])).size, 1);
});

test('a bug in the part of one partner fails the job and loses no other partner', async () => {
  const named = Object.fromEntries(Object.entries(sharedDns).filter(([question]) => question !== '* SRV'));
  const known = { ...named, '_sipfederationtls._tcp.b.example SRV': 'dns_nodata' as const };
  const it = bed([partner('odd.example', minute), shared('b.example')], { dns: known });
  const failing = it.work.route(job(['odd.example', base], ['b.example', base]), it.context());
  await assert.rejects(failing, /not announced/);
  for (const each of it.queue.take()) await it.work.edge(each, it.context());
  assert.deepEqual(await states(it, 'b.example'), { 'b.example': 'healthy' });
});

test('claimed but not added: the second run adds the edge job without asking DNS again', async () => {
  const it = bed([shared('a.example')]);
  const data = job(['a.example', base]);
  it.queue.down = true;
  await assert.rejects(it.work.route(data, it.context()), { code: 'queue_unavailable' });
  it.queue.down = false;
  await it.work.route(data, it.context({ rerun: true }));
  assert.equal(it.queue.take().length, 1);
  assert.equal(lookups(it), 1);
});

test('recorded but not judged: the second run judges without a second connection', async () => {
  const it = bed([shared('a.example')]);
  await it.work.route(job(['a.example', base]), it.context());
  const [edgeJob] = it.queue.take();
  const advance = it.store.advance.bind(it.store);
  it.store.advance = () => Promise.reject(Object.assign(new Error('away'), { code: 'store_unavailable' }));
  await assert.rejects(it.work.edge(edgeJob!, it.context()), { code: 'store_unavailable' });
  it.store.advance = advance;
  await it.work.edge(edgeJob!, it.context({ rerun: true }));
  assert.equal(connects(it), 1);
  assert.deepEqual(await states(it, 'a.example'), { 'a.example': 'healthy' });
});

test('partners of different intervals share the evidence of the faster one', async () => {
  const slow = { ...shared('slow.example'), everyMs: 5 * minute };
  const it = bed([shared('a.example'), slow]);
  it.time.nowMs = base + 2 * minute + 5_000;
  await it.work.route(job(['a.example', base + 2 * minute]), it.context());
  for (const each of it.queue.take()) await it.work.edge(each, it.context());
  await it.work.route(job(['slow.example', base + 2 * minute + 1_000]), it.context());
  assert.deepEqual(it.queue.take(), []);
  assert.deepEqual(await states(it, 'slow.example'), { 'slow.example': 'healthy' });
});

test('1,200 partners behind one edge are judged by one job', async () => {
  const partners = Array.from({ length: 1_200 }, (_, at) => shared(`p${String(at)}.example`));
  const it = bed(partners);
  for (let at = 0; at < partners.length; at += 20) {
    const slots = partners.slice(at, at + 20).map(({ domain }) => [domain, base + 1_000] as const);
    await it.work.route(job(...slots), it.context());
  }
  const [edgeJob, ...more] = it.queue.take();
  assert.equal(more.length, 0);
  await it.work.edge(edgeJob!, it.context());
  assert.equal(connects(it), 1);
  const standings = await it.store.standings(partners.map(({ domain }) => domain));
  assert.equal([...standings.values()].filter(({ state }) => state === 'healthy').length, 1_200);
});

for (const order of [
  ['quick.example', 'patient.example'],
  ['patient.example', 'quick.example'],
] as const) {
  test(`${order.join(' before ')}: a shared edge is given the time of the patient one`, async () => {
    const quick = { ...shared('quick.example'), timeoutMs: 100 };
    const patient = { ...shared('patient.example'), timeoutMs: 1_000 };
    const it = bed([quick, patient], { edges: { '192.0.2.1:5061': { connect: 'silence' } } });
    for (const domain of order) await it.work.route(job([domain, base + 10_000]), it.context());
    const [edgeJob, ...more] = it.queue.take();
    assert.equal(more.length, 0);
    await it.work.edge(edgeJob!, it.context());
    const [evidence] = (await it.store.edges([edgeId(edgeJob!.slots[0]!.edge)])).values();
    const waitedMs = evidence?.observations[0]?.steps[0]?.tookMs ?? 0;
    assert.ok(waitedMs >= 240 && waitedMs < 600, `${String(waitedMs)} ms`);
  });
}

test('an edge that everyone left before its job came up is not examined, and nothing of it is kept', async () => {
  const it = bed([shared('a.example')]);
  await it.work.route(job(['a.example', base + 10_000]), it.context());
  const [edgeJob] = it.queue.take();
  await it.store.recordRoute(routeEvidence('a.example', base + minute, []), minute);
  await it.work.edge(edgeJob!, it.context());
  assert.equal(connects(it), 0);
  assert.equal((await it.store.edges([edgeId(edgeJob!.slots[0]!.edge)])).size, 0);
});

test('one partner whose standing is refused holds none of the 600 behind the same edge', async () => {
  const partners = Array.from({ length: 600 }, (_, at) => shared(`p${String(at).padStart(3, '0')}.example`));
  const it = bed(partners);
  const advance = it.store.advance.bind(it.store);
  it.store.advance = (standing, ...rest) =>
    standing.domain === 'p000.example'
      ? Promise.reject(new EvidenceTooLarge('the standing of p000.example'))
      : advance(standing, ...rest);
  await it.work.route(job(...partners.map(({ domain }) => [domain, base + 1_000] as const)), it.context());
  await assert.rejects(it.work.edge(it.queue.take()[0]!, it.context()), { code: 'evidence_too_large' });
  assert.equal((await it.store.standings(partners.map(({ domain }) => domain))).size, 599);
});

const manyHost = 'sip.many.example';
const manyAddresses = [1, 2, 3, 4, 5, 6].map((last) => `192.0.2.${String(last)}`);
const manyEdges = (domain: string, everyMs: number): Partner => ({
  ...partner(domain, everyMs, 5_000),
  route: { host: manyHost, port: 5061 },
});
const manyDns = {
  [`${manyHost} A`]: manyAddresses.map((address) => ({ type: 'A' as const, name: manyHost, ttl: 60, address })),
  [`${manyHost} AAAA`]: 'dns_nodata' as const,
};

test('a partner of many edges gets the first ones examined at once and the others later', async () => {
  const it = bed([manyEdges('many.example', minute)], { dns: { '* SRV': 'dns_nodata', ...manyDns } });
  await it.work.route(job(['many.example', base + 10_000]), it.context());
  assert.deepEqual(it.queue.delays, [0, 0, 0, 0, 1_250, 2_500]);
  assert.deepEqual(
    it.queue.take().map(({ slots: [slot] }) => slot?.edge.address),
    manyAddresses,
  );
});

test('a partner with a shorter interval behind the same edges does not wait longer than it can', async () => {
  const it = bed([manyEdges('many.example', minute), manyEdges('fast.example', 5_000)], {
    dns: { '* SRV': 'dns_nodata', ...manyDns },
  });
  it.time.nowMs = base + 2_000;
  await it.work.route(job(['fast.example', base]), it.context());
  it.time.nowMs = base + minute + 1_000;
  await it.work.route(job(['many.example', base + minute + 500]), it.context());
  assert.deepEqual(it.queue.delays.slice(6), [0, 0, 0, 0, 1_000, 2_000]);
});

test('a domain without SRV record and without TLS: TCP is an edge of its route from the next slot on', async () => {
  const plain: Partner = { ...partner('plain.example', minute), profile: 'sip' };
  const it = bed([plain], {
    dns: {
      '_sips._tcp.plain.example SRV': 'dns_nodata',
      '_sip._tcp.plain.example SRV': 'dns_nodata',
      'plain.example A': [{ type: 'A', name: 'plain.example', ttl: 60, address: '192.0.2.1' }],
      'plain.example AAAA': 'dns_nodata',
    },
    edges: { '192.0.2.1:5061': { connect: 'tcp_refused' }, '192.0.2.1:5060': { replies: okTo } },
  });
  const asked: string[][] = [];
  for (let slot = 0; slot < 3; slot += 1) {
    it.time.nowMs = base + slot * minute + 1_000;
    await it.work.route(job(['plain.example', base + slot * minute]), it.context());
    const jobs = it.queue.take();
    asked.push(jobs.flatMap(({ slots }) => slots.map(({ edge }) => `${edge.transport} ${String(edge.port)}`)));
    for (const each of jobs) await it.work.edge(each, it.context());
  }
  assert.deepEqual(asked, [['tls 5061'], ['tls 5061', 'tcp 5060'], ['tls 5061', 'tcp 5060']]);
  const standing = (await it.store.standings(['plain.example'])).get('plain.example');
  assert.deepEqual([standing?.state, standing?.cause?.code], ['degraded', 'sip_clear_text_only']);
});

test('the edge jobs that follow from an order go to the front like it, those of a slot do not', async () => {
  const it = bed([shared('a.example')]);
  await it.work.route(job(['a.example', base + 10_000]), it.context());
  assert.deepEqual([it.queue.take().length, it.queue.urgent], [1, []]);
  it.time.nowMs += minute;
  await it.work.route(job(['a.example', base + minute + 17]), it.context({ urgent: true }));
  assert.deepEqual([it.queue.take().length, it.queue.urgent], [1, ['192.0.2.1']]);
});

test('many partners behind a few edges: one entry in the ledger of each edge a slot', async () => {
  const [many, few] = [300, 20];
  const hosts = Array.from({ length: few }, (_, at) => `sip${String(at)}.shared.example`);
  const addressOf = (at: number): string => `192.0.2.${String(at + 1)}`;
  const dns: Record<string, DnsScript> = { '* SRV': 'dns_nodata' };
  for (const [at, name] of hosts.entries()) {
    dns[`${name} A`] = [{ type: 'A', name, ttl: 60, address: addressOf(at) }];
    dns[`${name} AAAA`] = 'dns_nodata';
  }
  const served = hosts.map((_, at) => [`${addressOf(at)}:5061`, healthyEdge(base)] as const);
  const partners = Array.from({ length: many }, (_, at) => ({
    ...partner(`p${String(at)}.example`, minute),
    route: { host: hosts[at % few]!, port: 5061 },
  }));
  const it = bed(partners, { dns, edges: Object.fromEntries(served) });
  await it.work.route(job(...partners.map(({ domain }) => [domain, base] as const)), it.context());
  const edgeJobs = it.queue.take();
  for (const each of edgeJobs) {
    await it.work.edge(each, it.context());
    await it.work.edge(each, it.context({ rerun: true }));
  }
  const ledgers = await it.store.ledgers(edgeJobs.map((each) => edgeId(each.slots[0]!.edge)));
  const counted = [edgeJobs.length, ledgers.size, [...ledgers.values()].flat().length, connects(it)];
  assert.deepEqual(counted, [few, few, few, few]);
});
