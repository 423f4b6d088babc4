import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

/** The seed of a run: FEDMON_CHAOS_SEED, or a new one. It is said, so that the run can be had again. */
export function seedOf(t: Pick<TestContext, 'diagnostic'>, env: NodeJS.ProcessEnv = process.env): number {
  const given = env['FEDMON_CHAOS_SEED'];
  const seed = given === undefined || given === '' ? randomInt(1, 2 ** 31) : Number(given);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`FEDMON_CHAOS_SEED is ${String(given)}: give a whole number, such as 42`);
  t.diagnostic(`seed ${String(seed)}: again with FEDMON_CHAOS_SEED=${String(seed)}`);
  return seed;
}
