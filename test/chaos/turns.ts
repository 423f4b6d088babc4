// Preloaded into a process of the service by `--import`: once a second it writes how long the event loop was kept from
// its next turn at most, as processor time of its thread (what other processes take of the machine is not in it), and
// twice a minute what memory is held once all that nobody holds was given back.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { processorMs } from '../processor-time.ts';

const fileName = 'FEDMON_TURNS_FILE';
const tickMs = 10;
const writeMs = 1_000;
/** How many of these lines lie between two that say what is held. */
const linesBetween = 30;

/** What makes a process write its turns into this file. */
export function turnsInto(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.filename}`, [fileName]: file };
}

/** The longest processor time between two turns, milliseconds, and when; now and then the memory that is held. */
export interface Turn {
  readonly atMs: number;
  readonly longestMs: number;
  readonly heldMegabytes: number | null;
}

export function turnsIn(file: string): readonly Turn[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [atMs = NaN, longestMs = NaN, heldMegabytes = null] = line.split(' ').map(Number);
      return { atMs, longestMs, heldMegabytes };
    });
}

function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
}

function watch(file: string): void {
  const held = collector();
  let lines = 0;
  let last = processorMs();
  let longestMs = 0;
  let writtenMs = performance.now();
  const turn = (): void => {
    const now = processorMs();
    longestMs = Math.max(longestMs, now - last);
    if (performance.now() - writtenMs >= writeMs) {
      const more = lines % linesBetween === 0 ? ` ${held().toFixed(1)}` : '';
      appendFileSync(file, `${String(Date.now())} ${longestMs.toFixed(1)}${more}\n`);
      lines += 1;
      longestMs = 0;
      writtenMs = performance.now();
    }
    last = processorMs();
  };
  setInterval(turn, tickMs).unref();
}

const file = process.env[fileName];
if (isMainThread && file !== undefined) watch(file);
