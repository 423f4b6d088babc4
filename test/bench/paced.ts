import { setTimeout as pause } from 'node:timers/promises';
import { processorMs } from '../chaos/process-figures.ts';
import { spread, type Figure } from './figures.ts';
import { busyMs, busyShare } from './machine.ts';
import { median } from './figures.ts';
import type { Side } from './sides.ts';

/** One round of one side. */
export interface Measured {
  /** What the cost is divided by: probes or partners. */
  readonly units: number;
  readonly perSecond: number;
  /** Processor time a unit by process, milliseconds. */
  readonly parts: Readonly<Record<string, number>>;
  /** Of all cores, servers and everybody else included. */
  readonly busy: number;
}

/** One of those who are compared. */
export interface Contender {
  readonly name: string;
  readonly start: () => Promise<Side>;
  /** Units so far, as the servers count them. */
  readonly units: () => Promise<number>;
  /** Before it is measured; twice the interval where there is one. */
  readonly warmMs: number;
}

export const total = ({ parts }: Measured): number => Object.values(parts).reduce((sum, each) => sum + each, 0);
export const totals = (rounds: readonly Measured[]): readonly number[] => rounds.map(total);

/**
 * Before what runs in Node is measured, fedmon and the bare client alike: a service runs for months, and V8 compiles what is
 * run often only after a while. In this time every edge has had its first look, too, which also records its handshake.
 */
export const nodeWarmMs = 60_000;
/** How long a side is given to do what is least wanted. */
const patienceMs = 40_000;

/** Processor time of each process for each unit once it is warm; for longer where fewer than `least` were done in the window. */
export async function measure(
  { name, start, units, warmMs }: Contender,
  windowMs: number,
  least = 0,
): Promise<Measured> {
  const side = await start();
  try {
    await pause(warmMs);
    const names = Object.keys(side.processes);
    const read = (): readonly number[] => Object.values(side.processes).map(processorMs);
    const [before, unitsBefore, busyBefore, startMs] = [read(), await units(), busyMs(), performance.now()];
    await pause(windowMs);
    while ((await units()) - unitsBefore < least && performance.now() < startMs + patienceMs) await pause(500);
    const [after, done] = [read(), (await units()) - unitsBefore];
    const tookMs = performance.now() - startMs;
    if (done <= 0) throw new Error(`${name}: nothing was answered within ${String(windowMs)} ms`);
    const parts = names.map((part, at) => [part, ((after[at] ?? 0) - (before[at] ?? 0)) / done] as const);
    return {
      units: done,
      perSecond: (done * 1_000) / tookMs,
      parts: Object.fromEntries(parts),
      busy: busyShare(busyBefore, tookMs),
    };
  } finally {
    await side.stop();
  }
}

export type Rounds = ReadonlyMap<string, readonly Measured[]>;

/** All of them, one after the other, so often. */
export async function inTurn(
  contenders: readonly Contender[],
  {
    rounds,
    windowMs,
    least,
    say,
  }: {
    readonly rounds: number;
    readonly windowMs: number;
    readonly least?: number;
    readonly say: (text: string) => void;
  },
): Promise<Rounds> {
  const all = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const one = await measure(contender, windowMs, least);
      const parts = Object.entries(one.parts).map(([part, ms]) => `${part} ${ms.toFixed(2)}`);
      say(`${contender.name}: ${total(one).toFixed(2)} ms at ${one.perSecond.toFixed(0)}/s (${parts.join(', ')})`);
      all.get(contender.name)?.push(one);
    }
  }
  return all;
}

/** Slower than this, what was asked for was not done; busier than that, who waits for a core shows in the figures. */
const paceShare = 0.95;
const busyLimit = 0.9;

/** What each side cost, and whether it was measured at the pace that was asked for, on a machine that keeps up. */
export function costFigures(all: Rounds, unit: string, paceWanted: number): readonly Figure[] {
  return [...all].flatMap(([name, rounds]) => {
    const pace = median(rounds.map(({ perSecond }) => perSecond));
    const busy = Math.max(...rounds.map((each) => each.busy));
    const kept = pace >= paceShare * paceWanted && busy < busyLimit;
    return [
      { what: `${name}, a ${unit}`, value: spread(totals(rounds), ' ms') },
      ...Object.keys(rounds[0]?.parts ?? {}).map((part) => ({
        what: `- ${part}`,
        value: spread(
          rounds.map(({ parts }) => parts[part] ?? 0),
          ' ms',
        ),
      })),
      {
        what: `- pace; all cores at work`,
        value: `${pace.toFixed(0)}/s; ${(100 * busy).toFixed(0)} %${kept ? '' : ': **the machine was overloaded**'}`,
        wanted: `${paceWanted.toFixed(0)}/s; below ${String(100 * busyLimit)} %`,
        held: kept,
      },
    ];
  });
}

/** The ratio of the medians of two of them. */
export function ratio(all: Rounds, one: string, other: string): number {
  return median(totals(all.get(one) ?? [])) / median(totals(all.get(other) ?? []));
}
