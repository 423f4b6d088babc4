/** A presented chain is kept up to so many certificates, from the leaf. */
export const maxChain = 10;

/** What a certificate says, as presented by the peer; texts are made printable, lists are capped. Instants are UTC ISO 8601. */
export interface CertificateFacts {
  readonly subject: string;
  readonly commonName: string | null;
  readonly issuer: string;
  readonly serial: string;
  readonly fingerprint256: string;
  /** SHA-1, for tools that show no other; absent in evidence of earlier versions. */
  readonly fingerprint1?: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: { readonly dns: readonly string[]; readonly uri: readonly string[]; readonly ip: readonly string[] };
  /** Mail addresses among the alternative names, and how many names of other kinds there are; they name no server. */
  readonly otherNames?: { readonly email: readonly string[]; readonly others: number };
  /** How many names the certificate has when more than the cap. */
  readonly namesTotal: number;
  /** Extended key usages as OIDs; null when the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly isCa: boolean;
  /** Absent in evidence of earlier versions, and where the encoding could not be followed. */
  readonly details?: CertificateDetails;
}

/** What only the encoding of a certificate tells (RFC 5280 §4.1, §4.2). Addresses are kept as facts and never fetched. */
export interface CertificateDetails {
  /** 1, 2 or 3; only version 3 has extensions. */
  readonly version: number;
  /** The serial number with its octets in the opposite order, as some Windows tools show it. */
  readonly serialReversed: string;
  readonly signature: SignatureFacts;
  /** Key usages by their names in RFC 5280 §4.2.1.3; null when the extension is absent. */
  readonly keyUsage: readonly string[] | null;
  /** Null when the extension is absent. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  readonly issuerUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
}

export interface SignatureFacts {
  /** A known name like `sha256WithRSAEncryption`, or the OID. */
  readonly algorithm: string;
  /** `sha256`, `sha1` …; null when the algorithm has none of its own or is not known. */
  readonly hash: string | null;
}
