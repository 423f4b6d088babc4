import type { CertificateFacts } from '../../federation/certificate.ts';
import { clockToleranceMs } from '../../federation/clock-doubt.ts';
import type { Finding } from '../../federation/finding.ts';
import type { RootFacts, StapleFacts, StoreRoots } from '../../federation/handshake.ts';
import { latestLimit } from './calendar.ts';
import { ofDroppedRoot, ofMicrosoftRoots, ofOcsp } from './events.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';
import { isMicrosoftRoot, isMicrosoftTrunk } from './roots.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** What authorities and trust stores say of the certificate: pure. */
export function judgeAuthority(
  facts: TlsFacts,
  leaf: CertificateFacts,
  nowMs: number,
  endpoint: string,
): readonly Finding[] {
  const { staple = null, roots = {} } = facts;
  return [
    ...(staple === null ? [] : judgeStaple(staple, leaf, nowMs, endpoint)),
    ...judgeStores(roots, endpoint),
    ...judgeTrunkRoot(facts, roots, nowMs, endpoint),
    ...judgeLifetime(leaf, roots, endpoint),
  ];
}

function judgeStaple(staple: StapleFacts, leaf: CertificateFacts, nowMs: number, endpoint: string): readonly Finding[] {
  const because = uselessBecause(staple);
  if (because !== null) return [findings.make('tls_staple_useless', { endpoint, because }, endpoint)];
  const clock = judgeClock(staple, nowMs, endpoint);
  if (staple.status === 'revoked') {
    const args = { endpoint, serial: leaf.serial, revokedAt: staple.revokedAt ?? 'an unknown day' };
    return [findings.make('tls_certificate_revoked', args, endpoint), ...clock];
  }
  const { nextUpdate } = staple;
  const outdated = nextUpdate !== null && Date.parse(nextUpdate) < nowMs - clockToleranceMs;
  return [
    ...(outdated
      ? [findings.make('tls_staple_outdated', { endpoint, nextUpdate, event: ofOcsp(leaf, nextUpdate) }, endpoint)]
      : []),
    ...clock,
  ];
}

/** Why a staple proves nothing, as the end of a sentence; null when it does. */
function uselessBecause({ response, status, signature }: StapleFacts): string | null {
  if (response === 'unreadable') return 'cannot be read';
  if (response !== 'successful') return `is an error of the responder (${response})`;
  if (signature === 'wrong') return 'is signed neither by the issuer nor by a responder that it authorised';
  if (status === null) return 'is about another certificate';
  return status === 'unknown' ? 'says that the responder does not know the certificate' : null;
}

/** Only what an authority signed is held against our clock. */
function judgeClock({ producedAt, signature }: StapleFacts, nowMs: number, endpoint: string): readonly Finding[] {
  if (producedAt === null || signature !== 'good') return [];
  const aheadMs = Date.parse(producedAt) - nowMs;
  if (aheadMs <= clockToleranceMs) return [];
  const args = { endpoint, producedAt, minutes: Math.round(aheadMs / minuteMs) };
  return [findings.make('tls_clock_behind', args, endpoint)];
}

const storeNames = { system: "this system's store", mozilla: "Mozilla's", file: 'the configured file' } as const;
const stores = ['system', 'mozilla', 'file'] as const;

/** A root of our own file that public stores do not know was put there for that reason, and is no disagreement. */
function judgeStores(roots: StoreRoots, endpoint: string): readonly Finding[] {
  const accepting = stores.filter((each) => roots[each] != null);
  const refusing = stores.filter((each) => roots[each] === null);
  const root = rootIn(roots);
  const ownOnly = accepting.every((each) => each === 'file');
  if (root === null || ownOnly || refusing.length === 0) return [];
  const named = (those: readonly (typeof stores)[number][]): string => those.map((each) => storeNames[each]).join(', ');
  const args = {
    endpoint,
    root: root.subject,
    accepting: named(accepting),
    refusing: named(refusing),
    event: ofDroppedRoot(root, refusing),
  };
  return [findings.make('tls_stores_disagree', args, endpoint)];
}

function rootIn(roots: StoreRoots): RootFacts | null {
  return stores.map((each) => roots[each] ?? null).find((each) => each !== null) ?? null;
}

function judgeTrunkRoot(
  { sought, serverName }: TlsFacts,
  roots: StoreRoots,
  nowMs: number,
  endpoint: string,
): readonly Finding[] {
  const found = stores.map((each) => roots[each] ?? null).filter((each) => each !== null);
  const [root] = found;
  if (sought !== 'trunk' || root === undefined || !isMicrosoftTrunk(serverName)) return [];
  if (found.some(({ fingerprint1 }) => isMicrosoftRoot(fingerprint1))) return [];
  const args = { endpoint, root: root.subject, fingerprint: root.fingerprint1, event: ofMicrosoftRoots(nowMs) };
  return [findings.make('tls_root_unlisted', args, endpoint)];
}

/** A store of the system may hold private roots, whose authorities are bound by nobody. */
function isPublic({ mozilla, system }: StoreRoots): boolean {
  return mozilla != null || (system != null && isMicrosoftRoot(system.fingerprint1));
}

function judgeLifetime(leaf: CertificateFacts, roots: StoreRoots, endpoint: string): readonly Finding[] {
  const [from, until] = [Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)];
  const limit = latestLimit(from);
  // Both ends belong to the validity (RFC 5280 §4.1.2.5), and a part of a day counts as one (BR §6.3.2).
  const days = Math.ceil((until - from + 1000) / dayMs);
  if (limit === null || days <= limit.days || !isPublic(roots)) return [];
  return [findings.make('tls_lifetime_too_long', { endpoint, days, limit: limit.days, since: limit.date }, endpoint)];
}
