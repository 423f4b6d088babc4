import type { Partner } from '../../src/federation/partner.ts';

/** A partner for tests: only what scheduling and judging look at differs. */
export function partner(domain: string, everyMs: number, timeoutMs = Math.min(5_000, everyMs / 2)): Partner {
  return {
    domain,
    name: null,
    tier: 'standard',
    owner: null,
    contact: null,
    profile: 'microsoft-federation',
    everyMs,
    timeoutMs,
    route: null,
  };
}
