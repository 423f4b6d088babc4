import { existsSync } from 'node:fs';
import type { Bed } from './bed.ts';
import type { Member } from './member.ts';
import { processorMs, residentBytes } from './process-figures.ts';
import { together, unless, type Result } from './scenario.ts';
import { flat } from './soak.ts';
import { turnsIn } from './turns.ts';

/** A stretch of processor time without a turn of the event loop. */
const mostTurnMs = 100;
/** What the chart lets a pod have. */
const mostMegabytes = 512;
/** After so long a process has what it needs; from then on what it holds may grow by this share. */
const warmUpMs = 120_000;
const drift = 0.1;
const fewestHeld = 6;
/** What a process may write, a minute. */
const mostLinesAMinute = 60;
const mostLineOctets = 16_384;

const lookEveryMs = 1_000;

interface Look {
  readonly afterMs: number;
  readonly megabytes: number;
  /** Processor time so far. */
  readonly usedMs: number;
}

/**
 * Watches the memory, the turns of the event loop and the log of a bed's processes from this instant on. What is returned
 * judges them; it is asked when they have ended and their files are still there. `turns`: where a process writes its turns.
 */
export function watchBurden({ members }: Bed, turns: (name: string) => string): () => Result {
  const sinceMs = Date.now();
  const looks = new Map<Member, Look[]>(members.map((member) => [member, []]));
  const look = (): void => {
    const afterMs = Date.now() - sinceMs;
    for (const [{ pid }, own] of looks) {
      // One that has ended has none, and is found by how it ended.
      const megabytes = existsSync(`/proc/${String(pid)}/status`) ? residentBytes(pid) / 2 ** 20 : 0;
      if (megabytes > 0) own.push({ afterMs, megabytes, usedMs: processorMs(pid) });
    }
  };
  const timer = setInterval(look, lookEveryMs);
  return () => {
    clearInterval(timer);
    const forMs = Date.now() - sinceMs;
    return together(
      ...members.map((member) => stalls(member, turns(member.name), sinceMs, forMs)),
      ...members.map((member) => memory(member, looks.get(member) ?? [])),
      ...members.map((member) => held(member, turns(member.name), sinceMs)),
      ...members.map((member) => processor(member, looks.get(member) ?? [])),
      ...members.map((member) => said(member, forMs)),
    );
  };
}

/** Whether each process ended when it was asked to, and by nothing else. */
export async function crashes({ members }: Bed): Promise<Result> {
  const ends = await Promise.all(members.map(({ ended }) => ended));
  const wrong = members.flatMap(({ name }, at) => {
    const { code = null, signal = null } = ends[at] ?? {};
    return unless(code === 0, `${name} ended with ${String(code ?? signal)}`);
  });
  return { figures: { crashes: wrong.length }, wrong };
}

function stalls({ name }: Member, file: string, sinceMs: number, forMs: number): Result {
  const turns = turnsIn(file).filter(({ atMs }) => atMs >= sinceMs);
  const longestMs = Math.max(0, ...turns.map((each) => each.longestMs));
  return {
    figures: { [`longest without a turn, ${name}`]: `${longestMs.toFixed(0)} ms of processor time` },
    wrong: [
      ...unless(longestMs < mostTurnMs, `${name}: ${longestMs.toFixed(1)} ms without a turn`),
      // On a busy machine a second may be long; a watch that did not run would find nothing.
      ...unless(turns.length > forMs / 2_000, `${name}: its turns were watched for ${String(turns.length)} s only`),
    ],
  };
}

function memory({ name }: Member, looks: readonly Look[]): Result {
  const most = Math.max(...looks.map(({ megabytes }) => megabytes));
  return {
    figures: { [`most memory, ${name}`]: `${most.toFixed(0)} MB` },
    wrong: unless(most <= mostMegabytes, `${name} takes ${most.toFixed(0)} MB`),
  };
}

/** What is kept for good is seen once the rest was given back: the memory of a process says when that was done last. */
function held({ name }: Member, file: string, sinceMs: number): Result {
  const warm = turnsIn(file).filter(({ atMs }) => atMs > sinceMs + warmUpMs);
  const all = warm.flatMap(({ heldMegabytes }) => (heldMegabytes === null ? [] : [heldMegabytes]));
  return all.length < fewestHeld ? { figures: {}, wrong: [] } : flat(`memory held, ${name}`, all, drift, 0, ' MB');
}

function processor({ name }: Member, looks: readonly Look[]): Result {
  const [first, last] = [looks[0], looks.at(-1)];
  const share = ((last?.usedMs ?? 0) - (first?.usedMs ?? 0)) / ((last?.afterMs ?? 0) - (first?.afterMs ?? 0));
  return { figures: { [`processor, ${name}`]: `${(100 * share).toFixed(0)} %` }, wrong: [] };
}

function said(member: Member, forMs: number): Result {
  const lines = member.log();
  const aMinute = (lines.length * 60_000) / Math.max(forMs, 60_000);
  const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)));
  return {
    figures: { [`log lines, ${member.name}`]: `${String(lines.length)}, the longest of ${String(longest)} octets` },
    wrong: [
      ...unless(aMinute <= mostLinesAMinute, `${member.name}: ${aMinute.toFixed(0)} log lines a minute`),
      ...unless(longest <= mostLineOctets, `${member.name}: a log line of ${String(longest)} octets`),
      ...unless(lines.every(isOneObject), `${member.name}: a log line that is no JSON object`),
    ],
  };
}

function isOneObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
