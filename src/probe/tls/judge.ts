import { alertIn, alertMeaning } from '../../federation/alert.ts';
import type { CertificateFacts } from '../../federation/certificate.ts';
import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import { waitedMs, type Observation, type Step } from '../../federation/observation.ts';
import { providerOf } from '../../federation/provider.ts';
import { clientAuthEnds, final, latest } from './calendar.ts';
import { ofHash, ofLifetime } from './events.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';
import { judgeAuthority } from './judge-authority.ts';
import { judgeVersions } from './judge-versions.ts';
import { certificateNames, onlyByWildcard } from './names.ts';
import { judgeRules, toldByRule } from './rules.ts';
import { endsEarly, judgeSentPath } from './sent-path.ts';
import { issuerLeftOut, selfSigned, weakKey, weakSignature } from './strength.ts';
import { serves } from './usage.ts';

/** A certificate below this share of its lifetime is about to expire: automation renews at a third (facts §3.4). */
export const expiringShare = 1 / 8;
/** Below this share automation has missed its time, and people may still be on time. */
export const renewalShare = 1 / 4;

const dayMs = 86_400_000;

/** Codes of OpenSSL that speak of dates; the dates are judged here, on the certificate itself. */
const dateCodes = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** Codes for what is below OpenSSL's security level; Node 24 has no words for them. */
const weaknessCodes = ['UNSPECIFIED', 'EE_KEY_TOO_SMALL', 'CA_KEY_TOO_SMALL', 'CA_MD_TOO_WEAK'];

function judgeHandshake(step: Step, { code, detail }: Failure, shown: boolean, endpoint: string): readonly Finding[] {
  switch (code) {
    case 'peer_refused_certificate':
      return []; // They showed their certificate and refused ours: that belongs to the admission layer.
    case 'tls_closed':
    case 'tls_reset':
      if (shown) return []; // So does hanging up after showing it: Windows answers a distrusted certificate with a reset.
      return [findings.make('tls_closed', { endpoint, detail }, endpoint)];
    case 'tls_timeout':
    case 'deadline':
      return [findings.make('tls_silent', { endpoint, afterMs: waitedMs(step) }, endpoint)];
    case 'tls_not_tls':
      return [findings.make('tls_not_tls', { endpoint }, endpoint)];
    case 'connection_closed':
    case 'connection_reset':
      return [findings.make('tls_closed', { endpoint, detail }, endpoint)];
    case 'tls_version':
      return [findings.make('tls_version', { endpoint, detail }, endpoint)];
    case 'identity_unknown':
      return [findings.make('tls_identity_unknown', { endpoint, detail }, endpoint)];
    case 'local_resource':
      return [findings.make('local_resource', { endpoint, detail }, endpoint)];
    case 'tls_no_shared_parameters':
      return [findings.make('tls_no_shared_parameters', { endpoint, detail }, endpoint)];
    case 'tls_message_too_large':
      return [findings.make('tls_message_too_large', { endpoint }, endpoint)];
    case 'tls_malformed':
      return [findings.make('tls_malformed', { endpoint, detail }, endpoint)];
    default:
      return [findings.make('tls_failed', { endpoint, detail: `${code}: ${explained(detail)}` }, endpoint)];
  }
}

/** An alert of theirs with what it means. */
function explained(detail: string): string {
  const alert = alertIn(detail);
  const meaning = alert?.from === 'theirs' ? alertMeaning(alert.number) : null;
  return meaning === null ? detail : `${detail}: ${meaning}`;
}

function judgeDates(leaf: CertificateFacts, nowMs: number, endpoint: string): readonly Finding[] {
  const [from, until] = [Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)];
  const notAfter = leaf.notAfter.slice(0, 10);
  if (nowMs > until) {
    return [
      findings.make(
        'tls_certificate_expired',
        { endpoint, notAfter, days: Math.floor((nowMs - until) / dayMs) },
        endpoint,
      ),
    ];
  }
  if (nowMs < from) {
    return [findings.make('tls_certificate_not_yet_valid', { endpoint, notBefore: leaf.notBefore }, endpoint)];
  }
  const left = (until - nowMs) / (until - from);
  if (left >= renewalShare) return [];
  const args = {
    endpoint,
    notAfter,
    days: Math.floor((until - nowMs) / dayMs),
    percentLeft: Math.floor(left * 100),
    event: ofLifetime(leaf),
  };
  const code = left < expiringShare ? 'tls_certificate_expiring' : 'tls_renewal_due';
  return [findings.make(code, args, endpoint)];
}

