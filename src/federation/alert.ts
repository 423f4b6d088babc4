/** A TLS alert that ended a connection, and who sent it. */
export interface AlertFacts {
  readonly number: number;
  /** Its name in RFC 8446 §6, or `unknown`. */
  readonly name: string;
  /** `theirs`: they refuse us; `ours`: we refuse them. */
  readonly from: 'theirs' | 'ours';
}

/** TLS alert descriptions (RFC 8446 §6, RFC 5246 §7.2) by number. */
const names: ReadonlyMap<number, string> = new Map([
  [0, 'close_notify'],
  [10, 'unexpected_message'],
  [20, 'bad_record_mac'],
  [21, 'decryption_failed'],
  [22, 'record_overflow'],
  [40, 'handshake_failure'],
  [41, 'no_certificate'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [47, 'illegal_parameter'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [50, 'decode_error'],
  [51, 'decrypt_error'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [80, 'internal_error'],
  [86, 'inappropriate_fallback'],
  [90, 'user_canceled'],
  [100, 'no_renegotiation'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [112, 'unrecognized_name'],
  [113, 'bad_certificate_status_response'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required'],
  [120, 'no_application_protocol'],
]);

/** What an alert of theirs means for whoever operates this side, as the end of a sentence. */
const meanings: ReadonlyMap<number, string> = new Map([
  [40, 'they miss something and do not say what: a certificate they accept, or a suite or group in common'],
  [42, 'it is missing, damaged, or of no use to them; some servers say this for every fault of it'],
  [43, 'it is not made for this use; client authentication is missing'],
  [44, 'it was revoked'],
  [45, 'it has expired, or is not valid yet by their clock'],
  [46, 'they do not accept it and do not say why'],
  [48, 'they do not know the authority that issued it, or an intermediate certificate was not sent'],
  [49, 'they know it and deny access'],
  [70, 'they take no TLS version that we offer'],
  [71, 'our suites, or the key of our certificate, are too weak for them'],
  [86, 'they take us for a client that was forced down to an old TLS version'],
  [112, 'they do not serve the name that we asked for (SNI)'],
  [116, 'they require a client certificate and were shown none'],
  [120, 'they want an application protocol (ALPN) and we offer none'],
]);

/** An alert as it stands in the detail of a failure: `alert 48 unknown_ca`. */
export function alertPhrase(number: number): string {
  return `alert ${String(number)} ${names.get(number) ?? 'unknown'}`;
}

/** Why we ended a handshake ourselves, as it stands in the detail of a failure. */
export function ownAlertPhrase(reason: string, number: number): string {
  return `${reason}, we sent ${alertPhrase(number)}`;
}

/** The alert in the detail of a failure; null when there was none. */
export function alertIn(detail: string): AlertFacts | null {
  const found = /^(.*, we sent )?alert (\d{1,3}) (\w+)$/.exec(detail);
  if (found === null) return null;
  const [, reason, number = '', name = ''] = found;
  return { number: Number(number), name, from: reason === undefined ? 'theirs' : 'ours' };
}

/** What an alert of theirs means; null for one that says nothing to an operator. */
export function alertMeaning(number: number): string | null {
  return meanings.get(number) ?? null;
}
