import { checks, type Check } from '../federation/observation.ts';
import type { Tally, Tick } from './store.ts';

/** What a partner without counters has. */
export const emptyTally: Tally = { runs: {}, failures: [] };

/** The counters that ticks add one to: `runs:<check>` and `failures:<check>:<code>`. */
export function fieldsOf(ticks: readonly Tick[]): readonly string[] {
  return ticks.flatMap(({ check, code }) =>
    code === null ? [`runs:${check}`] : [`runs:${check}`, `failures:${check}:${code}`],
  );
}

function isCheck(word: string | undefined): word is Check {
  return checks.some((check) => check === word);
}

/** Counters by field → a tally in a fixed order, and how many fields could not be read. */
export function tallyOf(fields: Iterable<readonly [string, number]>): {
  readonly tally: Tally;
  readonly ignored: number;
} {
  const runs: Partial<Record<Check, number>> = {};
  const failures: Tally['failures'][number][] = [];
  let ignored = 0;
  for (const [field, count] of fields) {
    const [what, check, ...code] = field.split(':');
    if (!isCheck(check) || !Number.isSafeInteger(count)) ignored += 1;
    else if (what === 'runs') runs[check] = count;
    else if (what === 'failures') failures.push({ check, code: code.join(':'), count });
    else ignored += 1;
  }
  failures.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check) || (a.code < b.code ? -1 : 1));
  return { tally: { runs, failures }, ignored };
}
