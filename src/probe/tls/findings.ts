import { catalogue } from '../../federation/finding.ts';

/** What can be said about the TLS handshake and the certificate the edge presents. */
export const tlsFindings = catalogue({
  tls_silent: {
    severity: 'fail',
    layer: 'tls',
    side: 'unknown',
    state: 'unreachable',
    title: 'No answer to the TLS handshake',
    says: (args: { endpoint: string; afterMs: number }) =>
      `${args.endpoint} accepted the connection and then did not answer the TLS handshake within ${args.afterMs} ms.`,
    means:
      'Something accepts connections, but no TLS server speaks: a hung service, a middlebox that answers for a dead host, or a path that loses large packets.',
    action:
      'Try from another place. If it is silent there too, ask the partner to look at the service behind this address.',
  },
  tls_not_tls: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'unreachable',
    title: 'The port does not speak TLS',
    says: (args: { endpoint: string }) => `${args.endpoint} answered with something that is not TLS.`,
    means: 'The port in the SRV record leads to another service, or to SIP without TLS.',
    action: 'Ask the partner whether host and port of the SRV record are right.',
  },
  tls_closed: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'unreachable',
    title: 'The handshake was cut off',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} ended the connection during the handshake (${args.detail}).`,
    means: 'The edge or a device before it drops us before it shows a certificate. Often an address filter.',
    action: 'Ask the partner whether our address is filtered, and give it the time of this attempt.',
  },
  tls_version: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'No common TLS version',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} does not accept TLS 1.2 or newer (${args.detail}).`,
    means: 'The edge speaks only versions that are switched off everywhere else.',
    action: 'Ask the partner to enable TLS 1.2.',
  },
  tls_no_shared_parameters: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'No common TLS parameters',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} found no common cipher or key exchange (${args.detail}).`,
    means: 'The suites that the edge accepts and those we offer have nothing in common: too old, or too narrow.',
    action:
      'Ask the partner which suites its edge allows. ECDHE-RSA with AES is what edges of every age have in common.',
  },
  tls_failed: {
    severity: 'fail',
    layer: 'tls',
    side: 'unknown',
    state: 'unreachable',
    title: 'The handshake failed',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint}: the TLS handshake failed (${args.detail}).`,
    means: 'The handshake ended with an error that fits none of the usual reasons.',
    action: 'Repeat it by hand: openssl s_client -connect HOST:PORT -servername HOST.',
  },
  tls_no_certificate: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'No certificate was presented',
    says: (args: { endpoint: string }) => `${args.endpoint} completed the handshake without a certificate.`,
    means: 'Without a certificate nobody can tell who answers.',
    action: 'Ask the partner to configure a server certificate.',
  },
  tls_certificate_expired: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'The certificate has expired',
    says: (args: { endpoint: string; notAfter: string; days: number }) =>
      `The certificate of ${args.endpoint} expired on ${args.notAfter} (${args.days} days ago).`,
    means: 'Every server that checks certificates refuses this edge.',
    action: 'Ask the partner to renew the certificate and to restart the service that uses it.',
  },
  tls_certificate_not_yet_valid: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'The certificate is not valid yet',
    says: (args: { endpoint: string; notBefore: string }) =>
      `The certificate of ${args.endpoint} is valid only from ${args.notBefore}.`,
    means:
      'The certificate was put to use too early, or a clock is wrong. If many partners show this, it is our clock.',
    action: 'Check our clock. If it is right, tell the partner.',
  },
  tls_certificate_expiring: {
    severity: 'warn',
    layer: 'tls',
    side: 'theirs',
    state: 'degraded',
    title: 'The certificate is about to expire',
    says: (args: { endpoint: string; notAfter: string; days: number; percentLeft: number }) =>
      `The certificate of ${args.endpoint} expires on ${args.notAfter} (${args.days} days, ${args.percentLeft} % of its lifetime left).`,
    means:
      'Federation with this partner stops at that moment unless the certificate is renewed. Renewal by automation is overdue by now.',
    action: 'Tell the partner now; a renewal needs days in some organisations.',
  },
  tls_name_mismatch: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'The certificate is for another name',
    says: (args: { endpoint: string; wanted: string; names: string }) =>
      `The certificate of ${args.endpoint} does not name ${args.wanted}; it names ${args.names}.`,
    means:
      'Servers look for the SRV target (or the SIP domain) among the subject alternative names and refuse the connection without it.',
    action:
      'Ask the partner for a certificate with that name among its subject alternative names, or for an SRV target that the certificate names.',
  },
  tls_names_capped: {
    severity: 'unproven',
    layer: 'tls',
    side: 'theirs',
    state: 'unknown',
    title: 'The certificate has more names than we keep',
    says: (args: { endpoint: string; wanted: string; total: number }) =>
      `The certificate of ${args.endpoint} has ${args.total} names; ${args.wanted} is not among the first 100, the rest was not kept.`,
    means: 'Whether the name is there was not looked at. Certificates of this size are a sign of a shared host.',
    action:
      'Look by hand: openssl s_client -connect HOST:PORT -servername HOST | openssl x509 -noout -ext subjectAltName.',
  },
  tls_wrong_purpose: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'The certificate is not made for servers',
    says: (args: { endpoint: string }) =>
      `The certificate of ${args.endpoint} lacks the usage "server authentication".`,
    means: 'The extended key usages of the certificate leave out what a server needs, so other servers refuse it.',
    action: 'Ask the partner for a certificate with server authentication among its extended key usages.',
  },
  tls_untrusted: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    state: 'misconfigured',
    title: 'The certificate does not lead to a root we trust',
    says: (args: { endpoint: string; issuer: string; because: string; verification: string }) =>
      `The certificate of ${args.endpoint}, issued by "${args.issuer}", is not trusted: ${args.because} (${args.verification}).`,
    means:
      'The edge uses a self-signed or private certificate, or does not send the intermediate certificates that lead to a public authority.',
    action:
      'Self-signed or private: ask the partner for a certificate of a public authority. Public authority: ask it to send the intermediate certificates. Only if other tools trust the chain, check `trust` in our config.',
  },
});
