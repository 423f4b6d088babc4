import type { Layer } from './observation.ts';
import type { JudgedState } from './state.ts';

/**
 * How much a finding weighs: `note` changes nothing, `warn` degrades, `fail` breaks,
 * `unproven` says that we could not look (so nothing is held against the partner).
 */
export type Severity = 'note' | 'warn' | 'fail' | 'unproven';

/** Who has to act. */
export type Side = 'ours' | 'theirs' | 'path' | 'unknown';

/**
 * How sure the side is. `certain`: the evidence has no other reading; `likely`: it has a rarer one; `open`: something has
 * to be looked at first, which `action` names.
 */
export type Confidence = 'certain' | 'likely' | 'open';

export type FindingArgs = Readonly<Record<string, string | number | boolean | null>>;

/** One row of a kind's catalogue: everything about a finding that does not depend on the evidence. */
export interface FindingEntry<Args extends FindingArgs = FindingArgs> {
  readonly severity: Severity;
  readonly layer: Layer;
  readonly side: Side;
  readonly confidence: Confidence;
  /** The state a partner is in when this finding is its cause. */
  readonly state: Exclude<JudgedState, 'healthy'>;
  /** A heading, without arguments. */
  readonly title: string;
  /** One sentence with the arguments in it. */
  says(args: Args): string;
  /** What it means, for a person who meets it for the first time. */
  readonly means: string;
  /** What to do next. */
  readonly action: string;
  /**
   * What the partner's administrator is told and asked, in their terms, or why nothing is sent. It holds what they
   * published and answered, and nothing of our side: no resolver, no limit, no detail that our system wrote.
   */
  readonly ask: ((args: Args) => string) | { readonly none: string };
}

/** One statement about an observation. `endpoint` names an edge or is null for the route. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  readonly endpoint: string | null;
  readonly args: FindingArgs;
  readonly summary: string;
}

// The arguments of a row differ from row to row; `never` lets the compiler hold each to its own shape.
type Rows = Readonly<Record<string, FindingEntry<never>>>;

/** The arguments of the text for the partner. */
type AskedWith<Ask> = Ask extends (args: infer Args) => string ? Args : unknown;

/** A kind's findings and the one way to make one: a misspelt code or a missing argument does not compile. */
export interface FindingCatalogue<R extends Rows = Rows> {
  readonly rows: R;
  make<Code extends keyof R & string>(
    code: Code,
    args: Parameters<R[Code]['says']>[0] & AskedWith<R[Code]['ask']>,
    endpoint?: string | null,
  ): Finding;
}

export function catalogue<const R extends Rows>(rows: R): FindingCatalogue<R> {
  return {
    rows,
    make(code, args, endpoint = null) {
      const row = rows[code];
      if (row === undefined) throw new TypeError(`no finding ${code}`);
      const summary = (row as FindingEntry).says(args);
      return { code, severity: row.severity, layer: row.layer, endpoint, args, summary };
    },
  };
}
