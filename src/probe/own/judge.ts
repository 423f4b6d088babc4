import type { CertificateFacts } from '../../federation/certificate.ts';
import type { Finding } from '../../federation/finding.ts';
import type { OwnCertificateFacts, OwnTerms } from './facts.ts';
import { ownFindings as findings } from './findings.ts';

/** Of our own certificates we want to hear earlier than of theirs: at a quarter of the lifetime. */
export const ownExpiringShare = 1 / 4;

const clientUsages = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** Whether it may be shown as a client; without the extension it may be used for everything (RFC 5280 §4.2.1.12). */
export function servesClients({ extendedKeyUsage }: CertificateFacts): boolean {
  return extendedKeyUsage === null || extendedKeyUsage.some((each) => clientUsages.includes(each));
}

function judgeDates(name: string, leaf: CertificateFacts, nowMs: number): readonly Finding[] {
  const [from, until] = [Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)];
  const notAfter = leaf.notAfter.slice(0, 10);
  if (nowMs > until) return [findings.make('own_certificate_expired', { name, notAfter })];
  if (nowMs < from) return [findings.make('own_certificate_not_yet_valid', { name, notBefore: leaf.notBefore })];
  const left = (until - nowMs) / (until - from);
  if (left >= ownExpiringShare) return [];
  return [findings.make('own_certificate_expiring', { name, notAfter, percentLeft: Math.floor(left * 100) })];
}

/** The name itself: a Microsoft edge takes no wildcard for it (facts §3.1). */
function judgeNames(name: string, leaf: CertificateFacts, targets: OwnTerms['targets']): readonly Finding[] {
  if (targets === null || targets.length === 0) return [];
  const names = leaf.names.dns.map((each) => each.toLowerCase());
  if (targets.some((target) => names.includes(target))) return [];
  const shown = names.length === 0 ? 'nothing' : names.slice(0, 5).join(', ');
  return [findings.make('own_certificate_name', { name, names: shown, targets: targets.slice(0, 5).join(', ') })];
}

/** Opinion on one certificate of ours: pure. */
export function judgeOwn(facts: OwnCertificateFacts, { nowMs, targets }: OwnTerms): readonly Finding[] {
  const { name, chain, roots, unreadable, client } = facts;
  const [leaf] = chain;
  const unread =
    unreadable === null ? [] : [findings.make('own_certificate_unreadable', { name, because: unreadable })];
  if (leaf === undefined) return unread;
  const known = Object.values(roots);
  return [
    ...unread,
    ...judgeDates(name, leaf, nowMs),
    ...(client && !servesClients(leaf) ? [findings.make('own_certificate_no_client_auth', { name })] : []),
    ...(known.length > 0 && known.every((root) => root === null)
      ? [findings.make('own_certificate_chain', { name, issuer: leaf.issuer })]
      : []),
    ...judgeNames(name, leaf, targets),
  ];
}
