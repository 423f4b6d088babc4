import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultCadence, extraWindowMs } from '../../src/federation/cadence.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { jobVersion } from '../../src/queue/job.ts';
import { slotAt } from '../../src/schedule/plan.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, healthyEdge, sharedRoute, type Bed } from './bed.ts';

const every = 300_000;
const shared = (domain: string): Partner => ({
  ...partner(domain, every),
  route: sharedRoute,
  cadence: defaultCadence,
});
const refused = { '192.0.2.1:5061': { connect: 'tcp_refused' as const } };
const connects = ({ net }: Bed): number => net.calls.filter((call) => call.startsWith('connect')).length;

/** One slot at its instant, and the edge jobs it made. */
async function run(it: Bed, domain: string, slotMs: number): Promise<void> {
  it.time.nowMs = slotMs;
  await it.work.route({ v: jobVersion, slots: [{ domain, slotMs }] }, it.context());
  for (const job of it.queue.take()) await it.work.edge(job, it.context());
}

const standingOf = async (it: Bed, domain: string) => (await it.store.standings([domain])).get(domain);

test('a first failure is examined again soon, by a connection of its own, and then at the next slot', async () => {
  const each = shared('a.example');
  const it = bed([each], { edges: refused });
  const slotMs = slotAt(each, base);
  await run(it, 'a.example', slotMs);
  const [confirmation, ...more] = it.queue.later;
  assert.ok(confirmation !== undefined && more.length === 0);
  const { slotMs: againMs, delayMs } = confirmation;
  assert.equal(againMs, slotMs + delayMs);
  assert.ok(delayMs >= 30_000 && delayMs < 60_000 + 1_000, String(delayMs));
  const before = connects(it);
  await run(it, 'a.example', againMs);
  assert.equal(connects(it), 2 * before, 'looked at anew');
  assert.deepEqual((await standingOf(it, 'a.example'))?.pending?.count, 2);
  await run(it, 'a.example', slotMs + every);
  assert.equal(connects(it), 3 * before, 'the confirmation is no evidence of the next slot');
  assert.equal((await standingOf(it, 'a.example'))?.state, 'unreachable');
  assert.equal(it.queue.later.length, 1, 'confirmed once');
});

test('who answers is not confirmed, and the same slot again asks for nothing more', async () => {
  const each = shared('a.example');
  const well = bed([each], { edges: { '192.0.2.1:5061': healthyEdge(base) } });
  await run(well, 'a.example', slotAt(each, base));
  assert.deepEqual(well.queue.later, []);
  const dead = bed([each], { edges: refused });
  const slotMs = slotAt(each, base);
  await run(dead, 'a.example', slotMs);
  await dead.work.route({ v: jobVersion, slots: [{ domain: 'a.example', slotMs }] }, dead.context({ rerun: true }));
  assert.equal(dead.queue.later.length, 1);
});

test('40 partners of one dead edge: one examination for their slots, and one per 30 s for all confirmations', async () => {
  const partners = Array.from({ length: 40 }, (_, at) => shared(`p${String(at)}.example`));
  const it = bed(partners, { edges: refused });
  const from = Math.ceil(base / every) * every;
  const todo = partners.map((each) => ({ domain: each.domain, slotMs: slotAt(each, from + every - 1) }));
  for (let known = 0; todo.length > 0;) {
    todo.sort((one, other) => one.slotMs - other.slotMs);
    const next = todo.shift()!;
    await run(it, next.domain, next.slotMs);
    todo.push(...it.queue.later.slice(known));
    known = it.queue.later.length;
  }
  assert.equal(it.queue.later.length, 40);
  const windows = new Set([...it.queue.all.values()].map(({ slots: [slot] }) => slot?.slotMs));
  assert.equal(windows.size, it.queue.all.size, 'no window is examined twice');
  assert.ok(windows.size > 1 && windows.size <= 1 + every / extraWindowMs + 2, String(windows.size));
  const standings = await it.store.standings(partners.map(({ domain }) => domain));
  assert.ok([...standings.values()].every(({ pending }) => pending?.count === 2));
});

test('a demanded look and the slot beside it are two connections, whichever comes first, also within one half minute', async () => {
  const gapMs = 1_000;
  const nextOf = (domain: string): number => slotAt(shared(domain), base + every);
  // Somebody whose slot lies in the first half minute of the interval, where both would share its window.
  const domain = Array.from({ length: 200 }, (_, at) => `p${String(at)}.example`).find((name) => {
    const intoMs = nextOf(name) % every;
    return intoMs >= 3 * gapMs && intoMs + gapMs < extraWindowMs;
  });
  assert.ok(domain !== undefined);
  const regularMs = nextOf(domain);
  const cases = {
    'a slot, then asked for': [regularMs, regularMs + gapMs],
    'asked for, then a slot': [regularMs - gapMs, regularMs],
    'asked for twice': [regularMs - 3 * gapMs, regularMs - 2 * gapMs],
  } as const;
  for (const [name, [oneMs, twoMs]] of Object.entries(cases)) {
    const it = bed([shared(domain)], { edges: refused });
    await run(it, domain, oneMs);
    const before = connects(it);
    assert.ok(before > 0);
    await run(it, domain, twoMs);
    assert.equal(connects(it), 2 * before, name);
    assert.equal((await standingOf(it, domain))?.pending?.count, 2, name);
    // A killed worker's job runs again: what was judged is not asked for once more.
    await it.work.route({ v: jobVersion, slots: [{ domain, slotMs: twoMs }] }, it.context({ rerun: true }));
    assert.deepEqual(it.queue.take(), [], name);
  }
});
