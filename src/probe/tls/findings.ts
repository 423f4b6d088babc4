import { catalogue } from '../../federation/finding.ts';
import { ownSideRows } from '../own-side.ts';
import { authorityRows } from './findings-authority.ts';
import { certificateRows } from './findings-certificate.ts';
import { pathRows } from './findings-path.ts';
import { ruleRows } from './findings-rules.ts';
import { versionRows } from './findings-versions.ts';

/** What can be said about the TLS handshake and the certificate the edge presents. */
export const tlsFindings = catalogue({
  tls_silent: {
    severity: 'fail',
    layer: 'tls',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'No answer to the TLS handshake',
    says: (args: { endpoint: string; afterMs: number }) =>
      `${args.endpoint} accepted the connection and then did not answer the TLS handshake within ${args.afterMs} ms.`,
    means:
      'Something accepts connections, but no TLS server speaks: a hung service, a middlebox that answers for a dead host, or a path that loses large packets.',
    action:
      'Try from another place. If it is silent there too, ask the partner to look at the service behind this address.',
    ask: (args: { endpoint: string; afterMs: number }) =>
      `${args.endpoint} accepts TCP connections and does not answer the TLS handshake within ${String(args.afterMs)} ms. Please look at the service behind this address, and at any device before it.`,
  },
  tls_not_tls: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'unreachable',
    title: 'The port does not speak TLS',
    says: (args: { endpoint: string }) => `${args.endpoint} answered with something that is not TLS.`,
    means: 'The port in the SRV record leads to another service, or to SIP without TLS.',
    action: 'Ask the partner whether host and port of the SRV record are right.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} answers with something that is not TLS. Please check whether the host and port that you publish are right, and whether TLS is switched on there.`,
  },
  tls_closed: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'The handshake was cut off',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} ended the connection during the handshake (${args.detail}).`,
    means: 'The edge or a device before it drops us before it shows a certificate. Often an address filter.',
    action: 'Ask the partner whether our address is filtered, and give it the time of this attempt.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} ends the connection during the TLS handshake, before it shows a certificate. Please check whether our address is filtered, and what was logged at the time below.`,
  },
  tls_version: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'No common TLS version',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} does not accept TLS 1.2 or newer (${args.detail}).`,
    means: 'The edge speaks only versions that are switched off everywhere else.',
    action: 'Ask the partner to enable TLS 1.2.',
    ask: (args: { endpoint: string }) => `${args.endpoint} does not accept TLS 1.2 or newer. Please enable TLS 1.2.`,
  },
  tls_no_shared_parameters: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'misconfigured',
    title: 'No common TLS parameters',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} found no common cipher or key exchange (${args.detail}).`,
    means: 'The suites that the edge accepts and those we offer have nothing in common: too old, or too narrow.',
    action:
      'Ask the partner which suites its edge allows. ECDHE-RSA with AES is what edges of every age have in common.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} finds no cipher suite or key exchange in common with us. Please allow ECDHE with AES-GCM for your kind of certificate, or tell us which suites you allow.`,
  },
  tls_message_too_large: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate chain is too large',
    says: (args: { endpoint: string }) => `${args.endpoint} sends a handshake message of more than about 100 kB.`,
    means:
      'The certificate holds thousands of names, or the chain hundreds of certificates. OpenSSL and what is built on it, fedmon included, take no larger message and end the handshake.',
    action: 'Ask the partner for a certificate with the names of this service only, and its chain without strays.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} sends a certificate message of more than 100 kB, which OpenSSL and others refuse. Please use a certificate with the names of this service only, and send only the certificates of its chain.`,
  },
  tls_malformed: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'What the edge sends breaks the rules of TLS',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} speaks TLS and breaks its rules (${args.detail}).`,
    means: 'The TLS software of the edge is broken, or a device on the way changes what it sends.',
    action:
      'Repeat it by hand: openssl s_client -connect HOST:PORT -servername HOST. Try from another place: if it works there, the device is on our way.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} answers the TLS handshake with messages that TLS does not allow. Please look at the TLS software there, and at any device before it that takes TLS apart.`,
  },
  tls_failed: {
    severity: 'fail',
    layer: 'tls',
    side: 'unknown',
    confidence: 'open',
    state: 'unreachable',
    title: 'The handshake failed',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint}: the TLS handshake failed (${args.detail}).`,
    means: 'The handshake ended with an error that fits none of the usual reasons.',
    action: 'Repeat it by hand: openssl s_client -connect HOST:PORT -servername HOST.',
    ask: { none: 'It is not clear what failed; repeat the handshake by hand first.' },
  },
  tls_no_certificate: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'No certificate was presented',
    says: (args: { endpoint: string }) => `${args.endpoint} completed the handshake without a certificate.`,
    means: 'Without a certificate nobody can tell who answers.',
    action: 'Ask the partner to configure a server certificate.',
    ask: (args: { endpoint: string }) =>
      `${args.endpoint} completes the TLS handshake without a certificate. Please configure a server certificate.`,
  },
  tls_identity_unknown: {
    severity: 'unproven',
    layer: 'tls',
    side: 'ours',
    confidence: 'certain',
    state: 'unknown',
    title: 'This worker lacks the identity that the partner is to see',
    says: (args: { endpoint: string; detail: string }) =>
      `No handshake with ${args.endpoint}: this worker has ${args.detail}. No other certificate was shown instead.`,
    means: 'The scheduler and this worker run with different configurations, so nothing was learned about the partner.',
    action: 'Give every role the same fedmon.yaml, then look again.',
    ask: { none: 'Our worker lacks a certificate of ours; the partner has nothing to do with it.' },
  },
  local_resource: ownSideRows.local_resource,
  ...certificateRows,
  ...pathRows,
  ...ruleRows,
  ...authorityRows,
  ...versionRows,
});