function judgeName(leaf: CertificateFacts, wanted: string, endpoint: string): readonly Finding[] {
  if (certificateNames(leaf, wanted)) return [];
  const kept = leaf.names.dns.length + leaf.names.uri.length + leaf.names.ip.length;
  if (kept < leaf.namesTotal) {
    return [findings.make('tls_names_capped', { endpoint, wanted, total: leaf.namesTotal }, endpoint)];
  }
  const all = [...leaf.names.dns, ...leaf.names.uri, ...leaf.names.ip];
  const shown = all.slice(0, 5).join(', ') + (leaf.namesTotal > 5 ? ` and ${String(leaf.namesTotal - 5)} more` : '');
  return [
    findings.make('tls_name_mismatch', { endpoint, wanted, names: all.length === 0 ? 'nothing' : shown }, endpoint),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is not in our trust store',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer was not sent and is not in our trust store',
  UNABLE_TO_GET_ISSUER_CERT: 'the issuer of an intermediate certificate is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of an intermediate certificate is missing',
  CERT_HAS_EXPIRED: 'a certificate of its chain has expired, or its issuer is unknown',
  CERT_SIGNATURE_FAILURE: 'a signature in its chain is wrong',
  CERT_REVOKED: 'it was revoked',
};

/** The issuer of the leaf was not found, neither in what was sent nor among our roots. */
const issuerUnknown = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

const because = (verification: string): string => reasons[verification] ?? 'its chain does not verify';

/** OpenSSL's last complaint was about something that has a finding of its own; whether the chain has a root is known apart. */
function saidElsewhere(verification: string, dated: boolean, weak: boolean): boolean {
  return (dated && dateCodes.includes(verification)) || (weak && weaknessCodes.includes(verification));
}

/** A chain that leads nowhere; a wrong date or a weak key is its own finding and hides nothing else. */
function judgeChain(facts: TlsFacts, leaf: CertificateFacts, said: Said, endpoint: string): readonly Finding[] {
  const { verification, chain } = facts;
  if (verification === null || verification === 'ok') return [];
  const told = toldByRule(facts, verification);
  if (told && issuerUnknown.includes(verification)) return [];
  const elsewhere = told || saidElsewhere(verification, said.dated, said.weak);
  if (elsewhere ? facts.rooted && !serves(leaf, 'server') : verification === 'INVALID_PURPOSE') {
    return [findings.make('tls_wrong_purpose', { endpoint }, endpoint)];
  }
  if (elsewhere && (facts.rooted || endsEarly(facts))) return [];
  if (verification === 'DEPTH_ZERO_SELF_SIGNED_CERT' || (elsewhere && selfSigned(chain))) {
    return [findings.make('tls_self_signed', { endpoint, subject: leaf.subject }, endpoint)];
  }
  if ((elsewhere || issuerUnknown.includes(verification)) && issuerLeftOut(chain)) {
    const url = leaf.details?.issuerUrls[0] ?? '';
    return [findings.make('tls_chain_incomplete', { endpoint, issuer: leaf.issuer, url }, endpoint)];
  }
  const args = { endpoint, issuer: leaf.issuer, because: because(verification), verification };
  return [findings.make('tls_untrusted', args, endpoint)];
}

interface Said {
  readonly dated: boolean;
  readonly weak: boolean;
}

function judgeStrength({ chain }: TlsFacts, endpoint: string): readonly Finding[] {
  const [key, signature] = [weakKey(chain), weakSignature(chain)];
  const found: Finding[] = [];
  if (key !== undefined) {
    const args = { endpoint, subject: key.subject, key: `${key.keyType.toUpperCase()} ${String(key.keyBits)}` };
    found.push(findings.make('tls_weak_key', args, endpoint));
  }
  if (signature !== undefined) {
    const args = {
      endpoint,
      subject: signature.subject,
      algorithm: signature.details?.signature.algorithm ?? '',
      event: ofHash(signature),
    };
    found.push(findings.make('tls_weak_signature', args, endpoint));
  }
  return found;
}

/** What works and may still surprise; of Direct Routing nothing of it is asked (facts §3.1, §3.4). */
function judgeFitness(facts: TlsFacts, leaf: CertificateFacts, nowMs: number, endpoint: string): readonly Finding[] {
  const { sought, serverName } = facts;
  // A provider that everybody federates with has shown that its certificate serves.
  if (sought === undefined || sought === 'trunk' || providerOf(serverName) !== null) return [];
  const found: Finding[] = [];
  if (!serves(leaf, 'client')) {
    const { what, date } = latest(clientAuthEnds, nowMs) ?? { what: '', date: '' };
    const ends = final(clientAuthEnds)?.date ?? '';
    found.push(findings.make('tls_no_client_auth', { endpoint, what, date, ends }, endpoint));
  }
  if (leaf.commonName === null && sought === 'host') {
    found.push(findings.make('tls_no_common_name', { endpoint }, endpoint));
  }
  if (onlyByWildcard(leaf, serverName)) {
    found.push(findings.make('tls_wildcard', { endpoint, wanted: serverName }, endpoint));
  }
  return found;
}

/** Opinion on the handshake and the presented certificate, at the time it was seen: pure. */
export function judgeTls(observation: Observation<TlsFacts>, endpointOrNull: string | null): readonly Finding[] {
  const { facts, steps } = observation;
  const step = steps.find((each) => each.name === 'tls_handshake');
  if (step === undefined) return [];
  const endpoint = endpointOrNull ?? step.target;
  const found: Finding[] =
    step.failure === null ? [] : [...judgeHandshake(step, step.failure, facts.chain.length > 0, endpoint)];
  const [leaf] = facts.chain;
  if (leaf === undefined) {
    if (step.failure === null) found.push(findings.make('tls_no_certificate', { endpoint }, endpoint));
    return [...found, ...judgeVersions(facts, endpoint)];
  }
  const nowMs = Date.parse(observation.at);
  const dates = judgeDates(leaf, nowMs, endpoint);
  const strength = judgeStrength(facts, endpoint);
  const said = { dated: dates.some((each) => each.severity === 'fail'), weak: strength.length > 0 };
  return [
    ...found,
    ...judgeChain(facts, leaf, said, endpoint),
    ...judgeName(leaf, facts.serverName, endpoint),
    ...dates,
    ...strength,
    ...judgeRules(facts, endpoint),
    ...judgeSentPath(facts, endpoint),
    ...judgeFitness(facts, leaf, nowMs, endpoint),
    ...judgeAuthority(facts, leaf, nowMs, endpoint),
    ...judgeVersions(facts, endpoint),
  ];
}
