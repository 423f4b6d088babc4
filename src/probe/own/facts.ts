import type { CertificateFacts } from '../../federation/certificate.ts';
import type { StoreRoots } from '../../federation/handshake.ts';

/** One of our own certificates, as its file has it. */
export interface OwnCertificateFacts {
  readonly name: string;
  /** Leaf first, as in the file; empty when it cannot be read. */
  readonly chain: readonly CertificateFacts[];
  /** Where it leads by each trust store. */
  readonly roots: StoreRoots;
  /** Why the file cannot be read; null when it can. */
  readonly unreadable: string | null;
  /** Whether it is shown to partners as a client, by us or by the edge it belongs to. */
  readonly client: boolean;
}

/** What our own certificates are held against. */
export interface OwnTerms {
  readonly nowMs: number;
  /** The hosts of our own SRV records; null when they were not looked up. */
  readonly targets: readonly string[] | null;
}
