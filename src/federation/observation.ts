import type { Edge } from './edge.ts';
import type { Failure } from './failure.ts';

/** The layers of a connection, bottom up. The lowest broken one is the cause. */
export const layers = ['dns', 'tcp', 'tls', 'admission', 'sip', 'policy'] as const;
export type Layer = (typeof layers)[number];

/** What can be checked by a probe of its own: every layer but `policy`, which is read from a SIP answer. */
export const checks = ['dns', 'tcp', 'tls', 'admission', 'sip'] as const;
export type Check = (typeof checks)[number];

/** The network operations of an examination, bottom up. */
export const stepNames = [
  'srv_lookup',
  'address_lookup',
  'tcp_connect',
  'tls_handshake',
  'admission',
  'sip_options',
] as const;
export type StepName = (typeof stepNames)[number];

/** One network operation: durations from a monotonic clock, relative to the start of the examination. */
export interface Step {
  readonly name: StepName;
  readonly target: string;
  readonly startedMs: number;
  readonly tookMs: number;
  readonly failure: Failure | null;
}

/** How long a step waited for an answer that did not come: its limit, not what the timer made of it. */
export function waitedMs(step: Step): number {
  const limit = /within (\d+) ms/.exec(step.failure?.detail ?? '')?.[1];
  return limit === undefined ? Math.round(step.tookMs) : Number(limit);
}

/** Evidence: what one kind of probe did and learned. JSON-safe, without opinion. `at` is UTC ISO 8601. */
export interface Observation<Facts> {
  readonly kind: Check;
  readonly at: string;
  readonly steps: readonly Step[];
  readonly facts: Facts;
  /** Not made again since `at`, so that what was seen then stands; absent: it is of its slot. */
  readonly kept?: { readonly until: string; readonly why: NonNullable<Restraint['why']> };
}

/** How long its steps took together. */
export function tookMs({ steps }: Observation<unknown>): number {
  return steps.reduce((sum, step) => sum + step.tookMs, 0);
}

/** How soon SIP may be asked again: what their answers asked of us. */
export interface Restraint {
  /** Answers in a row that refused us. */
  readonly refusals: number;
  /** Not before this instant, UTC ISO 8601; null: at the next slot. */
  readonly until: string | null;
  readonly why: 'retry_after' | 'refusals' | null;
}

/** Evidence of one edge: what each kind saw on the one connection, bottom up; kinds not reached are absent. */
export interface EdgeEvidence {
  readonly edge: Edge;
  /** The planned instant this evidence belongs to, epoch milliseconds. */
  readonly slotMs: number;
  readonly at: string;
  readonly observations: readonly Observation<unknown>[];
  /** Absent: SIP may be asked at the next slot, and nothing was refused. */
  readonly restraint?: Restraint;
}

/** Evidence of one partner's route: its DNS observation and the edges it leads to, in the order they would be tried. */
export interface RouteEvidence {
  readonly domain: string;
  readonly slotMs: number;
  readonly at: string;
  readonly observation: Observation<unknown>;
  readonly edges: readonly Edge[];
}
