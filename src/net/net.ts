import type { CertificateFacts } from '../federation/certificate.ts';

/** A DNS server to ask, as numeric address and port. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

export const recordTypes = ['SRV', 'A', 'AAAA', 'CNAME'] as const;
export type RecordType = (typeof recordTypes)[number];

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
}

/** One record of an answer. Names are lower case without a final dot; `.` is the root. TTL in seconds. */
export type DnsRecord =
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly ttl: number;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'A' | 'AAAA'; readonly name: string; readonly ttl: number; readonly address: string }
  | { readonly type: 'CNAME'; readonly name: string; readonly ttl: number; readonly target: string };

/** A matched answer of one server. `records` holds the answer section, at most `maxRecords`; `dropped` counts the rest. */
export interface DnsAnswer {
  readonly server: DnsServer;
  readonly overTcp: boolean;
  readonly authenticated: boolean;
  readonly records: readonly DnsRecord[];
  readonly dropped: number;
}

/** What TLS showed, kept also when the handshake failed half way. */
export interface TlsSeen {
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** The chain as presented, leaf first; empty when the peer sent none. */
  readonly chain: readonly CertificateFacts[];
  /** The chain's verdict against the chosen trust store: `ok`, an OpenSSL verification code, or null when not reached. */
  readonly verification: string | null;
  /** Whether the chain ends at a root of the trust store: OpenSSL tells its last complaint only, and a wrong date hides this. */
  readonly rooted: boolean;
  /** Whether we had a client certificate to offer. */
  readonly offeredCertificate: boolean;
}

/** How the peer let us know that it accepts the connection, certificate included. */
export type Admission = 'tls12_handshake' | 'session_ticket' | 'application_data';

/** One connection. Every method settles soon after its signal fires, rejecting with the signal's reason. */
export interface Link {
  /** TLS client handshake on this connection; SNI and verification use `serverName`. Rejects with NetworkFailure. */
  secure(options: { readonly serverName: string }, signal: AbortSignal): Promise<void>;
  /** What TLS showed so far; null before `secure`. */
  seen(): TlsSeen | null;
  /** Resolves when the peer has shown that it admits us; rejects with NetworkFailure when it refuses or closes. */
  admitted(signal: AbortSignal): Promise<Admission>;
  send(bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The next bytes, or null when the peer closed in order. Rejects with NetworkFailure. */
  receive(signal: AbortSignal): Promise<Uint8Array | null>;
  /** Ends the connection at once; safe to call twice. */
  close(): void;
}

/** The network, as far as probes may touch it. */
export interface Net {
  /** Asks one server one question. Rejects with NetworkFailure: rcode, time, malformed, unreachable. */
  ask(server: DnsServer, question: DnsQuestion, signal: AbortSignal): Promise<DnsAnswer>;
  /** Opens TCP to a numeric address, judged by the egress policy first. Rejects with NetworkFailure. */
  connect(to: { readonly address: string; readonly port: number }, signal: AbortSignal): Promise<Link>;
}
