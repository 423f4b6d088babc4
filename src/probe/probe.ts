import type { Finding, FindingCatalogue } from '../federation/finding.ts';
import type { Check, Observation, StepName } from '../federation/observation.ts';
import type { Clock } from '../net/clock.ts';
import type { Net } from '../net/net.ts';
import type { Trail } from './trail.ts';

/** What a kind may touch while it observes. */
export interface ProbeIo {
  readonly net: Net;
  readonly trail: Trail;
  readonly clock: Clock;
}

/** One measured value of an observation; the name and its labels stand in `metrics/catalogue.ts`. */
export interface Sample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a kind of probe supplies. `observe` touches the network, the rest is pure. */
export interface ProbeDefinition<Target, Settings, Facts> {
  readonly kind: Check;
  /** The step this kind exists for: a trail that never tried it proves nothing. */
  readonly about: StepName;
  readonly findings: FindingCatalogue;
  /** The only effect. Facts must survive JSON. A partner's trouble is recorded in the trail, never thrown. */
  observe(target: Target, settings: Settings, io: ProbeIo): Promise<Facts>;
  /** Opinion: the same observation gives the same findings, also after a JSON round trip. */
  judge(observation: Observation<Facts>, endpoint: string | null): readonly Finding[];
  measure(observation: Observation<Facts>): readonly Sample[];
}

/** A kind with its facts closed over, so that stored evidence can be judged without knowing its type. */
export interface Probe {
  readonly kind: Check;
  readonly about: StepName;
  readonly findings: FindingCatalogue;
  judge(observation: Observation<unknown>, endpoint: string | null): readonly Finding[];
  measure(observation: Observation<unknown>): readonly Sample[];
}

export interface DefinedProbe<Target, Settings, Facts> extends Probe {
  /** Observes on a branch of the trail and returns the evidence of this kind only. */
  examine(target: Target, settings: Settings, io: ProbeIo): Promise<Observation<Facts>>;
}

export function defineProbe<Target, Settings, Facts>(
  definition: ProbeDefinition<Target, Settings, Facts>,
): DefinedProbe<Target, Settings, Facts> {
  const { kind, about, findings } = definition;
  return {
    kind,
    about,
    findings,
    async examine(target, settings, io) {
      const at = new Date(io.clock.wall()).toISOString();
      const trail = io.trail.branch();
      const facts = await definition.observe(target, settings, { ...io, trail });
      return { kind, at, steps: trail.steps, facts };
    },
    // Evidence of a kind is only ever judged by the kind that wrote it: the registry looks it up by `kind`.
    judge: (observation, endpoint) => definition.judge(observation as Observation<Facts>, endpoint),
    measure: (observation) => definition.measure(observation as Observation<Facts>),
  };
}
