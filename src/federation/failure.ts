/** Why a step failed: a closed list. Codes are public (labels, JSON, docs): add, never rename. */
export const failureCodes = [
  'dns_nxdomain',
  'dns_nodata',
  'dns_servfail',
  'dns_refused',
  'dns_timeout',
  'dns_malformed',
  'dns_truncated',
  'dns_unreachable',
  'dns_tls_failed',
  'dns_not_authenticated',
  'dns_alias_loop',
  'dns_alias_only',
  'tcp_refused',
  'tcp_timeout',
  'tcp_reset',
  'tcp_unreachable',
  'udp_refused',
  'udp_unreachable',
  'no_route_of_family',
  'egress_denied',
  'tls_timeout',
  'tls_not_tls',
  'tls_closed',
  'tls_reset',
  'tls_version',
  'tls_no_shared_parameters',
  'tls_message_too_large',
  'tls_malformed',
  'tls_alert',
  'peer_refused_certificate',
  'identity_unknown',
  'sip_timeout',
  'sip_no_final',
  'sip_not_sip',
  'sip_malformed',
  'sip_too_large',
  'sip_request_too_long',
  'connection_closed',
  'connection_reset',
  'local_resource',
  'deadline',
  'unclassified',
] as const;
export type FailureCode = (typeof failureCodes)[number];

/** A failed step as data: one word of the list and a bounded, printable detail that is never a label. */
export interface Failure {
  readonly code: FailureCode;
  readonly detail: string;
}

/** A network operation that did not succeed; adapters throw it, a trail records it. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly failure: Failure;

  constructor(code: FailureCode, detail: string, options?: ErrorOptions) {
    const shown = printable(detail);
    super(`${code}: ${shown}`, options);
    this.failure = { code, detail: shown };
  }
}

const plain = /^[ -~]*$/;

/** A stranger's text made safe to store and print: controls, bidi marks and lone surrogates become `?`, cut to `limit`. */
export function printable(text: string, limit = 200): string {
  // Nearly everything is plain and short, and the classes below cost a multiple.
  if (text.length <= limit && plain.test(text)) return text;
  const clean = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu, '?');
  const points = Array.from(clean.slice(0, limit * 2));
  return points.length > limit || clean.length > limit * 2 ? `${points.slice(0, limit).join('')}…` : clean;
}
