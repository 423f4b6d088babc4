import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from './bed.ts';
import { inBed } from './kills.ts';
import type { Member } from './member.ts';
import { everyMs as shortEveryMs, within } from './redis-away.ts';
import { lostSlots } from './rules-slots.ts';
import { amount, judged, together, unless, type Scenario } from './scenario.ts';

const pollMs = 10;
const patienceMs = 30_000;

async function until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() > endMs) throw new Error(`${what}: not within ${String(patienceMs)} ms`);
    await pause(pollMs);
  }
}

/** The one worker that examines anything now, by its own word; null while there is none, or another one, too. */
async function busyWorker({ members }: Bed): Promise<Member | null> {
  const busy: Member[] = [];
  for (const member of members.filter(({ role }) => role === 'worker')) {
    const text = await fetch(`${member.url}/metrics`).then((answer) => answer.text());
    if (/^fedmon_probes_in_flight [1-9]/m.test(text)) busy.push(member);
  }
  const [only, another] = busy;
  return only === undefined || another !== undefined ? null : only;
}

/**
 * The partner takes the connection and says nothing until the worker that asked is dead, then it answers again. How long
 * after the kill the next connection came.
 */
async function killInTheMiddle(bed: Bed, domain: string): Promise<number> {
  const { partners } = bed;
  partners.set(domain, 'says_nothing');
  const before = partners.connections(domain);
  await until('a connection', () => (partners.connections(domain) > before ? true : null));
  const worker = await until('a worker at work', () => busyWorker(bed));
  const held = partners.connections(domain);
  partners.set(domain, null);
  const killedMs = performance.now();
  const back = bed.during(`kill ${worker.name}`, worker, () => worker.crash());
  await until('the examination again', () => (partners.connections(domain) > held ? true : null));
  const tookMs = performance.now() - killedMs;
  await back;
  return tookMs;
}

export const midProbe: Scenario = {
  name: 'mid-probe',
  says: 'A worker is killed in the middle of an examination, again and again: another one runs it within the interval, and every slot has its one result. The interval is 10 s, in the long form 5 s.',
  run: (size) => {
    // The short form runs beside other suites: their work on the same processors is not what is measured.
    const everyMs = size === 'short' ? 10_000 : shortEveryMs;
    return inBed({ partners: 4, everyMs, timeoutMs: 2_500, roles: { scheduler: 1, worker: 2 } }, async (bed) => {
      bed.watch();
      const took: number[] = [];
      for (let count = 0; count < amount(size, 3, 50); count += 1) {
        took.push(await killInTheMiddle(bed, bed.partners.domains[count % 4] ?? ''));
        await pause(everyMs / 2);
      }
      const history = await bed.end();
      const lost = lostSlots(history).map(({ partner, slotMs }) => `${partner} ${new Date(slotMs).toISOString()}`);
      return together(within('from the kill to the same examination', took, everyMs), judged(history), {
        figures: {},
        wrong: unless(lost.length === 0, `lost with another worker there: ${lost.join(', ')}`),
      });
    });
  },
};
