import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { printable } from '../federation/failure.ts';
import type { RootFacts, StoreRoots } from '../federation/handshake.ts';
import { DerInvalid } from './der.ts';
import { pemBlocks } from './pem.ts';
import { remembered } from './remembered.ts';
import { certificateNamesIn } from './server-flight.ts';

const maxDepth = 10;

/** Roots by the encoding of their subjects. */
type Store = ReadonlyMap<string, readonly Buffer[]>;

/** Tells where a presented chain (DER, leaf first) leads by each trust store that there is. */
export type RootFinder = (chain: readonly { readonly raw: Buffer; readonly fingerprint256: string }[]) => StoreRoots;

/** `file` is the text of the configured PEM file, null when a built-in store is configured. Stores are read once. */
export function rootFinder(file: string | null): RootFinder {
  const all: readonly { readonly name: keyof StoreRoots; readonly roots: Store }[] = [
    { name: 'system' as const, roots: builtIn('system') },
    { name: 'mozilla' as const, roots: builtIn('bundled') },
    ...(file === null ? [] : [{ name: 'file' as const, roots: storeOf([file]) }]),
  ];
  const stores = all.filter(({ roots }) => roots.size > 0);
  return (chain) => {
    const links = chain.slice(0, maxDepth).map(({ raw }) => linkOf(raw));
    const reached = reachedIn(links.filter((each) => each !== null));
    return Object.fromEntries(stores.map(({ name, roots }) => [name, rootOf(reached, roots)]));
  };
}

/** The roots of a built-in store as PEM texts, each once: a system may name one in several files, as Debian does in four. */
export function builtInRoots(kind: 'system' | 'bundled'): readonly string[] {
  return [...new Set(getCACertificates(kind))];
}

const builtInStores = remembered<Store>(2);

function builtIn(kind: 'system' | 'bundled'): Store {
  return builtInStores(kind, () => storeOf(builtInRoots(kind)));
}

function storeOf(texts: readonly string[]): Store {
  const store = new Map<string, Buffer[]>();
  const seen = new Set<string>();
  for (const der of texts.flatMap(pemBlocks)) {
    const subject = subjectOf(der);
    const whole = der.toString('base64');
    if (subject === null || seen.has(whole)) continue;
    seen.add(whole);
    store.set(subject, [...(store.get(subject) ?? []), der]);
  }
  return store;
}

/** A root that cannot be read vouches for nobody. */
function subjectOf(der: Buffer): string | null {
  try {
    return certificateNamesIn(der).subject.toString('latin1');
  } catch (error) {
    if (error instanceof DerInvalid) return null;
    throw error;
  }
}

interface Link {
  readonly certificate: X509Certificate;
  readonly subject: string;
  readonly issuer: string;
}

/** What valid signatures lead to from the leaf over what was sent, the leaf first. */
function reachedIn(links: readonly Link[]): readonly Link[] {
  const reached = new Set<Link>(links.slice(0, 1));
  for (const link of reached) {
    const issuers = links.filter((each) => !reached.has(each) && each.subject === link.issuer && signed(each, link));
    for (const issuer of issuers) reached.add(issuer);
  }
  return [...reached];
}

/**
 * The first root of the store that signed what was reached; null without one. Names and signatures only: dates and
 * constraints are judged by OpenSSL, against the configured store.
 */
function rootOf(reached: readonly Link[], store: Store): RootFacts | null {
  for (const link of reached) {
    const candidates = (store.get(link.issuer) ?? []).map(rootLinkOf).filter((each) => each !== null);
    const root = candidates.find((each) => signed(each, link));
    if (root !== undefined) return root.facts;
  }
  return null;
}

function linkOf(der: Buffer): Link | null {
  try {
    const { subject, issuer } = certificateNamesIn(der);
    return {
      certificate: new X509Certificate(der),
      subject: subject.toString('latin1'),
      issuer: issuer.toString('latin1'),
    };
  } catch {
    return null; // OpenSSL or we cannot follow it: no path leads over it.
  }
}

interface RootLink extends Link {
  readonly facts: RootFacts;
}

const rootLinks = new WeakMap<Buffer, RootLink | null>();

/** Read once: thousands of chains lead to the same few roots. */
function rootLinkOf(root: Buffer): RootLink | null {
  const known = rootLinks.get(root);
  if (known !== undefined) return known;
  const link = linkOf(root);
  const read = link === null ? null : { ...link, facts: facts(link.certificate) };
  rootLinks.set(root, read);
  return read;
}

function signed(issuer: Link, subject: Link): boolean {
  try {
    return subject.certificate.verify(issuer.certificate.publicKey);
  } catch {
    return false; // A key of a kind that OpenSSL cannot use.
  }
}

function facts({ subject, fingerprint, fingerprint256 }: X509Certificate): RootFacts {
  return {
    subject: printable(lines(subject).join(', ')),
    fingerprint256,
    fingerprint1: fingerprint.replaceAll(':', ''),
  };
}

/** One attribute a line; Node gives undefined for an empty name, against its type. */
const lines = (name: string | undefined): readonly string[] => (name ?? '').split('\n');
