import type { PartnerState } from '../../../src/federation/state.ts';
import type { Bench } from '../bench.ts';
import type { LabEdge } from '../edges.ts';

/** A state and the code of its cause; null when there is none, or when the state speaks for itself. */
export interface Expected {
  readonly state: PartnerState;
  readonly code: string | null;
}

/** One partner of the fleet: its name tells what is wrong with it. */
export interface Story {
  readonly domain: string;
  readonly story: string;
  /** What the service shows after some rounds. */
  readonly expects: Expected;
  /** What one examination says, where that differs; null when it depends on the moment. */
  readonly once?: Expected | null;
  /** One of the partners that matter most: tier `critical` in the config. */
  readonly critical?: true;
  /** Opens the edges and publishes them. */
  build(bench: Bench): Promise<LabEdge[]>;
  /** What the config says about it besides its domain. */
  config?(edges: readonly LabEdge[]): Readonly<Record<string, unknown>>;
}

export const healthy: Expected = { state: 'healthy', code: null };
export const degraded = (code: string): Expected => ({ state: 'degraded', code });
export const misconfigured = (code: string): Expected => ({ state: 'misconfigured', code });
export const refused = (code: string): Expected => ({ state: 'refused', code });
export const unreachable = (code: string): Expected => ({ state: 'unreachable', code });
export const unknown = (code: string): Expected => ({ state: 'unknown', code });

const dayMs = 86_400_000;
/** A date so many days from now. */
export const inDays = (days: number): Date => new Date(Date.now() + days * dayMs);

/** For a story that needs no edge. */
export const nothing = (): Promise<LabEdge[]> => Promise.resolve([]);
