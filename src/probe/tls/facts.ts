import type { CertificateFacts } from '../../federation/certificate.ts';

/** What the handshake showed, kept also when it failed half way. */
export interface TlsFacts {
  /** The name sent as SNI and looked for in the certificate. */
  readonly serverName: string;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** As presented, leaf first. */
  readonly chain: readonly CertificateFacts[];
  /** The chain against our trust store: `ok`, an OpenSSL verification code, or null when not reached. */
  readonly verification: string | null;
  /** Whether the chain ends at a root of the trust store. */
  readonly rooted: boolean;
  readonly offeredCertificate: boolean;
}
