import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { needs } from '../lab/debian.ts';
import type { Scenario } from './scenario.ts';
import { seedOf } from './seed.ts';

/** The short forms of scenarios as tests, so many at once: most of their time is waiting. */
export function scenarioTests(scenarios: readonly Scenario[], concurrency: number): void {
  void suite('chaos', { concurrency }, () => {
    for (const { name, says, run, needs: more = [] } of scenarios) {
      test(`${name}: ${says}`, async (t) => {
        if ((await needs(t, 'redis-server', ...more)) === null) return;
        const { figures, wrong } = await run('short', seedOf(t));
        for (const [what, figure] of Object.entries(figures)) t.diagnostic(`${what}: ${String(figure)}`);
        assert.deepEqual(wrong, []);
      });
    }
  });
}
