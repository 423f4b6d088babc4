import { alertPhrase, ownAlertPhrase } from '../federation/alert.ts';
import { NetworkFailure, type Failure, type FailureCode } from '../federation/failure.ts';
import type { StepName } from '../federation/observation.ts';

const certificateAlerts: ReadonlySet<number> = new Set([41, 42, 43, 44, 45, 46, 48, 49, 116]);

/** OpenSSL's own verdicts about what the peer sent: the reason in lower case and what it means to us. */
const reasons: ReadonlyMap<string, FailureCode> = new Map([
  ['wrong version number', 'tls_not_tls'],
  ['http request', 'tls_not_tls'],
  ['https proxy request', 'tls_not_tls'],
  ['unknown protocol', 'tls_not_tls'],
  ['bad record type', 'tls_not_tls'],
  ['packet length too long', 'tls_not_tls'],
  ['record too small', 'tls_not_tls'],
  ['data length too long', 'tls_malformed'],
  ['encrypted length too long', 'tls_malformed'],
  ['length mismatch', 'tls_malformed'],
  ['length too short', 'tls_malformed'],
  ['length too long', 'tls_malformed'],
  ['bad length', 'tls_malformed'],
  ['bad extension', 'tls_malformed'],
  ['bad packet', 'tls_malformed'],
  ['bad hello request', 'tls_malformed'],
  ['bad digest length', 'tls_malformed'],
  ['bad signature', 'tls_malformed'],
  ['digest check failed', 'tls_malformed'],
  ['decryption failed or bad record mac', 'tls_malformed'],
  ['unexpected message', 'tls_malformed'],
  ['unexpected record', 'tls_malformed'],
  ['invalid alert', 'tls_malformed'],
  ['unknown alert type', 'tls_malformed'],
  ['invalid ccs message', 'tls_malformed'],
  ['unexpected ccs message', 'tls_malformed'],
  ['ccs received early', 'tls_malformed'],
  ['not on record boundary', 'tls_malformed'],
  ['mixed handshake and non handshake data', 'tls_malformed'],
  ['extra data in message', 'tls_malformed'],
  ['too many key updates', 'tls_malformed'],
  ['unsupported protocol', 'tls_version'],
  ['version too low', 'tls_version'],
  ['version too high', 'tls_version'],
  ['wrong ssl version', 'tls_version'],
  ['no protocols available', 'tls_version'],
  ['inappropriate fallback', 'tls_version'],
  ['no shared cipher', 'tls_no_shared_parameters'],
  ['no ciphers available', 'tls_no_shared_parameters'],
  ['unknown cipher returned', 'tls_no_shared_parameters'],
  ['wrong cipher returned', 'tls_no_shared_parameters'],
  ['dh key too small', 'tls_no_shared_parameters'],
  ['no suitable key share', 'tls_no_shared_parameters'],
  ['no suitable groups', 'tls_no_shared_parameters'],
  ['no suitable signature algorithm', 'tls_no_shared_parameters'],
  ['wrong signature type', 'tls_no_shared_parameters'],
  ['unsupported elliptic curve', 'tls_no_shared_parameters'],
  ['wrong curve', 'tls_no_shared_parameters'],
  ['unsafe legacy renegotiation disabled', 'tls_no_shared_parameters'],
  ['excessive message size', 'tls_message_too_large'],
  ['certificate length mismatch', 'tls_message_too_large'],
  ['too many warn alerts', 'tls_alert'],
  ['no renegotiation', 'tls_alert'],
  ['malloc failure', 'local_resource'],
]);

/** The alert that OpenSSL sends when it ends the handshake for this reason itself: then it is we who refuse them. */
const ownAlerts: ReadonlyMap<string, number> = new Map([
  ['unsupported protocol', 70],
  ['wrong cipher returned', 47],
  ['unknown cipher returned', 47],
]);

/**
 * What an OpenSSL error says about the peer. The message is never kept: it holds a thread id and a source path of the
 * library, so that equal failures would look different.
 */
export function openSslFailure(error: Error, code: string, step: StepName, certificateSeen: boolean): Failure {
  const alert = alertNumber(error);
  if (alert !== null) return alertFailure(alert, certificateSeen);
  const reason = reasonOf(error, code);
  if (reason === 'unexpected eof while reading') {
    const ended = step === 'tls_handshake' ? 'tls_closed' : 'connection_closed';
    return new NetworkFailure(ended, 'the peer closed the connection without a TLS farewell').failure;
  }
  const word = reason.replaceAll(' ', '_');
  const sent = ownAlerts.get(reason);
  const detail = sent === undefined ? word : ownAlertPhrase(word, sent);
  const known = reasons.get(reason) ?? 'unclassified';
  // Who has shaken hands does speak TLS, and now breaks its rules.
  const meant = known === 'tls_not_tls' && step !== 'tls_handshake' ? 'tls_malformed' : known;
  return new NetworkFailure(meant, detail).failure;
}

function alertFailure(alert: number, certificateSeen: boolean): Failure {
  return new NetworkFailure(alertCode(alert, certificateSeen), alertPhrase(alert)).failure;
}

function alertCode(alert: number, certificateSeen: boolean): FailureCode {
  if (certificateAlerts.has(alert)) return 'peer_refused_certificate';
  if (alert === 40) return certificateSeen ? 'peer_refused_certificate' : 'tls_no_shared_parameters';
  if (alert === 71) return 'tls_no_shared_parameters';
  if (alert === 70 || alert === 86) return 'tls_version';
  return 'tls_alert';
}

/** The alert the peer sent, from the end of OpenSSL's message; null for an error that is no alert. */
function alertNumber(error: Error): number | null {
  const found = /SSL alert number (\d{1,3})\b/.exec(error.message)?.[1];
  return found === undefined ? null : Number(found);
}

/** Node writes the reason as `error.reason` and again, in capitals, inside the code. */
function reasonOf(error: Error, code: string): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : code.slice('ERR_SSL_'.length);
  return reason.toLowerCase().replaceAll('_', ' ');
}
