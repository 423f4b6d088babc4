// Preloaded into a process of the service by `--import`: once a second it writes how late its event loop came round.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const fileName = 'FEDMON_LOOPS_FILE';
const tickMs = 10;
const writeMs = 1_000;

/** What makes a process write the delays of its event loop into this file. */
export function loopsInto(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.filename}`, [fileName]: file };
}

/** How late a timer of 10 ms fired since an instant: whole milliseconds. */
export function loopsIn(file: string, sinceMs: number): { readonly p99Ms: number; readonly mostMs: number } {
  const counts = new Map<number, number>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  for (const line of lines) {
    const [atMs = '', ...seen] = line.split(' ');
    if (Number(atMs) <= sinceMs) continue;
    for (const each of seen) {
      const [ms = NaN, count = NaN] = each.split(':').map(Number);
      counts.set(ms, (counts.get(ms) ?? 0) + count);
    }
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  const p99 = sorted.find(([, count]) => (below += count) >= 0.99 * all);
  return { p99Ms: p99?.[0] ?? NaN, mostMs: sorted.at(-1)?.[0] ?? NaN };
}

function watch(file: string): void {
  const counts = new Map<number, number>();
  let [last, written] = [performance.now(), performance.now()];
  const turn = (): void => {
    const now = performance.now();
    const lateMs = Math.max(0, Math.floor(now - last - tickMs));
    counts.set(lateMs, (counts.get(lateMs) ?? 0) + 1);
    if (now - written >= writeMs) {
      const seen = [...counts].map(([ms, count]) => `${String(ms)}:${String(count)}`);
      appendFileSync(file, `${String(Date.now())} ${seen.join(' ')}\n`);
      counts.clear();
      written = now;
    }
    last = performance.now();
  };
  setInterval(turn, tickMs).unref();
}

const file = process.env[fileName];
if (isMainThread && file !== undefined) watch(file);
