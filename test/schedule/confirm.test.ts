import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultCadence, extraWindowMs } from '../../src/federation/cadence.ts';
import type { Standing } from '../../src/federation/standing.ts';
import { confirmationOf, edgeWindowOf, isExtra } from '../../src/schedule/confirm.ts';
import { slotAt } from '../../src/schedule/plan.ts';
import { standing } from '../store/values.ts';
import { partner as plain } from './partner.ts';

const start = 1_700_000_000_000;
const partner = (domain: string, everyMs: number) => ({ ...plain(domain, everyMs), cadence: defaultCadence });

function failed(domain: string, slotMs: number, examinedMs = slotMs): Standing {
  const recent = [{ state: 'unreachable' as const, atMs: examinedMs }];
  return { ...standing(domain, slotMs), state: 'healthy', cause: null, examinedMs, recent };
}

const names = fc.integer({ min: 0, max: 100_000 }).map((at) => `p${String(at)}.example`);
const intervals = fc.integer({ min: 5, max: 7200 }).map((seconds) => seconds * 1000);
const delays = fc.integer({ min: 0, max: 30_000 });

test('a confirmation comes 30 to 60 s after the evidence, before the next regular slot, and sees newer evidence; so does that slot', () => {
  fc.assert(
    fc.property(names, intervals, delays, (domain, everyMs, delayMs) => {
      const each = partner(domain, everyMs);
      const slotMs = slotAt(each, start);
      const examinedMs = slotMs + Math.min(delayMs, everyMs / 2);
      const slot = confirmationOf(each, failed(domain, slotMs, examinedMs));
      const nextMs = slotMs + everyMs;
      if (slot === null) {
        assert.ok(nextMs < examinedMs + 90_000, 'only a regular slot that comes in time may take its place');
        return;
      }
      assert.ok(
        slot.slotMs >= examinedMs + 30_000 &&
          slot.slotMs < examinedMs + 60_000 &&
          slot.slotMs + extraWindowMs <= nextMs,
      );
      assert.ok(isExtra(each, slot.slotMs));
      const window = edgeWindowOf(each, slot.slotMs, slotMs);
      assert.ok(window > edgeWindowOf(each, slotMs, null), 'newer than the window of the failure');
      assert.ok(window + extraWindowMs > examinedMs + 30_000, 'newer than what was seen');
      const next = edgeWindowOf(each, nextMs, slot.slotMs);
      assert.ok(next > window, 'one examination never counts twice');
    }),
  );
});

test('an interval no longer than the confirmation needs none, and neither does who has no cadence', () => {
  assert.equal(
    confirmationOf(partner('a.example', 30_000), failed('a.example', slotAt(partner('a.example', 30_000), start))),
    null,
  );
  const each = plain('a.example', 300_000);
  assert.equal(confirmationOf(each, failed('a.example', slotAt(each, start))), null);
});

test('40 partners of one edge that fail within their interval ask it at most once per 30 s more', () => {
  const windows = new Set<number>();
  for (let at = 0; at < 40; at += 1) {
    const each = partner(`p${String(at)}.example`, 300_000);
    const slotMs = slotAt(each, start);
    const slot = confirmationOf(each, failed(each.domain, slotMs));
    assert.ok(slot !== null);
    windows.add(edgeWindowOf(each, slot.slotMs, slotMs));
  }
  assert.ok(windows.size <= 300_000 / extraWindowMs + 2, String(windows.size));
  assert.ok([...windows].every((each) => each % extraWindowMs === 0));
});
