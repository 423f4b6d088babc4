import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Figure } from './figures.ts';
import { median } from './figures.ts';

/** Time that all cores worked so far, whoever for, milliseconds (`stat` in proc(5)). */
export function busyMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0, stolen = 0] = first
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + interrupts + soft + stolen) * 10;
}

/** The share of all cores that was at work, of which `sinceMs` was read before so long. */
export function busyShare(sinceMs: number, forMs: number): number {
  return (busyMs() - sinceMs) / (forMs * cpus().length);
}

const rounds = 5;
const hashed = Buffer.alloc(8 * 2 ** 20);

/** What the same calculation takes on the wall and of the processor, milliseconds; apart where the machine has other things to do. */
export function calibrate(): { readonly wallMs: number; readonly processorMs: number } {
  const all = Array.from({ length: rounds }, () => {
    const [wall, used] = [performance.now(), process.cpuUsage()];
    createHash('sha256').update(hashed).digest();
    const { user, system } = process.cpuUsage(used);
    return { wallMs: performance.now() - wall, processorMs: (user + system) / 1_000 };
  });
  return { wallMs: median(all.map((each) => each.wallMs)), processorMs: median(all.map((each) => each.processorMs)) };
}

export function quietness(before: ReturnType<typeof calibrate>, after: ReturnType<typeof calibrate>): Figure {
  const words = ({ wallMs, processorMs }: typeof before): string =>
    `${wallMs.toFixed(0)} ms (${processorMs.toFixed(0)})`;
  return {
    what: 'the same calculation before and after, on the wall (of the processor)',
    value: `${words(before)}, ${words(after)}`,
  };
}
