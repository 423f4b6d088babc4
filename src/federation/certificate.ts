/** What a certificate says, as presented by the peer; texts are made printable, lists are capped. Instants are UTC ISO 8601. */
export interface CertificateFacts {
  readonly subject: string;
  readonly commonName: string | null;
  readonly issuer: string;
  readonly serial: string;
  readonly fingerprint256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: { readonly dns: readonly string[]; readonly uri: readonly string[]; readonly ip: readonly string[] };
  /** How many names the certificate has when more than the cap. */
  readonly namesTotal: number;
  /** Extended key usages as OIDs; null when the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly isCa: boolean;
}
