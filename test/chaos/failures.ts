import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { inBed } from './kills.ts';
import { dice } from './nemesis.ts';
import { failureNames } from './partners.ts';
import { everyMs, tickMs } from './redis-away.ts';
import { amount, judged, together, type Scenario } from './scenario.ts';

const timeoutMs = 2_000;
/** An outage of three intervals holds three slots wherever it begins; the third has to be examined before its end. */
const lengthMs = 3 * everyMs + tickMs + timeoutMs;
/** Two examinations are needed to be well again. */
const restMs = 2 * everyMs + tickMs + timeoutMs;

/** Every partner fails once, each in a way and at an instant that the dice choose. */
async function everyoneFailsOnce(bed: Bed, { between, pick }: ReturnType<typeof dice>): Promise<void> {
  const wished = bed.partners.domains.map((domain) => ({
    domain,
    failure: pick(failureNames),
    afterMs: between(0, everyMs),
  }));
  await Promise.all(
    wished.map(async ({ domain, failure, afterMs }) => {
      await pause(afterMs);
      const end = bed.fail(domain, failure, true);
      await pause(lengthMs);
      end();
    }),
  );
}

export const detection: Scenario = {
  name: 'detection',
  says: 'Partners fail for three intervals, by hanging up, saying nothing, refusing, or leaving DNS: each outage is told in time, once, by its right cause, and nothing else is.',
  run: (size, seed) =>
    inBed({ partners: 20, everyMs, timeoutMs, roles: { scheduler: 1, worker: 1 } }, async (bed) => {
      const thrown = dice(seed);
      await pause(everyMs + tickMs);
      bed.watch();
      const rounds = amount(size, 1, 5);
      for (let round = 0; round < rounds; round += 1) {
        await everyoneFailsOnce(bed, thrown);
        await pause(restMs);
      }
      const history = await bed.end();
      const injected = history.outages.length;
      const broken = history.entries.filter((each) => each.is === 'told' && each.to !== 'healthy').length;
      return together(
        { figures: { 'outages made': injected, 'changes for the worse told': broken }, wrong: [] },
        judged(history),
      );
    }),
};
