import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHostileFleet, type HostileFleet } from '../hostile/fleet.ts';
import type { Bed, BedOptions } from './bed.ts';
import { crashes, watchBurden } from './burden.ts';
import { isCommitted, type Committed, type History } from './history.ts';
import { inBed } from './kills.ts';
import { amount, judged, together, unless, type Result, type Scenario, type Size } from './scenario.ts';
import { turnsInto } from './turns.ts';

const each = 250;
const everyMs = 30_000;
const timeoutMs = 10_000;
/** At the start half a fleet is due at once, and code is compiled: what is judged begins after it. */
const rounds = { firstMs: 20_000, lastMs: 15_000 };
const endsMs = rounds.firstMs + rounds.lastMs;
/** Later a slot would be skipped. */
const mostLateMs = everyMs / 2;
/** Of 99 of 100, where the machine has nothing else to do. */
const mostLateMostMs = 3_000;

const bedOptions = (coming: Promise<HostileFleet>, turns: (name: string) => string): BedOptions => ({
  partners: each,
  everyMs,
  timeoutMs,
  rounds,
  roles: { scheduler: 1, worker: 2, exporter: 1 },
  resolver: async (port) => (await coming).resolver(port),
  env: (name) => turnsInto(turns(name)),
  config: async ({ caFile, domains }) => {
    const { roots, partners } = await coming;
    appendFileSync(caFile, roots.join(''));
    return {
      egress: { allow: ['127.0.0.1/32'] },
      partners: [...domains.map((domain) => ({ domain })), ...partners.map(({ config }) => config)],
    };
  },
});

const only = (history: History, domains: ReadonlySet<string>): History => ({
  ...history,
  entries: history.entries.filter((entry) => entry.is === 'emptied' || domains.has(entry.partner)),
});

/** How long after their instants the results of slots were there, in order. */
function lateness({ entries, fromMs, untilMs }: History): readonly number[] {
  return entries
    .filter(isCommitted)
    .filter(({ slotMs }) => slotMs >= fromMs && slotMs <= untilMs)
    .map(({ atMs, slotMs }) => atMs - slotMs)
    .toSorted((one, other) => one - other);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Infinity;

function onTime(history: History, size: Size): Result {
  const late = lateness(history);
  const [half, most, worst] = [quantile(late, 0.5), quantile(late, 0.99), quantile(late, 1)];
  return {
    figures: {
      'results of healthy partners, after their instant: half of them': `${String(half)} ms`,
      'the same: 99 of 100': `${String(most)} ms`,
      'the same: all': `${String(worst)} ms`,
    },
    wrong: [
      ...unless(worst <= mostLateMs, `a healthy partner: ${String(worst)} ms late`),
      // The short form runs beside other suites: their work on the same processors is not what is measured.
      ...unless(size === 'short' || most <= mostLateMostMs, `99 of 100 healthy partners: ${String(most)} ms late`),
    ],
  };
}

/** What was said of those that are hostile: something of each, and of none that it is well where its script does harm. */
function ofHostile({ entries }: History, { partners }: HostileFleet): Result {
  const last = new Map<string, Committed>();
  for (const entry of entries) if (entry.is === 'committed') last.set(entry.partner, entry);
  const states = partners.map(({ domain }) => last.get(domain)?.state ?? 'never examined');
  const counted = [...new Set(states)]
    .toSorted()
    .map((state) => `${state} ${String(states.filter((one) => one === state).length)}`);
  const wrong = partners.flatMap(({ domain, script }) => {
    const state = last.get(domain)?.state;
    if (state === undefined) return [`${script.layer}: ${script.name}: never examined`];
    return unless(state !== 'healthy' || script.state === 'healthy', `${script.layer}: ${script.name}: called healthy`);
  });
  return { figures: { 'hostile partners at the end': counted.join(', ') }, wrong };
}

/** The bed as it goes on for so long, the rounds before and after included. */
async function besieged(bed: Bed, fleet: HostileFleet, size: Size, turns: (name: string) => string): Promise<Result> {
  const judge = watchBurden(bed, turns);
  bed.watch();
  await pause(Math.max(everyMs - rounds.lastMs, amount(size, 60_000, 600_000) - endsMs));
  const costs: Result[] = [];
  const history = await bed.end(() => void costs.push(judge()));
  const healthy = only(history, new Set(bed.partners.domains));
  return together(
    { figures: { 'hostile partners': fleet.partners.length, 'healthy partners': each }, wrong: [] },
    await crashes(bed),
    ...costs,
    onTime(healthy, size),
    ofHostile(history, fleet),
    judged(healthy),
  );
}

export const hostile: Scenario = {
  name: 'hostile',
  says:
    '500 partners, half of them hostile in every way the lab knows, for ten minutes, in the short form one: no crash, no 100 ms of processor time without a turn of the event loop, ' +
    'healthy partners on time and nothing else told of them, memory and log bounded. The interval is 30 s.',
  async run(size) {
    const folder = mkdtempSync(join(tmpdir(), 'fedmon-turns-'));
    const turns = (name: string): string => join(folder, name);
    const coming = startHostileFleet(each);
    try {
      return await inBed(bedOptions(coming, turns), async (bed) => besieged(bed, await coming, size, turns));
    } finally {
      await (await coming).stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
