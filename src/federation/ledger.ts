import type { Edge } from './edge.ts';
import type { Restraint } from './observation.ts';

/** One thing that was sent to an edge, and how it ended. Nothing in it is secret. */
export interface Sending {
  readonly what: 'tcp_connect' | 'tls_handshake' | 'sip_options';
  /** `done`, the code of the failure, or the status code of the SIP answer. */
  readonly outcome: string;
  /** Of a handshake: which identity of ours was shown (`default`: the one of `identity`); null: no certificate was. */
  readonly identity?: string | null;
  /** Of an OPTIONS: how long it is, and how often it went out when that was not once. */
  readonly octets?: number;
  readonly times?: number;
  /** Its text as it was then, with an `x` for each random octet; absent from what earlier versions kept. */
  readonly text?: string;
  /** What stood for each run of `x`, in order: of branch, From tag and Call-ID. */
  readonly random?: readonly string[];
}

/** What went over one connection to an edge. `at` is UTC ISO 8601. */
export interface LedgerEntry {
  readonly slotMs: number;
  readonly at: string;
  readonly vantage: string;
  readonly sendings: readonly Sending[];
  /** Why SIP was not asked over this connection, where their answers keep us from it. */
  readonly held?: NonNullable<Restraint['why']>;
}

/** An entry with the edge whose it is. */
export interface LedgerRow extends LedgerEntry {
  readonly edge: Edge;
}
