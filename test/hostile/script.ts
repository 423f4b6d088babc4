import type { Authority, Leaf } from '../lab/certificates.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import type { Profile } from '../../src/federation/partner.ts';

/** What every hostile server may build on. The partner is always `a.example`, its edge `sip.a.example`. */
export interface Lab {
  readonly root: Authority;
  /** A sound certificate of `sip.a.example`. */
  readonly sound: Leaf;
  /** A well-behaved edge that some hostile DNS leads to. */
  readonly soundEdge: Served;
}

/** What a server saw, by name: connections, requests, queries. */
export type Counts = Readonly<Record<string, number>>;

export interface Served {
  readonly port: number;
  counts(): Counts;
  stop(): Promise<unknown>;
}

/**
 * One hostile server and the one right answer to it. `layer` is the one it attacks: a server of `dns` is the resolver
 * that is asked, one of another layer is the edge that a pinned route leads to.
 */
export interface Script {
  readonly name: string;
  readonly layer: 'dns' | 'tcp' | 'tls' | 'sip';
  readonly state: JudgedState;
  /** Every code that is found, each once, the cause first; all others are forbidden. Empty: it did no harm. */
  readonly codes: readonly string[];
  readonly profile?: Profile;
  /** Egress ranges that are allowed. Default: 127.0.0.1 only. */
  readonly allow?: readonly string[];
  /** It takes seconds to make what it shows: where there are many partners it is there once. */
  readonly dear?: boolean;
  /** How the server's own counts must be. */
  readonly counted?: (counts: Counts) => boolean;
  serve(lab: Lab): Promise<Served>;
}

export const host = 'sip.a.example';
export const domain = 'a.example';
