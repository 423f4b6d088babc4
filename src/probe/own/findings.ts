import { catalogue } from '../../federation/finding.ts';

const ours = { layer: 'admission', side: 'ours', confidence: 'certain', state: 'refused' } as const;
const ask = { none: 'The certificate is ours; the partner can do nothing about it.' } as const;

/** What can be said about certificates of our own: why partners will refuse us. */
export const ownFindings = catalogue({
  own_certificate_unreadable: {
    ...ours,
    severity: 'unproven',
    title: 'A certificate of ours cannot be read',
    says: (args: { name: string; because: string }) =>
      `Our certificate "${args.name}" cannot be read: ${args.because}.`,
    means: 'What the file held before is still shown in metrics; a renewal may have gone wrong half way.',
    action: 'Look at the file and at the job that renews it.',
    ask,
  },
  own_certificate_expired: {
    ...ours,
    severity: 'fail',
    title: 'A certificate of ours has expired',
    says: (args: { name: string; notAfter: string }) => `Our certificate "${args.name}" expired on ${args.notAfter}.`,
    means: 'Every partner that checks certificates refuses us: alert 45, or a reset without a word.',
    action: 'Renew it and restart the service that shows it.',
    ask,
  },
  own_certificate_not_yet_valid: {
    ...ours,
    severity: 'fail',
    title: 'A certificate of ours is not valid yet',
    says: (args: { name: string; notBefore: string }) =>
      `Our certificate "${args.name}" is valid only from ${args.notBefore}.`,
    means: 'It was put to use too early, or our clock is wrong. Partners refuse it as if it had expired.',
    action: 'Check the clock. If it is right, put the certificate before it back in use until then.',
    ask,
  },
  own_certificate_expiring: {
    ...ours,
    severity: 'warn',
    title: 'A certificate of ours is about to expire',
    says: (args: { name: string; notAfter: string; percentLeft: number }) =>
      `Our certificate "${args.name}" expires on ${args.notAfter} (${args.percentLeft} % of its lifetime left).`,
    means: 'Automation renews with a third of the lifetime left, so it has failed by now.',
    action: 'Renew it now, and find out why nobody did.',
    ask,
  },
  own_certificate_no_client_auth: {
    ...ours,
    severity: 'warn',
    title: 'A certificate of ours is not made for clients',
    says: (args: { name: string }) =>
      `Our certificate "${args.name}" lacks the usage "client authentication", and we show it when we connect.`,
    means:
      'Partners on OpenSSL, Go, Kamailio or ejabberd refuse it (alert 43 or 42); Skype for Business edges usually take it. Public authorities leave this usage out of new certificates.',
    action:
      'Order a certificate with client authentication, or one without any extended key usage, while there are some.',
    ask,
  },
  own_certificate_chain: {
    ...ours,
    severity: 'warn',
    title: 'A certificate of ours does not lead to a root we know',
    says: (args: { name: string; issuer: string }) =>
      `Our certificate "${args.name}", issued by "${args.issuer}", leads to no root of any trust store here with what its file holds.`,
    means:
      'An intermediate certificate is missing in the file, or the authority is a private one. Partners answer with alert 48.',
    action: 'Append the intermediate certificates to the file. A private authority has to be known to each partner.',
    ask,
  },
  own_certificate_name: {
    ...ours,
    severity: 'fail',
    title: 'A certificate of ours does not name our own edge',
    says: (args: { name: string; names: string; targets: string }) =>
      `Our certificate "${args.name}" names ${args.names}; our SRV record leads to ${args.targets}.`,
    means:
      'A Microsoft edge looks up the SRV record of our domain and wants its target in the certificate that we show. Without it the answer is a bare 504 or a reset.',
    action: 'Order a certificate with the SRV target among its names, or point the SRV record at a name it has.',
    ask,
  },
  own_certificate_none: {
    ...ours,
    severity: 'unproven',
    state: 'unknown',
    title: 'No certificate of ours is known',
    says: (args: { domain: string }) =>
      `No certificate that we show in the name of ${args.domain} is known: none is configured, and no edge of ours showed one.`,
    means:
      'Edges of federation partners demand a certificate of whoever connects. Whether ours would pass is not known.',
    action: 'Name the certificate in identity.certFile, identities or ownCertificates, or with --cert and --key.',
    ask,
  },
});
