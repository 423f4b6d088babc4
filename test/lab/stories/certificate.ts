import type { Bench } from '../bench.ts';
import { clientAuth, leaf } from '../certificates.ts';
import { certificateRefusingEdge, sipEdge, type LabEdge } from '../edges.ts';
import { inDays, misconfigured, refused, type Story } from './story.ts';

/** Partners with a certificate that does not serve, or that do not accept ours. */
export const certificateStories: readonly Story[] = [
  {
    domain: 'expired.example',
    critical: true,
    story: 'the certificate has expired',
    expects: misconfigured('tls_certificate_expired'),
    build: (bench) =>
      bench.single('expired.example', (certificate) => sipEdge({ certificate }), {
        notBefore: inDays(-100),
        notAfter: inDays(-10),
      }),
  },
  {
    domain: 'premature.example',
    story: 'the certificate is not valid yet',
    expects: misconfigured('tls_certificate_not_yet_valid'),
    build: (bench) =>
      bench.single('premature.example', (certificate) => sipEdge({ certificate }), {
        notBefore: inDays(2),
        notAfter: inDays(92),
      }),
  },
  {
    domain: 'wrong-name.example',
    story: 'the certificate names another host',
    expects: misconfigured('tls_name_mismatch'),
    build: (bench) =>
      bench.single('wrong-name.example', (certificate) => sipEdge({ certificate }), {
        names: ['mail.wrong-name.example'],
      }),
  },
  {
    domain: 'wrong-purpose.example',
    story: 'the certificate is made for clients, not for servers',
    expects: misconfigured('tls_wrong_purpose'),
    build: (bench) =>
      bench.single('wrong-purpose.example', (certificate) => sipEdge({ certificate }), { eku: [clientAuth] }),
  },
  {
    domain: 'untrusted.example',
    story: 'the certificate comes from an authority nobody knows',
    expects: misconfigured('tls_untrusted'),
    build: (bench) =>
      bench.single('untrusted.example', (certificate) => sipEdge({ certificate }), { issuer: bench.stranger }),
  },
  {
    domain: 'self-signed.example',
    story: 'the certificate is self-signed',
    expects: misconfigured('tls_self_signed'),
    build: (bench) =>
      bench.single('self-signed.example', async () =>
        sipEdge({ certificate: await leaf({ names: ['sip.self-signed.example'] }) }),
      ),
  },
  {
    domain: 'refuses-cert-tls12.example',
    story: 'refuses our certificate during the handshake (TLS 1.2)',
    expects: refused('admission_refused'),
    build: (bench) => refusing(bench, 'refuses-cert-tls12.example', 'TLSv1.2'),
  },
  {
    domain: 'refuses-cert-tls13.example',
    story: 'refuses our certificate after the handshake (TLS 1.3)',
    expects: refused('admission_refused'),
    build: (bench) => refusing(bench, 'refuses-cert-tls13.example', 'TLSv1.3'),
  },
];

function refusing(bench: Bench, domain: string, version: 'TLSv1.2' | 'TLSv1.3'): Promise<LabEdge[]> {
  return bench.single(domain, (certificate) =>
    certificateRefusingEdge({
      certificate,
      clientAuthority: bench.stranger.certPem,
      minVersion: version,
      maxVersion: version,
      // unknown_ca (RFC 8446 §6.2)
      alert: 48,
    }),
  );
}
