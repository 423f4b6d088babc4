import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket, type DetailedPeerCertificate, type SecureContext } from 'node:tls';
import { maxChain } from '../federation/certificate.ts';
import { NetworkFailure } from '../federation/failure.ts';
import type { OfferedCertificate, StapleFacts } from '../federation/handshake.ts';
import { readCertificate } from './certificate.ts';
import { chainReader, type ChainFacts, type Presented } from './chain-reader.ts';
import { readStaple } from './ocsp.ts';
import { pemFingerprints } from './pem.ts';
import { remembered } from './remembered.ts';
import { builtInRoots, rootFinder } from './trust-stores.ts';

export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface PresentedChain {
  readonly facts: ChainFacts;
  /** Reads a stapled OCSP response about its leaf. */
  staple(response: Buffer): StapleFacts | null;
}

/** Staples that are remembered: one serves for days. */
const maxStaples = 5_000;

/**
 * What is shown to a peer that asks for a certificate, by the name of the identity (none: the usual one); null: nothing,
 * undefined: no such identity. The same object is given until its files change, so that contexts can be kept by it.
 */
export type Identities = (name: string | undefined) => ClientCertificate | null | undefined;

/** Starts TLS on open connections, with one secure context per identity: building one from 144 roots costs 24 ms. */
export interface TlsClient {
  /** The certificate that there is to offer; null: none. NetworkFailure for an identity that is not configured. */
  offers(identity: string | undefined): OfferedCertificate | null;
  start(transport: Duplex, serverName: string, identity: string | undefined): TLSSocket;
  /** The chain that the peer presented, leaf first, at most 10; our own trusted roots are left out of its end. */
  chain(socket: TLSSocket): PresentedChain;
  /** After the handshake: why the peer is not the one with this name or address, in words; null when it is. */
  complaint(socket: TLSSocket, name: string): string | null;
}

/** `trust` is `system`, `mozilla` or a PEM file. Throws an Error for a trust store or certificate that cannot be used. */
export function createTlsClient(trust: string, identities: Identities): TlsClient {
  const roots = isBuiltIn(trust) ? builtIn(trust) : [readPem(trust)];
  if (roots.length === 0) throw new Error(noRoots);
  const contextOf = contexts(roots);
  const offered = (name: string | undefined): ClientCertificate | null => {
    const certificate = identities(name);
    if (certificate !== undefined) return certificate;
    throw new NetworkFailure('identity_unknown', `no identity ${name ?? ''} in the configuration`);
  };
  const shownOf = shown();
  contextOf(offered(undefined));
  const findRoots = rootFinder(isBuiltIn(trust) ? null : (roots[0] ?? null));
  const read = chainReader(pemFingerprints(roots), findRoots);
  const staples = remembered<StapleFacts>(maxStaples);
  return {
    offers: (identity) => shownOf(offered(identity)),
    start: (transport, serverName, identity) => start(transport, serverName, contextOf(offered(identity))),
    chain(socket) {
      const links = presented(peerCertificate(socket));
      const facts = read(links);
      return {
        facts,
        staple(response) {
          const [leaf] = facts.certificates;
          if (leaf === undefined) return null;
          const [, issuer] = links;
          const key = `${leaf.serial} ${issuer?.fingerprint256 ?? ''} ${response.toString('base64')}`;
          return staples(key, () => readStaple(response, leaf.serial, issuer?.raw ?? null));
        },
      };
    },
    complaint,
  };
}

/**
 * What OpenSSL offers by itself, but for post-quantum shares: with one the ClientHello no longer fits into one segment,
 * and a partner's old firewall that chokes on that would look broken although nobody's SIP edge sends it one.
 */
const offeredGroups = 'X25519:P-256:X448:P-384:P-521:ffdhe2048:ffdhe3072';

/** One context per certificate, forgotten with it; the one that offers nothing is kept. */
function contexts(roots: readonly string[]): (certificate: ClientCertificate | null) => SecureContext {
  const make = (certificate: ClientCertificate | null): SecureContext =>
    createSecureContext({ ca: [...roots], minVersion: 'TLSv1.2', ecdhCurve: offeredGroups, ...certificate });
  const kept = new WeakMap<ClientCertificate, SecureContext>();
  let bare: SecureContext | null = null;
  return (certificate) => {
    if (certificate === null) return (bare ??= make(null));
    const context = kept.get(certificate) ?? make(certificate);
    kept.set(certificate, context);
    return context;
  };
}

