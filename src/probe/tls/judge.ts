import type { CertificateFacts } from '../../federation/certificate.ts';
import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import { waitedMs, type Observation, type Step } from '../../federation/observation.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';
import { certificateNames } from './names.ts';

/** A certificate below this share of its lifetime is about to expire: automation renews at a third (facts §3.4). */
export const expiringShare = 1 / 8;

const dayMs = 86_400_000;

/** Codes of OpenSSL that speak of dates; the dates are judged here, on the certificate itself. */
const dateCodes = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

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
    case 'tls_no_shared_parameters':
      return [findings.make('tls_no_shared_parameters', { endpoint, detail }, endpoint)];
    default:
      return [findings.make('tls_failed', { endpoint, detail: `${code}: ${detail}` }, endpoint)];
  }
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
  if (left >= expiringShare) return [];
  const args = { endpoint, notAfter, days: Math.floor((until - nowMs) / dayMs), percentLeft: Math.floor(left * 100) };
  return [findings.make('tls_certificate_expiring', args, endpoint)];
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

const because = (verification: string): string => reasons[verification] ?? 'its chain does not verify';

/** A chain that leads nowhere; a wrong date is its own finding and hides nothing else. */
function judgeChain(facts: TlsFacts, leaf: CertificateFacts, dated: boolean, endpoint: string): readonly Finding[] {
  const { verification } = facts;
  if (verification === null || verification === 'ok') return [];
  if (dated && dateCodes.includes(verification) && facts.rooted) return [];
  if (verification === 'INVALID_PURPOSE') return [findings.make('tls_wrong_purpose', { endpoint }, endpoint)];
  const args = { endpoint, issuer: leaf.issuer, because: because(verification), verification };
  return [findings.make('tls_untrusted', args, endpoint)];
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
    return found;
  }
  const dates = judgeDates(leaf, Date.parse(observation.at), endpoint);
  const dated = dates.some((each) => each.severity === 'fail');
  return [
    ...found,
    ...judgeChain(facts, leaf, dated, endpoint),
    ...judgeName(leaf, facts.serverName, endpoint),
    ...dates,
  ];
}
