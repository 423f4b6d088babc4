import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Queue } from 'bullmq';
import { ShuttingDown } from '../../src/net/deadline.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createConsumer, type Handler } from '../../src/queue/consumer.ts';
import { edgeJob, edgesPerJob, jobVersion, routeJob, type EdgeSlot, type RouteJob } from '../../src/queue/job.ts';
import { createProducer } from '../../src/queue/producer.ts';
import { NotYet } from '../../src/queue/put-back.ts';
import type { QueueSettings } from '../../src/queue/settings.ts';
import { ownNowMs } from '../processor-time.ts';
import { consumer, eventually, quiet, redisFor, settingsFor, slot } from './rig.ts';

/** With what has to come, however busy the machine is; nothing is decided by it but that it does not come. */
const patienceMs = 60_000;

interface World {
  readonly settings: QueueSettings;
  readonly producer: ReturnType<typeof createProducer>;
  /** BullMQ's own view of the route queue. */
  readonly raw: Queue;
  use(handler: Handler<RouteJob>): ReturnType<typeof consumer>;
}

async function world(t: TestContext, over: Partial<QueueSettings> = {}): Promise<World | null> {
  const found = await redisFor(t);
  if (found === null) return null;
  const { redis, atEnd } = found;
  const settings = settingsFor(redis.url, over);
  const producer = createProducer(settings, quiet);
  const raw = new Queue('route', { connection: { url: redis.url }, prefix: settings.prefix });
  atEnd(() => producer.close());
  atEnd(() => raw.close());
  return {
    settings,
    producer,
    raw,
    use(handler) {
      const made = consumer(settings, handler);
      atEnd(() => made.consumer.close(0));
      return made;
    },
  };
}

test('45 slots are three jobs; adding them again, also after they ran, adds nothing', async (t) => {
  const it = await world(t);
  if (it === null) return;
  const slots = Array.from({ length: 45 }, (_, at) => slot(at));
  await it.producer.addRoutes(slots);
  await it.producer.addRoutes(slots);
  const sizes: number[] = [];
  const { counts } = it.use((job) => Promise.resolve(void sizes.push(job.slots.length)));
  assert.ok(await eventually(() => counts.done === 3, patienceMs));
  await it.producer.addRoutes(slots);
  await it.producer.addRoutes([slot(99)]);
  assert.ok(await eventually(() => counts.done === 4, patienceMs));
  assert.deepEqual(
    sizes.sort((a, b) => b - a),
    [20, 20, 5, 1],
  );
  assert.deepEqual(counts, { done: 4, failed: 0, stalled: 0 });
});

test('a job that makes no sense is dropped and counted; one of another version rests in the queue', async (t) => {
  const it = await world(t);
  if (it === null) return;
  let handled = 0;
  const { counts } = it.use(() => Promise.resolve(void (handled += 1)));
  await it.raw.add('route', { v: jobVersion, slots: 'all' }, { jobId: 'odd-1' });
  await it.raw.add('route', { v: jobVersion, slots: [], more: true }, { jobId: 'odd-2' });
  await it.raw.add('route', 'a text', { jobId: 'odd-3' });
  await it.raw.add('route', { v: jobVersion + 1, what: 'ever' }, { jobId: 'newer' });
  assert.ok(await eventually(() => counts.failed === 3, patienceMs));
  assert.ok(await eventually(async () => (await it.raw.getJob('newer'))!.delay > 0, patienceMs));
  assert.equal(await it.raw.getJobState('newer'), 'delayed');
  assert.deepEqual({ handled, failed: await it.raw.getFailedCount() }, { handled: 0, failed: 0 });
});

test('stopping: a job that cannot end is given back and another worker runs it', async (t) => {
  const it = await world(t);
  if (it === null) return;
  let started = 0;
  const first = it.use(async (_, { signal }) => {
    started += 1;
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  });
  await it.producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => started === 1, patienceMs));
  const before = ownNowMs();
  await first.consumer.close(100);
  assert.ok(ownNowMs() - before < 1_500);

  const reruns: boolean[] = [];
  it.use((_, { rerun }) => Promise.resolve(void reruns.push(rerun)));
  assert.ok(await eventually(() => reruns.length === 1, patienceMs));
  assert.deepEqual(reruns, [true]);
  assert.equal(first.counts.failed, 0);
});

test('stopping: a job that ends in time ends, and its end is kept', async (t) => {
  const it = await world(t);
  if (it === null) return;
  let started = 0;
  const { consumer: closing } = it.use(async (_, { signal }) => {
    started += 1;
    await new Promise((done) => setTimeout(done, 300));
    if (signal.aborted) throw new ShuttingDown('too early');
  });
  await it.producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => started === 1, patienceMs));
  await closing.close(patienceMs);
  assert.equal(await it.raw.getCompletedCount(), 1);
});

