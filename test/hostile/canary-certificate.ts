import '../lab/reflect.ts';
import {
  AuthorityInfoAccessExtension,
  CRLDistributionPointsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import type { Leaf } from '../lab/certificates.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** A certificate that says these octets wherever a certificate has room for text. It signs itself. */
export async function canaryLeaf(octets: Buffer): Promise<Leaf> {
  const text = octets.toString('utf8').slice(0, 2_000);
  // Latin-1 is all that the strings of names and addresses in a certificate hold.
  const raw = octets.toString('latin1').slice(0, 2_000);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = [{ CN: [text] }, { O: [text] }, { OU: [text] }, { L: [text] }];
  const made = await X509CertificateGenerator.create({
    serialNumber: '01',
    subject: name,
    issuer: name,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 90 * dayMs),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: raw },
        { type: 'dns', value: `${raw}.example` },
        { type: 'url', value: `sip:${raw}` },
      ]),
      new AuthorityInfoAccessExtension({
        caIssuers: `http://a.example/${raw}`,
        ocsp: `http://a.example/${raw}`,
      }),
      new CRLDistributionPointsExtension([`http://a.example/${raw}`]),
    ],
  });
  const pem = (label: string, der: Buffer): string =>
    `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
  const certPem = pem('CERTIFICATE', Buffer.from(made.rawData));
  const keyPem = pem('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)));
  return { certPem, keyPem, chainPem: certPem };
}
