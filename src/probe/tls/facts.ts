import type { AlertFacts } from '../../federation/alert.ts';
import type { CertificateFacts } from '../../federation/certificate.ts';
import type { FlightFacts, SessionFacts, StapleFacts, StoreRoots } from '../../federation/handshake.ts';
import type { BrokenRule } from '../../federation/x509-rule.ts';
import type { TlsVersion } from './hello-answer.ts';
import type { NameMatch } from './names.ts';
import type { Recording } from './recording.ts';

/**
 * What the name asked for is: the host of a record (Microsoft federation), the SIP domain (RFC 5922), or the border
 * controller of a Direct Routing trunk.
 */
export type NameSought = 'host' | 'domain' | 'trunk';

/** What came back to a ClientHello that offers one version; `taken` is null where that says nothing. */
export interface VersionAnswer {
  readonly version: TlsVersion;
  readonly taken: boolean | null;
  readonly answer: string;
}

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
  /** Rules for certificates that the chain breaks, its root included. */
  readonly brokenRules?: readonly BrokenRule[];
  readonly offeredCertificate: boolean;
  /** The alert that ended the handshake, and whose it was. */
  readonly alert?: AlertFacts | null;
  /** Which versions the edge takes, where that was asked. */
  readonly versions?: readonly VersionAnswer[];
  /** Whether the server asked for a client certificate; null when the handshake did not come so far. */
  readonly certificateRequested?: boolean | null;
  /** The protocol the server chose by ALPN; null for none, since we offer none. */
  readonly alpn?: string | null;
  readonly staple?: StapleFacts | null;
  /** With TLS 1.3 tickets follow the handshake: they are facts of admission. */
  readonly session?: SessionFacts | null;
  /** Where the chain leads by each trust store there is. */
  readonly roots?: StoreRoots;
  /** What the server sent, word for word, at the last look that was recorded while it showed this chain; null: none was. */
  readonly flight?: RecordedFlight | null;
  /** How many certificates of the chain were left out where the evidence was too large to keep; absent: none. */
  readonly chainDropped?: number;
}

export interface RecordedFlight extends FlightFacts {
  /** UTC ISO 8601. */
  readonly recordedAt: string;
  readonly why: Recording;
}
