import type { DetailedPeerCertificate } from 'node:tls';
import type { CertificateFacts } from '../federation/certificate.ts';
import type { StoreRoots } from '../federation/handshake.ts';
import type { BrokenRule } from '../federation/x509-rule.ts';
import { certificateReader } from './certificate.ts';
import { remembered } from './remembered.ts';
import type { RootFinder } from './trust-stores.ts';
import { brokenRules } from './x509/broken-rules.ts';

/** A certificate as a handshake showed it. */
export type Presented = Pick<DetailedPeerCertificate, 'raw' | 'fingerprint256'>;

/** What certificates say, whoever shows them when: nothing of the handshake. */
export interface ChainFacts {
  readonly certificates: readonly CertificateFacts[];
  /** Whether a trusted root of ours stands at its end. */
  readonly rooted: boolean;
  /** Where it leads by each trust store. */
  readonly roots: StoreRoots;
  /** What OpenSSL may let through and should not, our root included. */
  readonly brokenRules: readonly BrokenRule[];
}

/** Chains that are remembered, and their octets in all: enough for more edges than one worker looks at. */
const maxChains = 20_000;
const maxChainOctets = 67_108_864;

/** Reads chains, leaf first, and remembers them by the fingerprints of all their certificates. */
export function chainReader(
  ownRoots: ReadonlySet<string>,
  findRoots: RootFinder,
): (links: readonly Presented[]) => ChainFacts {
  const read = certificateReader();
  const fresh = (links: readonly Presented[]): ChainFacts => {
    // Node completes the chain with roots of ours. A root that they sent as well cannot be told from those.
    const isOurs = (link: Presented | undefined): boolean => ownRoots.has(link?.fingerprint256 ?? '');
    const rooted = isOurs(links.at(-1));
    const path = links.map(({ raw, fingerprint256 }) => ({ der: raw, facts: read(raw, fingerprint256) }));
    const sent = [...links];
    while (sent.length > 1 && isOurs(sent.at(-1))) sent.pop();
    return {
      certificates: path.slice(0, sent.length).map(({ facts }) => facts),
      rooted,
      brokenRules: brokenRules(path, rooted),
      roots: sent.length === 0 ? {} : findRoots(sent),
    };
  };
  const known = remembered<{ readonly facts: ChainFacts; readonly octets: number }>(maxChains, {
    most: maxChainOctets,
    of: ({ octets }) => octets,
  });
  return (links) =>
    known(links.map(({ fingerprint256 }) => fingerprint256).join(' '), () => ({
      facts: fresh(links),
      octets: links.reduce((sum, { raw }) => sum + raw.length, 0),
    })).facts;
}
