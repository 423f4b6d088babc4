import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { longestPauseMs, refusalsUntilPause } from '../../src/probe/restraint.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, healthyEdge, okTo, sharedRoute, type Bed } from './bed.ts';

// What their answers ask of us: to wait, or to ask less. TLS goes on, and the last answer stands meanwhile.

const minute = 60_000;
const one: Partner = { ...partner('a.example', minute), route: sharedRoute };

/** A partner whose answers are read from a list, slot after slot; the last one goes on. */
function answering(...lines: readonly string[]) {
  let asked = 0;
  const replies = (request: string): readonly string[] => {
    const line = lines[Math.min(asked, lines.length - 1)] ?? '200 OK';
    asked += 1;
    return okTo(request).map((text) => text.replace('200 OK', line));
  };
  const it = bed([one], { edges: { '192.0.2.1:5061': { ...healthyEdge(base), replies } } });
  /** Runs the slot that is so many minutes after the first. */
  const slot = async (at: number): Promise<EdgeEvidence> => {
    const slotMs = base + at * minute;
    it.time.nowMs = slotMs + 1_000;
    const job: RouteJob = { v: jobVersion, slots: [{ domain: 'a.example', slotMs }] };
    await it.work.route(job, it.context());
    for (const each of it.queue.take()) await it.work.edge(each, it.context());
    const [edge] = (await it.store.routes(['a.example'])).get('a.example')?.edges ?? [];
    const evidence = edge && (await it.store.edges([edgeId(edge)])).get(edgeId(edge));
    assert.ok(evidence);
    assert.equal(evidence.slotMs, slotMs);
    return evidence;
  };
  return { it, slot, asked: () => asked };
}

const connects = ({ net }: Bed): number => net.calls.filter((call) => call.startsWith('connect')).length;
const state = async ({ store }: Bed) => (await store.standings(['a.example'])).get('a.example')?.state;
const kindsKept = ({ observations }: EdgeEvidence) => observations.filter(({ kept }) => kept).map(({ kind }) => kind);
const unavailable = (seconds: number): string => `503 Service Unavailable\r\nRetry-After: ${String(seconds)}`;

describe('Retry-After', () => {
  test('is honoured: SIP is not asked until then, TLS is, and the answer keeps its time', async () => {
    const { it, slot, asked } = answering(unavailable(150), '200 OK');
    const first = await slot(0);
    assert.equal(asked(), 1);
    for (const at of [1, 2]) {
      const evidence = await slot(at);
      assert.deepEqual(kindsKept(evidence), ['admission', 'sip']);
      assert.equal(evidence.observations.at(-1)?.at, first.observations.at(-1)?.at);
      assert.equal(connects(it), at + 1);
    }
    assert.equal(asked(), 1);
    const { runs, failures } = (await it.store.tallies(['a.example'])).get('a.example') ?? { runs: {}, failures: [] };
    assert.deepEqual([runs.tls, runs.sip, failures.length], [3, 1, 0]);
    assert.deepEqual(kindsKept(await slot(3)), []);
    assert.equal(asked(), 2);
  });

  test('is honoured up to the longest pause, and not a second longer', async () => {
    const pause = longestPauseMs / minute;
    const { slot, asked } = answering(unavailable(7 * 24 * 3600), '200 OK');
    await slot(0);
    assert.deepEqual(kindsKept(await slot(pause - 1)), ['admission', 'sip']);
    assert.equal(asked(), 1);
    assert.deepEqual(kindsKept(await slot(pause)), []);
    assert.equal(asked(), 2);
  });

  test('of an answer that works keeps nobody away', async () => {
    const { slot, asked } = answering('200 OK\r\nRetry-After: 600');
    await slot(0);
    await slot(1);
    assert.equal(asked(), 2);
  });

  test('a clock that goes back does not prolong it', async () => {
    const { it, slot, asked } = answering(unavailable(3600));
    await slot(0);
    const [edge] = (await it.store.routes(['a.example'])).get('a.example')?.edges ?? [];
    assert.ok(edge);
    const { heldNow } = await import('../../src/probe/restraint.ts');
    const last = (await it.store.edges([edgeId(edge)])).get(edgeId(edge)) ?? null;
    assert.notEqual(heldNow(last, base + minute), null);
    assert.equal(heldNow(last, base - 2 * longestPauseMs), null);
    assert.equal(asked(), 1);
  });
});

describe('refusals', () => {
  test(`after ${String(refusalsUntilPause)} in a row SIP is asked once in a pause, and the partner stays refused`, async () => {
    const { it, slot, asked } = answering('403 Forbidden');
    for (let at = 0; at < refusalsUntilPause - 1; at += 1) assert.deepEqual(kindsKept(await slot(at)), []);
    assert.equal((await slot(refusalsUntilPause - 1)).restraint?.why, 'refusals');
    assert.equal(await state(it), 'refused');
    const pause = longestPauseMs / minute;
    for (const at of [refusalsUntilPause, 30, pause]) {
      assert.deepEqual(kindsKept(await slot(at)), ['admission', 'sip'], String(at));
      assert.equal(await state(it), 'refused');
    }
    assert.equal(asked(), refusalsUntilPause);
    // One more refusal is one more pause; an answer ends it.
    await slot(pause + refusalsUntilPause);
    assert.equal(asked(), refusalsUntilPause + 1);
    assert.deepEqual(kindsKept(await slot(pause + refusalsUntilPause + 1)), ['admission', 'sip']);
  });

  test('that are broken by another answer begin anew', async () => {
    const many = Array.from({ length: refusalsUntilPause - 1 }, () => '403 Forbidden');
    const { slot, asked } = answering(...many, '200 OK', ...many, '200 OK');
    for (let at = 0; at < 2 * refusalsUntilPause; at += 1) assert.deepEqual(kindsKept(await slot(at)), []);
    assert.equal(asked(), 2 * refusalsUntilPause);
  });

  test('do not hide that TLS fails meanwhile', async () => {
    let reset = false;
    const replies = (request: string): readonly string[] =>
      okTo(request).map((text) => text.replace('200 OK', unavailable(3600)));
    const good = { ...healthyEdge(base), replies };
    const edges = {
      get '192.0.2.1:5061'() {
        return reset ? ({ connect: 'tcp_refused' } as const) : good;
      },
    };
    const it = bed([one], { edges });
    const run = async (at: number): Promise<EdgeEvidence | undefined> => {
      it.time.nowMs = base + at * minute + 1_000;
      const slotMs = base + at * minute;
      await it.work.route({ v: jobVersion, slots: [{ domain: 'a.example', slotMs }] }, it.context());
      const [job] = it.queue.take();
      assert.ok(job);
      await it.work.edge(job, it.context());
      const id = edgeId(job.slots[0]!.edge);
      return (await it.store.edges([id])).get(id);
    };
    await run(0);
    reset = true;
    const seen = await run(1);
    assert.deepEqual(
      seen?.observations.map(({ kind }) => kind),
      ['tcp'],
    );
  });
});
