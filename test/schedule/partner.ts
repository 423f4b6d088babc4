import type { Partner } from '../../src/federation/partner.ts';
import { aPartner } from '../federation/samples.ts';

/** A partner for tests: only what scheduling and judging look at differs. */
export function partner(domain: string, everyMs: number, timeoutMs = Math.min(5_000, everyMs / 2)): Partner {
  return aPartner(domain, { everyMs, timeoutMs });
}