test('without its store a job is put back and done later; a bug fails it once and for all', async (t) => {
  const it = await world(t);
  if (it === null) return;
  let tries = 0;
  const { counts } = it.use((job) => {
    if (job.slots[0]?.domain === 'bug.example') return Promise.reject(new TypeError('a bug'));
    tries += 1;
    if (tries > 1) return Promise.resolve();
    return Promise.reject(Object.assign(new Error('away'), { code: 'store_unavailable' }));
  });
  await it.producer.addRoutes([slot(1)]);
  await it.producer.addRoutes([slot(1, 'bug.example')]);
  assert.ok(await eventually(() => counts.done === 2, patienceMs));
  assert.deepEqual(counts, { done: 2, failed: 1, stalled: 0 });
  assert.equal(tries, 2);
});

test('no more jobs run at once than allowed', async (t) => {
  const it = await world(t, { concurrency: { route: 3, edge: 1 } });
  if (it === null) return;
  let running = 0;
  let most = 0;
  const full = Promise.withResolvers<undefined>();
  const { counts } = it.use(async () => {
    running += 1;
    most = Math.max(most, running);
    // As many as are allowed do run at once, and nobody ends before they do.
    if (running === 3) full.resolve(undefined);
    await full.promise;
    await new Promise((done) => setTimeout(done, 50));
    running -= 1;
  });
  await Promise.all(Array.from({ length: 12 }, (_, at) => it.producer.addRoutes([slot(at)])));
  assert.ok(await eventually(() => counts.done === 12, patienceMs));
  assert.equal(most, 3);
});

test('what is put on the queue carries no more than the job, and old jobs do not pile up', async (t) => {
  const it = await world(t, { keepCount: 5 });
  if (it === null) return;
  const { counts } = it.use(() => Promise.resolve());
  for (let at = 0; at < 20; at += 1) await it.producer.addRoutes([slot(at)]);
  assert.ok(await eventually(() => counts.done === 20, patienceMs));
  assert.ok((await it.raw.getCompletedCount()) <= 6);
});

test('an edge job with a delay rests so long, and its waiting begins after it', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const settings = settingsFor(found.redis.url);
  const producer = createProducer(settings, quiet);
  found.atEnd(() => producer.close());
  const edge = { transport: 'tls', host: 'x.example', port: 5061, serverName: 'x.example', options: true } as const;
  const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const slots = addresses.map((address): EdgeSlot => ({
    edge: { ...edge, address },
    slotMs: 1_700_000_000_000,
    timeoutMs: 1_000,
    everyMs: 60_000,
  }));
  const taken: { address: string; enqueuedMs: number }[] = [];
  const ignore = (): void => undefined;
  const made = createConsumer({
    queue: 'edge',
    schema: edgeJob,
    handler: ({ slots: some }, { enqueuedMs }) => {
      for (const {
        edge: { address },
      } of some)
        taken.push({ address, enqueuedMs });
      return Promise.resolve();
    },
    settings,
    own: { jobDone: ignore, jobFailed: ignore, jobStalled: ignore },
    clock: systemClock,
    log: quiet,
  });
  found.atEnd(() => made.close(0));
  const startedMs = performance.now();
  const delaysMs = [0, 1_200, 600];
  const fromMs = Date.now();
  await producer.addEdges(slots, delaysMs);
  const untilMs = Date.now();
  assert.ok(await eventually(() => taken.length === 3, patienceMs));
  assert.ok(performance.now() - startedMs >= 1_150);
  assert.deepEqual(
    taken.map(({ address }) => address),
    ['192.0.2.1', '192.0.2.3', '192.0.2.2'],
  );
  for (const { address, enqueuedMs } of taken) {
    const addedMs = enqueuedMs - (delaysMs[addresses.indexOf(address)] ?? 0);
    assert.ok(addedMs >= fromMs && addedMs <= untilMs, `${address} ${String(addedMs - fromMs)} ms`);
  }
});

test('edges that do not rest share jobs, as many as there may be in one, and the same again is the same jobs', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const settings = settingsFor(found.redis.url);
  const producer = createProducer(settings, quiet);
  found.atEnd(() => producer.close());
  const edge = { transport: 'tls', host: 'e.example', port: 5061, serverName: 'e.example', options: true } as const;
  const slots = Array.from({ length: edgesPerJob + 1 }, (_, at): EdgeSlot => ({
    edge: { ...edge, address: `192.0.2.${String(at)}` },
    ...{ slotMs: 1_700_000_000_000, timeoutMs: 1_000, everyMs: 60_000 },
  }));
  for (let time = 0; time < 2; time += 1) {
    await producer.addEdges(slots);
    const [, edges] = await producer.states();
    assert.deepEqual([edges?.queue, edges?.jobs.waiting], ['edge', 2]);
  }
});

