import type { ToolName } from '../lab/debian.ts';
import { violationsIn, weightOf } from './check.ts';
import type { History } from './history.ts';

/** How much of a scenario is run: what fits into every test run, or this share of what a whole report is made of. */
export type Size = 'short' | number;

/** How many of something: so many in the short form, the share of so many in the long one. */
export function amount(size: Size, short: number, long: number): number {
  return size === 'short' ? short : Math.ceil(size * long);
}

/** What came of one scenario. */
export interface Result {
  /** What was measured, in the order it is shown. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** What must not be, a sentence each; empty: all is well. */
  readonly wrong: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** What is done and what must hold. */
  readonly says: string;
  /** What it starts besides Redis. */
  readonly needs?: readonly ToolName[];
  readonly run: (size: Size, seed: number) => Promise<Result>;
}

/** What a history says for the report. */
export function judged(history: History): Result {
  const { committed, told, lostInFlight, lostWhileHalted, longestMs } = weightOf(history);
  const wrong = violationsIn(history).map(({ rule, says }) => `${rule}: ${says}`);
  return {
    figures: {
      'results committed': committed,
      'changes told': told,
      'slots in flight at a fault, and lost': lostInFlight,
      'slots nobody could claim in their time': lostWhileHalted,
      'longest from claim to result, undisturbed, ms': longestMs,
      'rules broken': wrong.length,
    },
    // A service that did nothing breaks few rules.
    wrong: committed < history.partners.length ? [`only ${String(committed)} results`, ...wrong] : wrong,
  };
}

/** Two results as one. */
export function together(...results: readonly Result[]): Result {
  return {
    figures: Object.assign({}, ...results.map(({ figures }) => figures)) as Result['figures'],
    wrong: results.flatMap(({ wrong }) => wrong),
  };
}

/** What must hold, or a sentence that says what is instead. */
export function unless(holds: boolean, says: string): readonly string[] {
  return holds ? [] : [says];
}
