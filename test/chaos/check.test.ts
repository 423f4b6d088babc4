import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rules, violationsIn, weightOf } from './check.ts';
import { base, clean, fault, slot } from './forged.ts';
import { calm, story, twoLost, without, wrong } from './forgeries.ts';
import type { History } from './history.ts';
import { drainMs } from './rules-slots.ts';

for (const { rule, what, history } of wrong) {
  test(`refused: ${what}`, () => {
    const found = new Set(violationsIn(history).map((each) => each.rule));
    assert.deepEqual([...found], [rule], JSON.stringify(violationsIn(history)));
  });
}

test('every rule is broken by a forged history', () => {
  const broken = new Set<string>(wrong.map(({ rule }) => rule));
  assert.deepEqual(
    Object.keys(rules).filter((rule) => !broken.has(rule)),
    [],
  );
});

const good: readonly { readonly what: string; readonly history: History; readonly lost?: number }[] = [
  { what: 'nothing happens', history: calm },
  { what: 'an outage, and its end', history: story },
  {
    what: 'a claim that was asked of a Redis that hung, at the last moment',
    history: without(2, { faults: [fault(slot(2), { untilMs: slot(2) + 300 - drainMs, halts: true })] }),
    lost: 1,
  },
  {
    what: 'the slot in flight, at the last moment',
    history: without(2, { faults: [fault(slot(2) + 300 + 1_000)] }),
    lost: 1,
  },
  {
    what: 'Redis was away all the time in which the slot could be claimed',
    history: without(2, { faults: [fault(slot(2) - 200, { untilMs: slot(2) + 2_500, halts: true })] }, false),
    lost: 1,
  },
  {
    what: 'Redis came back too shortly before it was too late',
    history: without(2, { faults: [fault(slot(2) - 4_000, { untilMs: slot(2) - 699, halts: true })] }, false),
    lost: 1,
  },
  {
    what: 'a fault longer than an interval, two slots',
    history: twoLost([fault(slot(2) + 100, { untilMs: slot(3) + 300 + 1_000 })]),
    lost: 2,
  },
  {
    what: 'after Redis was emptied a slot may be done anew',
    history: {
      ...calm,
      entries: [
        ...calm.entries,
        { is: 'emptied', atMs: slot(5) + 500 },
        ...clean(['healthy']).entries.map((entry) => ({ ...entry, slotMs: slot(5), atMs: slot(5) + 900 })),
      ],
    },
  },
];

for (const { what, history, lost = 0 } of good) {
  test(`accepted: ${what}`, () => {
    assert.deepEqual(violationsIn(history), []);
    const { lostInFlight, lostWhileHalted, committed } = weightOf(history);
    assert.equal(lostInFlight + lostWhileHalted, lost);
    assert.ok(committed >= 4, 'there is something to judge');
  });
}

test('only slots due in the watched stretch are answered for', () => {
  assert.deepEqual(violationsIn({ ...calm, fromMs: slot(0), untilMs: slot(5) }), []);
  assert.equal(violationsIn({ ...calm, fromMs: base - 10_000 }).length, 2);
  assert.equal(violationsIn({ ...calm, untilMs: slot(6) }).length, 1);
});
