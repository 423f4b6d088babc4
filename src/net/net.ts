import type { CertificateFacts } from '../federation/certificate.ts';
import type {
  FlightFacts,
  OfferedCertificate,
  SessionFacts,
  StapleFacts,
  StoreRoots,
} from '../federation/handshake.ts';
import type { BrokenRule } from '../federation/x509-rule.ts';
import type { Stop } from './deadline.ts';

/** A DNS server to ask, as numeric address and port. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
  /** Only over TLS (RFC 7858): the name that its certificate must hold, or null for its address. Absent: UDP and TCP. */
  readonly tls?: { readonly name: string | null };
}
export type SecureDnsServer = DnsServer & Required<Pick<DnsServer, 'tls'>>;

export const recordTypes = ['SRV', 'A', 'AAAA', 'CNAME', 'NAPTR', 'NS'] as const;
export type RecordType = (typeof recordTypes)[number];

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
  /** Asks a validating resolver for the data even when it does not verify (CD, RFC 4035 §3.2.2). */
  readonly checkingDisabled?: true;
  /** Asks for the signatures with the records (DO, RFC 4035 §3.2.1). */
  readonly signatures?: true;
}

/** What an RRSIG record says about its time; instants in epoch seconds (RFC 4034 §3.1.5). */
export interface DnsSignature {
  readonly name: string;
  /** The number of the type that is signed. */
  readonly covers: number;
  readonly inception: number;
  readonly expiration: number;
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
  | { readonly type: 'CNAME'; readonly name: string; readonly ttl: number; readonly target: string }
  | { readonly type: 'NS'; readonly name: string; readonly ttl: number; readonly target: string }
  | {
      readonly type: 'NAPTR';
      readonly name: string;
      readonly ttl: number;
      readonly order: number;
      readonly preference: number;
      readonly flags: string;
      readonly services: string;
      readonly regexp: string;
      readonly replacement: string;
    };

/** What the head and the authority section of a response say. */
export interface DnsReply {
  /** The response code in words: `NOERROR`, `NXDOMAIN`, `SERVFAIL`, … */
  readonly rcode: string;
  /** AA: the server speaks for the zone itself. */
  readonly authoritative: boolean;
  /** AD: the server verified the signatures. */
  readonly authenticated: boolean;
  /** The zone that says no, by the owner of its SOA, and how long the no may be kept, seconds (RFC 2308 §5). */
  readonly zone: { readonly name: string; readonly negativeTtl: number } | null;
  /** The name asked for is an alias, though it leads to nothing. */
  readonly isAlias: boolean;
  /** The signatures of what is said, where they were asked for. */
  readonly signatures?: readonly DnsSignature[];
}

/** A matched answer of one server. `records` holds the answer section, at most `maxRecords`; `dropped` counts the rest. */
export interface DnsAnswer {
  readonly server: DnsServer;
  readonly overTcp: boolean;
  readonly authoritative: boolean;
  readonly authenticated: boolean;
  readonly records: readonly DnsRecord[];
  readonly dropped: number;
  /** The signatures of `records`, where they were asked for. */
  readonly signatures?: readonly DnsSignature[];
}

/** What TLS showed, kept also when the handshake failed half way. */
export interface TlsSeen {
  readonly protocol: string | null;
  readonly cipher: string | null;
  /** The group or curve of the key exchange, like `X25519`; null when there was none or it is not told. */
  readonly keyExchange: string | null;
  /** Whether the server sent an OCSP response with its certificate. */
  readonly stapled: boolean;
  /** The chain as presented, leaf first; empty when the peer sent none. */
  readonly chain: readonly CertificateFacts[];
  /** The chain's verdict against the chosen trust store: `ok`, an OpenSSL verification code, or null when not reached. */
  readonly verification: string | null;
  /** Whether the chain ends at a root of the trust store: OpenSSL tells its last complaint only, and a wrong date hides this. */
  readonly rooted: boolean;
  /** Rules for certificates that the chain breaks, its root included. */
  readonly brokenRules?: readonly BrokenRule[];
  /** Whether we had a client certificate to offer. */
  readonly offeredCertificate: boolean;
  /** The one that we had; null or absent: none. */
  readonly ours?: OfferedCertificate | null;
  /** Whether the server asked for a client certificate. */
  readonly certificateRequested?: boolean;
  /** The protocol that the server chose; null for none. We offer none. */
  readonly alpn?: string | null;
  /** What the OCSP response said that came along; null without one. */
  readonly staple?: StapleFacts | null;
  readonly session?: SessionFacts | null;
  /** Where the chain leads by each trust store. */
  readonly roots?: StoreRoots;
  /** What the server sent, word for word; null where it was not recorded or could not be followed. */
  readonly flight?: FlightFacts | null;
}

/** How the peer let us know that it accepts the connection, certificate included. */
export type Admission = 'tls12_handshake' | 'session_ticket' | 'application_data';

export interface SecureOptions {
  /** For SNI and verification. */
  readonly serverName: string;
  /** The certificate that a peer which asks for one is shown; absent: the usual one. */
  readonly identity?: string;
  /** Whether the server's first flight is recorded (`TlsSeen.flight`). It costs about a third of a handshake more. */
  readonly record?: boolean;
}

/** One connection. Every method settles soon after its signal fires, rejecting with the signal's reason. */
export interface Link {
  /** TLS client handshake on this connection. Rejects with NetworkFailure, also for an identity that is not configured. */
  secure(options: SecureOptions, signal: Stop): Promise<void>;
  /** What TLS showed so far; null before `secure`. */
  seen(): TlsSeen | null;
  /** Resolves when the peer has shown that it admits us; rejects with NetworkFailure when it refuses or closes. */
  admitted(signal: Stop): Promise<Admission>;
  send(bytes: Uint8Array, signal: Stop): Promise<void>;
  /** The next bytes, or null when the peer closed in order. Rejects with NetworkFailure. */
  receive(signal: Stop): Promise<Uint8Array | null>;
  /** Ends the connection at once; safe to call twice. */
  close(): void;
}

/**
 * Datagrams to and from one address and port, from a port of our own that nobody knows. What comes from elsewhere is
 * dropped. Every method settles soon after its signal fires, rejecting with the signal's reason.
 */
export interface DatagramLink {
  /** Rejects with NetworkFailure: `udp_refused` when the host said (ICMP) that nobody listens on the port. */
  send(bytes: Uint8Array, signal: Stop): Promise<void>;
  /** The next datagram, whole. Rejects with NetworkFailure, as `send` does. */
  receive(signal: Stop): Promise<Uint8Array>;
  /** Ends it at once; safe to call twice. */
  close(): void;
}

/** A numeric address and a port. */
export interface To {
  readonly address: string;
  readonly port: number;
}

/** The network, as far as probes may touch it. */
export interface Net {
  /** Asks one server one question. Rejects with NetworkFailure: time, malformed, unreachable; for a "no" with DnsDenial. */
  ask(server: DnsServer, question: DnsQuestion, signal: Stop): Promise<DnsAnswer>;
  /** Opens TCP to a numeric address, judged by the egress policy first. Rejects with NetworkFailure. */
  connect(to: To, signal: Stop): Promise<Link>;
  /** Opens UDP towards a numeric address, judged by the egress policy first; sends nothing. Rejects with NetworkFailure. */
  datagrams(to: To, signal: Stop): Promise<DatagramLink>;
}
