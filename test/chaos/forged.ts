import type { Outcome } from '../../src/federation/history.ts';
import { isBroken, type JudgedState } from '../../src/federation/state.ts';
import type { Claimed, Committed, Entry, Fault, History, Told } from './history.ts';

/** A whole minute, as good as any. */
export const base = Date.UTC(2026, 5, 1, 12, 0, 0);
export const everyMs = 5_000;
export const offsetMs = 1_200;
/** The instant of the nth slot. */
export const slot = (n: number): number => base + n * everyMs + offsetMs;

/** A clean history of one partner: what each of its examinations found, in order; `down` for a dead one. */
export function clean(found: readonly ('healthy' | 'down')[], over: Partial<History> = {}): History {
  const entries: Entry[] = [];
  let recent: readonly Outcome[] = [];
  let state: JudgedState = 'unknown';
  for (const [n, each] of found.entries()) {
    const slotMs = slot(n);
    const claimed: Claimed = { is: 'claimed', partner: 'a.example', slotMs, atMs: slotMs + 300 };
    recent = [...recent, { state: each === 'down' ? ('unreachable' as const) : each, atMs: slotMs + 350 }].slice(-8);
    const from: JudgedState = state;
    state = next(state, recent);
    const committed: Committed = { is: 'committed', partner: 'a.example', slotMs, atMs: slotMs + 400, state, recent };
    entries.push(claimed, committed);
    if (state !== from) entries.push(told(slotMs, from, state));
  }
  return {
    partners: [{ partner: 'a.example', everyMs, timeoutMs: 2_000, offsetMs }],
    fromMs: base,
    untilMs: slot(found.length - 1),
    hysteresis: { down: 3, up: 2 },
    limits: { settleMs: 1_000, recoverMs: 2_000 },
    faults: [],
    outages: outagesIn(found),
    entries,
    ...over,
  };
}

export function told(slotMs: number, from: JudgedState, to: JudgedState): Told {
  const code = isBroken(to) ? 'tcp_refused' : null;
  return { is: 'told', partner: 'a.example', slotMs, atMs: slotMs + 400, from, to, code };
}

function next(state: JudgedState, recent: readonly Outcome[]): JudgedState {
  if (recent.slice(-3).length === 3 && recent.slice(-3).every((each) => isBroken(each.state))) return 'unreachable';
  const enough = state === 'unknown' ? 1 : 2;
  return recent.slice(-enough).every((each) => each.state === 'healthy') ? 'healthy' : state;
}

function outagesIn(found: readonly string[]): History['outages'] {
  return found.flatMap((each, n) => {
    if (each !== 'down' || found[n - 1] === 'down') return [];
    const length = found.slice(n).findIndex((later) => later !== 'down');
    const end = length < 0 ? found.length : n + length;
    const expects = end - n >= 3 ? { state: 'unreachable' as const, code: 'tcp_refused' } : null;
    return [{ partner: 'a.example', fromMs: slot(n) - 2_000, untilMs: slot(end) - 2_000, expects }];
  });
}

/** A fault that begins this long after a slot. */
export function fault(slotMs: number, over: Partial<Fault> = {}): Fault {
  return { what: 'worker killed', fromMs: slotMs, untilMs: slotMs + 200, halts: false, ...over };
}

/** The history without what happened for these slots, or with each entry changed. */
export function forged(history: History, change: (entry: Entry) => readonly Entry[]): History {
  return { ...history, entries: history.entries.flatMap(change) };
}

/** The same, one entry of a slot only. */
export function at(slotMs: number, is: 'claimed' | 'committed' | 'told', change: (entry: Entry) => readonly Entry[]) {
  return (entry: Entry): readonly Entry[] => (entry.is === is && entry.slotMs === slotMs ? change(entry) : [entry]);
}
