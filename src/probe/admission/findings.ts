import { catalogue } from '../../federation/finding.ts';

/** What can be said about whether the edge lets us in after it has shown its own certificate. */
export const admissionFindings = catalogue({
  admission_refused: {
    severity: 'fail',
    layer: 'admission',
    side: 'unknown',
    state: 'refused',
    title: 'They refuse our certificate',
    says: (args: { endpoint: string; alert: string }) =>
      `${args.endpoint} refused our client certificate (${args.alert}).`,
    means:
      'The edge answers and does not accept the certificate we show: it does not trust our issuer, the certificate has expired, lacks the client-authentication usage, or our SRV record does not match its name.',
    action:
      'Check our certificate first: dates, issuer, usage, name. If it is in order, ask the partner whether it trusts our issuing authority.',
  },
  admission_certificate_required: {
    severity: 'fail',
    layer: 'admission',
    side: 'ours',
    state: 'refused',
    title: 'They require a client certificate and we have none',
    says: (args: { endpoint: string; alert: string }) =>
      `${args.endpoint} requires a client certificate; fedmon is configured without one (${args.alert}).`,
    means: 'Federation edges use mutual TLS: both sides show a certificate. This probe showed none.',
    action: 'Set identity.certFile and identity.keyFile in the config (or --cert and --key).',
  },
  admission_closed: {
    severity: 'fail',
    layer: 'admission',
    side: 'unknown',
    state: 'refused',
    title: 'They hang up right after the handshake',
    says: (args: { endpoint: string; detail: string }) =>
      `${args.endpoint} completed the TLS handshake and then ended the connection without a word (${args.detail}).`,
    means:
      'With TLS 1.3 a refusal of our certificate arrives after the handshake; some servers reset the connection instead of saying why. An address filter looks the same.',
    action:
      'Check our certificate (dates, issuer, usage, name). Then ask the partner what its edge logged at this time.',
  },
});
