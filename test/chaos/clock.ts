import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tool } from '../lab/debian.ts';
import { clockIn } from '../lab/faketime.ts';
import { effort, inBed } from './kills.ts';
import { dice } from './nemesis.ts';
import { everyMs } from './redis-away.ts';
import { amount, judged, together, type Scenario } from './scenario.ts';

const jumps = ['+1h', '-1h', '@1970-01-02 00:00:00', '@2038-01-20 00:00:00'] as const;

export const clock: Scenario = {
  name: 'clock',
  says: 'The clock of one scheduler and of one worker jumps by an hour either way, to 1970 and to 2038, and back, while another scheduler and worker keep the time: every slot has its one result, none before its time, and nothing is told but that partners are well.',
  needs: ['faketime'],
  async run(size, seed) {
    const folder = mkdtempSync(join(tmpdir(), 'fedmon-clock-'));
    try {
      const faketime = await tool('faketime');
      if (faketime === null) throw new Error('there is no libfaketime: type `sudo apt-get install faketime`');
      const faked = clockIn(folder, faketime);
      const env = (name: string): Readonly<Record<string, string>> => (name.endsWith('-1') ? faked.env : {});
      const options = { partners: 20, everyMs, timeoutMs: 2_000, roles: { scheduler: 2, worker: 2 }, env };
      return await inBed(options, async (bed) => {
        const { between } = dice(seed);
        await pause(everyMs);
        bed.watch();
        const count = amount(size, jumps.length, 10 * jumps.length);
        for (let n = 0; n < count; n += 1) {
          faked.set(jumps[n % jumps.length] ?? '+0');
          await pause(between(everyMs / 2, 1.5 * everyMs));
          faked.set('+0');
          await pause(between(0, everyMs));
        }
        const history = await bed.end();
        const committed = history.entries.filter(({ is }) => is === 'committed').length;
        return together({ figures: { jumps: 2 * count }, wrong: [] }, judged(history), effort(bed, committed));
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
