import { catalogue } from '../../federation/finding.ts';

/** What can be said about whether the edge lets us in after it has shown its own certificate. */
export const admissionFindings = catalogue({
  admission_refused: {
    severity: 'fail',
    layer: 'admission',
    side: 'unknown',
    confidence: 'open',
    state: 'refused',
    title: 'They refuse our certificate',
    says: (args: { endpoint: string; alert: string; because: string; form: string }) =>
      `${args.endpoint} refused our client certificate ${args.form}: ${args.because} (they sent ${args.alert}).`,
    means:
      'The edge answers and does not accept the certificate we show: it does not know our issuer, or the certificate has expired or lacks the usage "client authentication".',
    action:
      'Look at our certificate first: issuer, dates, usage. If it is in order, ask the partner whether its edge trusts our issuing authority.',
    ask: (args: { endpoint: string; alert: string }) =>
      `Your edge ${args.endpoint} refuses our client certificate (${args.alert}). Please tell us whether it trusts the authority that issued our certificate, and what it logged at the time below.`,
  },
  admission_certificate_required: {
    severity: 'fail',
    layer: 'admission',
    side: 'ours',
    confidence: 'certain',
    state: 'refused',
    title: 'They require a client certificate and we have none',
    says: (args: { endpoint: string; alert: string; form: string }) =>
      `${args.endpoint} requires a client certificate; this partner is shown none (they sent ${args.alert} ${args.form}).`,
    means: 'Federation edges use mutual TLS: both sides show a certificate. This probe showed none.',
    action:
      'Set identity.certFile and identity.keyFile in the config (or --cert and --key); if the partner has `identity: none`, name another identity.',
    ask: { none: 'Our probe showed no certificate; the partner can do nothing about that.' },
  },
  admission_closed: {
    severity: 'fail',
    layer: 'admission',
    side: 'unknown',
    confidence: 'open',
    state: 'refused',
    title: 'They hang up once they have seen who we are',
    says: (args: { endpoint: string; detail: string; offered: boolean; form: string; after: string }) =>
      `${args.endpoint} showed its certificate and ${args.form}; ${args.after} (${args.detail}).`,
    means:
      'Some servers, Windows among them, reset the connection instead of saying that they do not accept a certificate. An address filter looks the same.',
    action:
      'With a certificate: look at its issuer, dates and usage, then ask the partner what its edge logged at this time. Without one: set identity.certFile and identity.keyFile.',
    ask: (args: { endpoint: string }) =>
      `Your edge ${args.endpoint} ends the connection once the certificates are exchanged, without saying why. Please tell us what it logged at the time below, and whether it trusts the authority that issued our certificate.`,
  },
});
