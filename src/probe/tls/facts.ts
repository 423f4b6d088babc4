import type { CertificateFacts } from '../../federation/certificate.ts';
import type { NameMatch } from './names.ts';

/**
 * What the name asked for is: the host of a record (Microsoft federation), the SIP domain (RFC 5922), or the border
 * controller of a Direct Routing trunk.
 */
export type NameSought = 'host' | 'domain' | 'trunk';

/** What the handshake showed, kept also when it failed half way. Evidence of earlier versions has no optional fields. */
export interface TlsFacts {
  /** The name sent as SNI and looked for in the certificate. */
  readonly serverName: string;
  readonly sought?: NameSought;
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** The group of the key exchange; null when there was none or OpenSSL does not tell. */
  readonly keyExchange?: string | null;
  /** Whether an OCSP response came with the certificate. */
  readonly stapled?: boolean;
  /** As presented, leaf first. */
  readonly chain: readonly CertificateFacts[];
  /** How the leaf names the host by either rule; null without a certificate. */
  readonly nameMatch?: NameMatch | null;
  /** The chain against our trust store: `ok`, an OpenSSL verification code, or null when not reached. */
  readonly verification: string | null;
  /** Whether the chain ends at a root of the trust store. */
  readonly rooted: boolean;
  readonly offeredCertificate: boolean;
}
