import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FleetPartner } from './fleet.ts';
import { progressOf, rowsOf, tableOf } from './settled.ts';

const partner = (domain: string, state: FleetPartner['expects']['state'], once?: null): FleetPartner => {
  const expects = { state, code: null };
  return { domain, story: '', expects, once: once === null ? null : expects };
};

test('the fleet has settled when every state is shown and every partner does what it should', () => {
  const fleet = [
    partner('a.example', 'healthy'),
    partner('b.example', 'degraded', null),
    partner('c.example', 'refused'),
  ];
  const rows = [
    { domain: 'a.example', state: 'unknown' },
    { domain: 'b.example', state: 'healthy' },
    { domain: 'c.example', state: 'refused' },
  ];
  assert.deepEqual(progressOf(fleet, rows), { everyState: false, others: ['a.example'] });
  const all = ['healthy', 'degraded', 'misconfigured', 'refused', 'unreachable', 'unknown', 'maintenance'];
  const shown = all.map((state, at) => ({ domain: `${String.fromCharCode(97 + at)}.example`, state }));
  assert.equal(progressOf(fleet, shown).everyState, true);
});

test('the table has a line for each state and cuts long lists', () => {
  const rows = ['one', 'two', 'three'].map((name) => ({ domain: `${name}.example`, state: 'healthy' }));
  const lines = tableOf(rows, 42).split('\n');
  assert.equal(lines.length, 7);
  assert.equal(lines[0], '  healthy         3  one, two and 1 more');
  assert.equal(lines[1], '  degraded        0  ');
});

test('an answer that is something else has no rows', () => {
  assert.deepEqual(rowsOf(null), []);
  assert.deepEqual(rowsOf({ partners: [{ domain: 'a.example' }, { domain: 'b.example', state: 'healthy' }] }), [
    { domain: 'b.example', state: 'healthy' },
  ]);
});
