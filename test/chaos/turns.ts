// Preloaded into a process of the service by `--import`: once a second it writes how long the event loop was kept from
// its next turn at most, as processor time of its thread. What other processes take of the machine is not in it.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { processorMs } from '../processor-time.ts';

const fileName = 'FEDMON_TURNS_FILE';
const tickMs = 10;
const writeMs = 1_000;

/** What makes a process write its turns into this file. */
export function turnsInto(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.filename}`, [fileName]: file };
}

/** The longest processor time between two turns, milliseconds, and when. */
export interface Turn {
  readonly atMs: number;
  readonly longestMs: number;
}

export function turnsIn(file: string): readonly Turn[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [atMs = NaN, longestMs = NaN] = line.split(' ').map(Number);
      return { atMs, longestMs };
    });
}

function watch(file: string): void {
  let last = processorMs();
  let longestMs = 0;
  let writtenMs = performance.now();
  const turn = (): void => {
    const now = processorMs();
    longestMs = Math.max(longestMs, now - last);
    if (performance.now() - writtenMs >= writeMs) {
      appendFileSync(file, `${String(Date.now())} ${longestMs.toFixed(1)}\n`);
      longestMs = 0;
      writtenMs = performance.now();
    }
    last = processorMs();
  };
  setInterval(turn, tickMs).unref();
}

const file = process.env[fileName];
if (isMainThread && file !== undefined) watch(file);
