import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createLiveConfig } from '../../src/config/live.ts';
import { checkDefaults } from '../../src/config/defaults.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { schedulerPart } from '../../src/role/scheduler.ts';
import { clockWitness } from '../../src/role/witness.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { manualClock } from '../fakes/manual-clock.ts';

// Liveness asks for it: a pod that is restarted again and again while Redis is away comes back minutes after Redis.
it('a scheduler that waits for its store is alive however long that takes', async () => {
  const clock = manualClock();
  const own = createOwnMetrics();
  const say = (): void => undefined;
  const log = { debug: say, info: say, warn: say, error: say };
  const witness = clockWitness(clock, own, log);
  const config = createLiveConfig(checkDefaults());
  const scheduler = schedulerPart({ config, store: createMemoryStore(), own, clock, log, quiet: log, witness });
  await clock.go(3_600_000);
  assert.equal(scheduler.healthy(), true);
  assert.match(String(scheduler.ready()), /cannot claim slots/);
});
