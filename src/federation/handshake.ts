/** What a server said in its first flight, as it was sent. Texts are printable, lists are capped and counted. */
export interface FlightFacts {
  /** The authorities whose client certificates it wants, as distinguished names; empty when it named none or did not ask. */
  readonly authorities: readonly string[];
  readonly authoritiesTotal: number;
  /** Every certificate in the order sent, also roots and those that belong to no path. */
  readonly presented: readonly PresentedCertificate[];
  readonly presentedTotal: number;
  /** Which of the two was not read to its end, and why: then its total is what was read. Absent: all was. */
  readonly unread?: { readonly authorities?: Unread; readonly presented?: Unread };
}

/**
 * Why a part of a flight could not be read: `cut`, what was recorded ends before or in it; `malformed`, a length in it
 * says something else than what is there.
 */
export type Unread = 'cut' | 'malformed';

export interface PresentedCertificate {
  readonly subject: string;
  readonly fingerprint256: string;
  /**
   * `root`: it signs itself and is not the leaf. `stray`: no path from the leaf leads over it. `unreadable`: its
   * encoding is broken, so that nobody knows.
   */
  readonly place: 'leaf' | 'path' | 'root' | 'stray' | 'unreadable';
}

/** What the session offers for later. We never resume: every examination is a full handshake. */
export interface SessionFacts {
  readonly resumed: boolean;
  /** Whether the server gave the session an identifier (TLS 1.2 only). */
  readonly hasId: boolean;
  /** How long its ticket may be used, seconds; null without a ticket. With TLS 1.3 tickets follow the handshake. */
  readonly ticketSeconds: number | null;
}

/** A stapled OCSP response (RFC 6960) about one certificate. */
export interface StapleFacts {
  /** `successful`, another response status of RFC 6960 §4.2.1, or `unreadable`. */
  readonly response: string;
  /** What is said of the leaf; null when the response is about other certificates or none. */
  readonly status: 'good' | 'revoked' | 'unknown' | null;
  /** The serial numbers it speaks of, at most 3. */
  readonly serials: readonly string[];
  /** Instants in UTC; null when absent or not readable. */
  readonly producedAt: string | null;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly revokedAt: string | null;
  /** Name or key identifier of who signed it. */
  readonly responder: string | null;
  /** `good`: signed by the issuer or by a responder it authorised. `not_checked`: no issuer was sent or the algorithm is unknown. */
  readonly signature: 'good' | 'wrong' | 'not_checked';
}

/** A root that a chain leads to. */
export interface RootFacts {
  readonly subject: string;
  readonly fingerprint256: string;
  /** SHA-1, as tables of roots give it. */
  readonly fingerprint1: string;
}

/** Where the presented chain leads by each trust store; null: to no root of it. A store that is not there is left out. */
export type StoreRoots = Readonly<Partial<Record<'system' | 'mozilla' | 'file', RootFacts | null>>>;

/** A client certificate of ours that was offered: what the one who gets it sees, for the words to its administrator. */
export interface OfferedCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
}
