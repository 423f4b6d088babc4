import { readFileSync } from 'node:fs';
import { isIP, type Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  getCACertificates,
  TLSSocket,
  type DetailedPeerCertificate,
  type SecureContext,
} from 'node:tls';
import type { CertificateFacts } from '../federation/certificate.ts';
import { certificateReader } from './certificate.ts';
import { pemFingerprints } from './pem.ts';

const maxChain = 10;

export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface PresentedChain {
  readonly certificates: readonly CertificateFacts[];
  /** Whether a trusted root of ours stands at its end. */
  readonly rooted: boolean;
}

/** Starts TLS on open connections, all with one secure context: building it from 144 roots costs 24 ms. */
export interface TlsClient {
  readonly offersCertificate: boolean;
  start(socket: Socket, serverName: string): TLSSocket;
  /** The chain that the peer presented, leaf first, at most 10; our own trusted roots are left out of its end. */
  chain(socket: TLSSocket): PresentedChain;
}

/** `trust` is `system`, `mozilla` or a PEM file. Throws an Error for a trust store or certificate that cannot be used. */
export function createTlsClient(trust: string, certificate: ClientCertificate | null): TlsClient {
  const roots = trustedRoots(trust);
  const context = createSecureContext({ ca: [...roots], minVersion: 'TLSv1.2', ...certificate });
  const ownRoots = pemFingerprints(roots);
  const read = certificateReader();
  return {
    offersCertificate: certificate !== null,
    start: (socket, serverName) => start(socket, serverName, context),
    chain(socket) {
      const links = presented(peerCertificate(socket));
      // Node completes the chain with roots of ours. A root that they sent as well cannot be told from those.
      const isOurs = (link: Presented | undefined): boolean => ownRoots.has(link?.fingerprint256 ?? '');
      const rooted = isOurs(links.at(-1));
      while (links.length > 1 && isOurs(links.at(-1))) links.pop();
      return { certificates: links.map((link) => read(link.raw, link.fingerprint256)), rooted };
    },
  };
}

function start(socket: Socket, serverName: string, secureContext: SecureContext): TLSSocket {
  const secured = connect({
    socket,
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

type Presented = Pick<DetailedPeerCertificate, 'raw' | 'fingerprint256'>;

function trustedRoots(trust: string): readonly string[] {
  const roots = trust === 'system' || trust === 'mozilla' ? builtIn(trust) : [readPem(trust)];
  if (roots.length > 0) return roots;
  throw new Error('this system trusts no certificate authority; install ca-certificates or set `trust: mozilla`');
}

function builtIn(trust: 'system' | 'mozilla'): readonly string[] {
  return getCACertificates(trust === 'system' ? 'system' : 'bundled');
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
