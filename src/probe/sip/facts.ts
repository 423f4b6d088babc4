/** One `ms-diagnostics` line as far as it may be shown: the server that wrote it is left out. */
export interface DecodedDiagnostic {
  readonly id: number;
  readonly reason: string | null;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

/** What was asked. */
export interface Asked {
  readonly requestUri: string;
  /** How often the request went out; only over UDP, where it is sent again until it is answered. */
  readonly sent?: number;
  /** Max-Forwards, where the config says so. */
  readonly maxForwards?: number;
  /** The random parts of the request, in the order in which they stand in it: of branch, From tag and Call-ID. */
  readonly random?: readonly string[];
}

/** Where the answer says that our request came from: `received` and `rport` of our Via (RFC 3581). */
export interface SeenAs {
  readonly address: string | null;
  readonly port: number | null;
}

/** The `Date` of the answer, and the time by our clock when it came. Instants are UTC ISO 8601. */
export interface ToldDate {
  readonly says: string;
  readonly heardAt: string;
}

/**
 * What the answer to our OPTIONS said; texts of the peer are printable and cut.
 * What is optional is absent from evidence that earlier versions stored.
 */
export interface SipFacts extends Asked {
  /** The status code of the final answer; null when there was none. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly provisional: number;
  readonly server: string | null;
  readonly retryAfterSeconds: number | null;
  readonly warning: string | null;
  readonly allow: string | null;
  /** Every `ms-diagnostics` and `ms-diagnostics-public` line, in order. */
  readonly diagnostics: readonly string[];
  /** Those of them that carry an id, decoded, at most 8. */
  readonly decoded?: readonly DecodedDiagnostic[];
  /** The `Reason` header (RFC 3326), the first value. */
  readonly reasonHeader?: string | null;
  /** Whether the answer has the marks of a Microsoft edge, and what product its version suggests. */
  readonly edgeKind?: 'microsoft' | null;
  readonly product?: string | null;
  /** Status codes of further final answers that contradict the first, at most 8. */
  readonly contradicted?: readonly number[];
  readonly seenAs?: SeenAs | null;
  readonly date?: ToldDate | null;
}