test('what somebody asked for is taken before all that wait, routes and edges, and its handler is told', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const settings = settingsFor(found.redis.url, { concurrency: { route: 1, edge: 1 } });
  const producer = createProducer(settings, quiet);
  found.atEnd(() => producer.close());
  const edge = { transport: 'tls', host: 'e.example', port: 5061, serverName: 'e.example', options: true } as const;
  const slotTo = (address: string): EdgeSlot => ({
    ...{ edge: { ...edge, address }, slotMs: 1_700_000_000_000, timeoutMs: 1_000, everyMs: 60_000 },
  });
  await producer.addEdges(['192.0.2.1', '192.0.2.2'].map(slotTo));
  await producer.addEdges([slotTo('192.0.2.3')], [0], true);
  await producer.addRoutes([slot(1)]);
  await producer.addNow(slot(2));
  const taken: string[] = [];
  const ignore = (): void => undefined;
  const own = { jobDone: ignore, jobFailed: ignore, jobStalled: ignore };
  const shared = { settings, own, clock: systemClock, log: quiet };
  const note = (what: string, urgent: boolean): Promise<void> =>
    Promise.resolve(void taken.push(`${what}${urgent ? ' urgent' : ''}`));
  const consumers = [
    createConsumer({
      ...{ ...shared, queue: 'edge' as const, schema: edgeJob },
      handler: (job, { urgent }) => note(job.slots.map(({ edge: { address } }) => address).join(' '), urgent),
    }),
    createConsumer({
      ...{ ...shared, queue: 'route' as const, schema: routeJob },
      handler: (job, { urgent }) => note(String(job.slots[0]?.domain), urgent),
    }),
  ];
  for (const each of consumers) found.atEnd(() => each.close(0));
  assert.ok(await eventually(() => taken.length === 4, 10_000));
  const [one, two] = [slot(1), slot(2)].map(({ domain }) => domain);
  assert.deepEqual(
    [taken.filter((each) => each.startsWith('192')), taken.filter((each) => !each.startsWith('192'))],
    [
      ['192.0.2.3 urgent', '192.0.2.1 192.0.2.2'],
      [`${String(two)} urgent`, String(one)],
    ],
  );
});

test('a slot for later rests so long, and added twice it is one job', async (t) => {
  const it = await world(t);
  if (it === null) return;
  const taken: number[] = [];
  it.use(() => Promise.resolve(void taken.push(performance.now())));
  const before = performance.now();
  await it.producer.addLater(slot(1), 700);
  await it.producer.addLater(slot(1), 700);
  assert.ok(await eventually(() => taken.length > 0, patienceMs));
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(taken.length, 1);
  assert.ok((taken[0] ?? 0) - before >= 690, String((taken[0] ?? 0) - before));
});

test('while its clock is wrong a worker takes nothing, and gives back what it had just taken by the right time', async (t) => {
  const it = await world(t);
  if (it === null) return;
  const hourMs = 3_600_000;
  let wrongByMs = hourMs;
  const clock = { ...systemClock, wall: () => Date.now() + wrongByMs };
  let taken = 0;
  const take = (): Promise<void> => Promise.resolve(void (taken += 1));
  const wrong = consumer(it.settings, take, quiet, clock, () => wrongByMs);
  t.after(() => wrong.consumer.close(0));
  await it.producer.addRoutes([slot(1)]);
  await new Promise((done) => setTimeout(done, 3_000));
  assert.equal(taken, 0);
  assert.equal(wrong.consumer.alive(), true);
  const { counts } = it.use(() => Promise.resolve());
  assert.ok(await eventually(() => counts.done === 1, patienceMs), 'another worker has it at once');
  await wrong.consumer.close(0);

  const back = consumer(it.settings, take, quiet, clock, () => wrongByMs);
  t.after(() => back.consumer.close(0));
  wrongByMs = 0;
  await new Promise((done) => setTimeout(done, 1_500));
  await it.producer.addRoutes([slot(2)]);
  assert.ok(
    await eventually(() => counts.done + taken === 2, patienceMs),
    'and with the right clock it takes jobs again',
  );
});

test('what is given back by a machine whose clock is an hour ahead is taken by another one at once', async (t) => {
  const it = await world(t);
  if (it === null) return;
  let wrongByMs = 0;
  let taken = 0;
  const { settings } = it;
  const ahead = consumer(
    settings,
    () => {
      taken += 1;
      wrongByMs = 3_600_000;
      // The library asks this clock, and not ours.
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + wrongByMs });
      return Promise.reject(new NotYet(1_000));
    },
    quiet,
    systemClock,
    () => wrongByMs,
  );
  t.after(() => ahead.consumer.close(0));
  await it.producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => taken === 1, patienceMs));
  await new Promise((done) => setTimeout(done, 1_500));
  t.mock.timers.reset();
  const { counts } = it.use(() => Promise.resolve());
  assert.ok(await eventually(() => counts.done === 1, patienceMs), 'done by the other');
  assert.equal(taken, 1, 'and not taken again by a clock that is wrong');
});

test('after the clock went back, slots that come again are jobs again, and nobody rests until a far instant', async (t) => {
  const it = await world(t);
  if (it === null) return;
  const { counts } = it.use(() => Promise.resolve());
  await it.producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => counts.done === 1, patienceMs));
  await it.producer.addLater(slot(2), 3_600_000);
  await it.producer.addRoutes([slot(1)]);
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(counts.done, 1, 'remembered, and resting');
  await it.producer.clockWentBack(3_600_000);
  assert.ok(await eventually(() => counts.done === 2, patienceMs), 'the one that rested');
  await it.producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => counts.done === 3, patienceMs), 'the one that was done');
});
