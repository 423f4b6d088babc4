import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../src/federation/history.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import type { Entry } from './history.ts';

/** How long the file was at an instant, epoch milliseconds. */
export interface Sample {
  readonly bytes: number;
  readonly atMs: number;
}

/** One write as Redis carried it out, also those made inside a script. */
export interface Command {
  readonly words: readonly string[];
  /** Where it ends in the file. */
  readonly endsAt: number;
}

/**
 * The file to which a Redis that was started with `appendonly` adds each write, in the order it was carried out. A killed
 * server goes on where the file ends: what is not in it did not happen.
 */
export function appendOnlyFile(dir: string): string | null {
  const folder = join(dir, 'appendonlydir');
  const single = join(dir, 'appendonly.aof');
  if (!existsSync(folder)) return existsSync(single) ? single : null;
  const parts = readdirSync(folder).filter((name) => name.endsWith('.incr.aof'));
  if (parts.length > 1) throw new Error(`the append-only file was rewritten: ${parts.join(', ')}`);
  const [part] = parts;
  return part === undefined ? null : join(folder, part);
}

export function sizeOf(file: string | null): number {
  return file === null ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
}

/** The whole commands in a file; what a killed server wrote half is left out. Throws where it is no such file. */
export function commandsIn(bytes: Buffer): readonly Command[] {
  const commands: Command[] = [];
  let at = 0;
  const line = (sign: string): string | null => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return null;
    const text = bytes.toString('latin1', at, end);
    if (!text.startsWith(sign)) throw new Error(`at ${String(at)}: ${sign} expected, not ${text.slice(0, 20)}`);
    at = end + 2;
    return text.slice(1);
  };
  while (at < bytes.length) {
    // Redis may note the time between two commands.
    if (bytes[at] === 0x23) {
      if (line('#') === null) break;
      continue;
    }
    const count = line('*');
    if (count === null) break;
    const words: string[] = [];
    for (let n = 0; n < Number(count); n += 1) {
      const length = line('$');
      if (length === null || at + Number(length) + 2 > bytes.length) return commands;
      words.push(bytes.toString('utf8', at, at + Number(length)));
      at += Number(length) + 2;
    }
    commands.push({ words, endsAt: at });
  }
  return commands;
}

interface Kept {
  readonly slotMs: number;
  readonly body: {
    readonly domain: string;
    readonly state: JudgedState;
    readonly recent: readonly Outcome[];
    readonly what?: string;
    readonly from: JudgedState;
    readonly to: JudgedState;
    readonly cause: { readonly code: string } | null;
  };
}

/** What one write means to us; null: nothing. */
function entryOf([name = '', key = '', ...words]: readonly string[], atMs: number): readonly Entry[] {
  const command = name.toUpperCase();
  if (command === 'FLUSHALL' || command === 'FLUSHDB') return [{ is: 'emptied', atMs }];
  if (command === 'ZADD' && key.endsWith(':cursor:partners')) {
    return [{ is: 'claimed', partner: words[1] ?? '', slotMs: Number(words[0]), atMs }];
  }
  if (command === 'SET' && key.includes(':standing:')) {
    const { slotMs, body } = JSON.parse(words[0] ?? '') as Kept;
    const { domain, state, recent } = body;
    return [{ is: 'committed', partner: domain, slotMs, atMs, state, recent }];
  }
  if (command === 'XADD' && key.endsWith(':store:events')) {
    const { slotMs, body } = JSON.parse(words.at(-1) ?? '') as Kept;
    const { domain, from, to, cause } = body;
    // Changes of another sort are no changes of a state.
    return body.what === undefined
      ? [{ is: 'told', partner: domain, slotMs, atMs, from, to, code: cause?.code ?? null }]
      : [];
  }
  return [];
}

/** Commands as the entries of a history. A command was there by the first sample that is long enough. */
export function entriesOf(commands: readonly Command[], samples: readonly Sample[]): readonly Entry[] {
  let next = 0;
  return commands.flatMap(({ words, endsAt }) => {
    while (next < samples.length && (samples[next]?.bytes ?? 0) < endsAt) next += 1;
    return entryOf(words, samples[next]?.atMs ?? samples.at(-1)?.atMs ?? 0);
  });
}

export function readEntries(dir: string, samples: readonly Sample[]): readonly Entry[] {
  const file = appendOnlyFile(dir);
  if (file === null) throw new Error(`no append-only file in ${dir}`);
  return entriesOf(commandsIn(readFileSync(file)), samples);
}
