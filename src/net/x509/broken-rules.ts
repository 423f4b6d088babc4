import type { CertificateFacts } from '../../federation/certificate.ts';
import { printable } from '../../federation/failure.ts';
import type { BrokenRule, X509Rule } from '../../federation/x509-rule.ts';
import { DerInvalid } from '../der.ts';
import type { Broken } from './certificate-rules.ts';
import { parseCertificate } from './parsed.ts';
import { stationRules, type Station } from './path-rules.ts';

/** A certificate of a path: its encoding, and how it is called. */
export interface PathCertificate {
  readonly der: Uint8Array;
  readonly facts: Pick<CertificateFacts, 'subject' | 'fingerprint256'>;
}

/**
 * The rules that a path breaks, leaf first, each rule once at the first certificate that does; `rooted` says that the
 * last one is a root of ours. Never throws, whatever the octets are; time grows with their number alone.
 */
export function brokenRules(path: readonly PathCertificate[], rooted: boolean): readonly BrokenRule[] {
  const stations = path.map(({ der }) => parsed(der));
  const found = new Map<X509Rule, BrokenRule>();
  for (const [at, { facts }] of path.entries()) {
    for (const { rule, detail } of rulesAt(stations, at, rooted && at === path.length - 1)) {
      if (!found.has(rule)) found.set(rule, { rule, at, subject: printable(facts.subject), detail });
    }
  }
  return Array.from(found.values());
}

function parsed(der: Uint8Array): Station {
  return followed(() => parseCertificate(der));
}

function rulesAt(stations: readonly Station[], at: number, isRoot: boolean): readonly Broken[] {
  return followed(() => stationRules(stations, at, isRoot)) ?? [{ rule: 'encoding', detail: '' }];
}

function followed<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}