/** What a peer sees of a certificate of ours, read once and forgotten with it. */
function shown(): (certificate: ClientCertificate | null) => OfferedCertificate | null {
  const kept = new WeakMap<ClientCertificate, OfferedCertificate>();
  return (certificate) => {
    if (certificate === null) return null;
    const known = kept.get(certificate);
    if (known !== undefined) return known;
    const { subject, issuer, serial } = readCertificate(new X509Certificate(certificate.cert).raw);
    kept.set(certificate, { subject, issuer, serial });
    return { subject, issuer, serial };
  };
}

function start(transport: Duplex, serverName: string, secureContext: SecureContext): TLSSocket {
  const secured = connect({
    socket: transport,
    secureContext,
    // We want the evidence of a bad certificate, and names are judged by our own rules.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // Its event comes between the server's certificate and ours: the one moment to see a chain that a refusal follows.
    requestOCSP: true,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  });
  // Node reads the whole chain once more for the name check that is switched off above, a fifth of a handshake's cost.
  secured.getPeerCertificate = () => ({}) as DetailedPeerCertificate;
  return secured;
}

/** For servers of ours, of which no evidence is kept: the chain first, then the name by RFC 9525, never the common name. */
function complaint(socket: TLSSocket, name: string): string | null {
  const verification = verificationWord(socket.authorizationError);
  if (verification !== 'ok') return `its certificate does not verify: ${verification}`;
  const [leaf] = presented(peerCertificate(socket));
  if (leaf === undefined) return 'it showed no certificate';
  const certificate = new X509Certificate(leaf.raw);
  const options = { subject: 'never', partialWildcards: false } as const;
  const named = isIP(name) === 0 ? certificate.checkHost(name, options) : certificate.checkIP(name);
  return named === undefined ? `its certificate does not hold ${name}` : null;
}

/** Asks the prototype, since `start` put a stub in front of it. Empty without a certificate, whatever the type says. */
function peerCertificate(socket: TLSSocket): Partial<DetailedPeerCertificate> {
  return TLSSocket.prototype.getPeerCertificate.call(socket, true);
}

/**
 * The certificates from leaf towards root. Not through getPeerX509Certificate: it takes the chain out of the session
 * without freeing it (measured on Node 24.21: the memory of every intermediate is lost with each connection).
 */
function presented(leaf: Partial<DetailedPeerCertificate>): Presented[] {
  const links: Presented[] = [];
  const passed = new Set<unknown>();
  let link: Partial<DetailedPeerCertificate> | undefined = leaf;
  while (link !== undefined && !passed.has(link) && links.length < maxChain) {
    passed.add(link);
    const { raw, fingerprint256 } = link;
    if (raw === undefined || fingerprint256 === undefined) break;
    links.push({ raw, fingerprint256 });
    link = link.issuerCertificate;
  }
  return links;
}

const noRoots = 'this system trusts no certificate authority; install ca-certificates or set `trust: mozilla`';

function isBuiltIn(trust: string): trust is 'system' | 'mozilla' {
  return trust === 'system' || trust === 'mozilla';
}

function builtIn(trust: 'system' | 'mozilla'): readonly string[] {
  return builtInRoots(trust === 'system' ? 'system' : 'bundled');
}

function readPem(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (pemFingerprints([text]).size === 0) throw new Error(`${file} holds no certificate in PEM form`);
  return text;
}

/**
 * What OpenSSL thinks of the chain before the handshake is complete: `ok` or its code, null when this Node does not
 * tell. The method is internal to Node; without it only refused TLS 1.2 handshakes lose their verdict.
 */
export function earlyVerification(socket: TLSSocket): string | null {
  const handle = (socket as unknown as { readonly _handle?: { verifyError?(): unknown } | null })._handle;
  if (typeof handle?.verifyError !== 'function') return null;
  return verificationWord(handle.verifyError());
}

/** `ok`, or the code in an error or string of Node's. */
export function verificationWord(verdict: unknown): string {
  if (verdict === null || verdict === undefined) return 'ok';
  if (typeof verdict === 'string') return verdict;
  if (verdict instanceof Error && 'code' in verdict && typeof verdict.code === 'string') return verdict.code;
  return 'UNKNOWN';
}
