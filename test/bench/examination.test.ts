import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareExamination, wayNames } from './examination.ts';
import { median } from './figures.ts';

/** So few looks are made by code that was not compiled yet; what is beyond this went wrong. */
const farOutside = 4;

test('short form: to examine an edge costs no multiple of a bare connection with OPTIONS', async (t) => {
  const costs = await compareExamination('p-256', { rounds: 3, each: 60, atOnce: 4, edges: 6, ways: wayNames });
  for (const name of wayNames) {
    t.diagnostic(`${name}: ${costs[name].map((each) => each.toFixed(2)).join(' ')} ms`);
    assert.equal(costs[name].length, 3);
    assert.ok(
      costs[name].every((each) => each > 0.1),
      `${name} made no connection`,
    );
  }
  const ratio = median(costs.judged) / median(costs.bare);
  assert.ok(ratio < farOutside, `${ratio.toFixed(2)} of bare`);
});
