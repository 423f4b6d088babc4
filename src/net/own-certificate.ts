import { readFileSync } from 'node:fs';
import type { CertificateFacts } from '../federation/certificate.ts';
import type { StoreRoots } from '../federation/handshake.ts';
import { readCertificate } from './certificate.ts';
import { pemBlocks } from './pem.ts';
import { rootFinder } from './trust-stores.ts';

/** A certificate file of our own: what stands in it, leaf first, and where it leads. */
export interface OwnChain {
  readonly chain: readonly CertificateFacts[];
  readonly roots: StoreRoots;
}

/** More certificates than this are not looked at. */
const mostCertificates = 10;

/** Reads PEM texts of our own; `trust` is `system`, `mozilla` or a PEM file. The reader throws when there is no certificate in the text. */
export function ownChainReader(trust: string): (pem: string) => OwnChain {
  const file = trust === 'system' || trust === 'mozilla' ? null : readFileSync(trust, 'utf8');
  const findRoots = rootFinder(file);
  return (pem) => {
    const blocks = pemBlocks(pem).slice(0, mostCertificates);
    const chain = blocks.map((der) => readCertificate(der));
    if (chain.length === 0) throw new Error('no PEM certificate in it');
    const links = blocks.map((raw, at) => ({ raw, fingerprint256: chain[at]?.fingerprint256 ?? '' }));
    return { chain, roots: findRoots(links) };
  };
}
