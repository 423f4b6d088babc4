import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { defaultIdentity } from '../federation/edge.ts';
import { ownChainReader, type OwnChain } from '../net/own-certificate.ts';
import type { OwnCertificateFacts } from '../probe/own/facts.ts';
import { concerns, type Held } from '../probe/self.ts';

/** What of a configuration says which certificates are ours. */
export type OwnConfigured = Pick<Config, 'identity' | 'identities' | 'ownCertificates' | 'trust'>;

/** A certificate of ours that is watched. */
export interface Watched {
  readonly name: string;
  readonly certFile: string;
  /** The domain in whose name we show it; null where the configuration does not say. */
  readonly domain: string | null;
}

/** Every certificate of ours that the configuration names: identities first; a name is looked at once. */
export function watchedCertificates({
  identity,
  identities = [],
  ownCertificates = [],
}: OwnConfigured): readonly Watched[] {
  const { domain } = identity;
  const usual = identity.certFile === null ? [] : [{ name: defaultIdentity, certFile: identity.certFile }];
  const all = [
    ...[...usual, ...identities].map(({ name, certFile }): Watched => ({ name, certFile, domain })),
    ...ownCertificates.map(({ name, certFile }): Watched => ({ name, certFile, domain: null })),
  ];
  return all.filter((each, at) => all.findIndex(({ name }) => name === each.name) === at);
}

/** Reads one file; what it held before stays known where it cannot be read. */
export async function ownCertificate(
  { name, certFile }: Pick<Watched, 'name' | 'certFile'>,
  read: (pem: string) => OwnChain,
  before: OwnCertificateFacts | undefined,
): Promise<OwnCertificateFacts> {
  try {
    const chain = read(await readFile(certFile, 'utf8'));
    return { name, ...chain, unreadable: null, client: true };
  } catch (error) {
    const because = `${certFile}: ${error instanceof Error ? error.message : String(error)}`;
    return { ...(before ?? { name, chain: [], roots: {}, client: true }), unreadable: because };
  }
}

/** Whether a certificate is held against the SRV record of `domain`: it is shown in its name, or has a name in it. */
export function isHeld(domain: string, watched: Watched, facts: OwnCertificateFacts): boolean {
  return watched.domain === domain || concerns(domain, facts);
}

/** Every certificate of ours, read now, and whether it is one that we show in the name of `domain`. */
export async function certificatesFor(domain: string, config: OwnConfigured): Promise<readonly Held[]> {
  const read = ownChainReader(config.trust);
  return Promise.all(
    watchedCertificates(config).map(async (each) => {
      const facts = await ownCertificate(each, read, undefined);
      return { facts, held: isHeld(domain, each, facts) };
    }),
  );
}
