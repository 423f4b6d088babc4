import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { EdgeEvidence, StepName } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { isFarAhead } from '../../src/federation/slot.ts';
import { systemClock } from '../../src/net/clock.ts';
import { slotAt, windowAt } from '../../src/schedule/plan.ts';
import { median } from '../bench/figures.ts';
import { startWorld } from '../bench/world.ts';
import { ownNowMs } from '../processor-time.ts';
import { redisFor } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { startPipeline } from './pipeline.ts';

const count = 120;
const everyMs = 10_000;
/** The usual gap between two connections to one place. */
const gapMs = 2_000;
const limitMs = 40_000;
/** What is promised. To connect takes a fraction of a millisecond here: what else this one process does in a turn or two may come before it. */
const mostTimes = 2;
const turnsMs = 3;

function medianOf(all: readonly EdgeEvidence[], name: StepName): number {
  const steps = all.flatMap(({ observations }) => observations.flatMap((each) => each.steps));
  return median(steps.filter((step) => step.name === name && step.failure === null).map(({ tookMs }) => tookMs));
}

test('connecting and handshakes are reported within twice what an idle process reports, with 120 edges due at once', async (t) => {
  const found = await redisFor(t);
  if (found === null) return;
  const world = await startWorld({ keyType: 'p-256', partners: count, edgesEach: 1, sharers: 1, open: true });
  t.after(() => world.stop());
  const partners = world.partners.map(({ domain }) => partner(domain, everyMs));
  const seen: EdgeEvidence[] = [];
  const beginMs = windowAt(partners[0]!, Date.now()) + everyMs;
  const pipeline = await startPipeline(
    {
      ...{ dns: { address: '127.0.0.1', port: world.dnsPort }, url: found.redis.url, trust: world.caFile },
      atEnd: found.atEnd,
      // What other programs take of the machine is not in it.
      clock: { ...systemClock, monotonic: ownNowMs },
    },
    { partners, fromMs: beginMs - 1 },
    (evidence) => void seen.push(evidence),
  );
  const until = async (edges: number): Promise<readonly EdgeEvidence[]> => {
    const endMs = Date.now() + limitMs;
    while (seen.length < edges && Date.now() < endMs) await pause(5);
    assert.ok(seen.length >= edges, `${String(seen.length)} of ${String(edges)} were examined`);
    return seen.splice(0);
  };
  /** All that is due in one interval, at once. */
  const burst = async (fromMs: number): Promise<readonly EdgeEvidence[]> => {
    for (let atMs = fromMs; atMs < fromMs + everyMs; atMs += 1_000) await pipeline.ticker.tick(atMs);
    const all = await until(count);
    await pause(gapMs);
    return all;
  };
  // The first one has the code compiled.
  await burst(beginMs);
  const full = await burst(beginMs + everyMs);
  const idleMs = beginMs + 2 * everyMs;
  while (isFarAhead(idleMs + everyMs, Date.now())) await pause(100);
  const slotOf = (each: Partner): number => slotAt(each, idleMs + everyMs - 1);
  const lone = [...new Map(partners.map((each) => [slotOf(each), each])).values()];
  partners.splice(0, count, ...lone);
  const alone: EdgeEvidence[] = [];
  for (const atMs of lone.map(slotOf).sort((a, b) => a - b)) {
    await pipeline.ticker.tick(atMs);
    alone.push(...(await until(1)));
    await pause(100);
  }
  for (const step of ['tcp_connect', 'tls_handshake'] as const) {
    const [rest, busy] = [medianOf(alone, step), medianOf(full, step)];
    t.diagnostic(
      `${step}: ${rest.toFixed(2)} ms of ${String(alone.length)} alone, ${busy.toFixed(2)} ms of ${String(full.length)} due at once`,
    );
    assert.ok(
      busy <= Math.max(mostTimes * rest, turnsMs),
      `${step}: ${busy.toFixed(2)} ms, alone ${rest.toFixed(2)} ms`,
    );
  }
});
