import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureVersion, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Leaf } from './certificates.ts';
import { freePort } from './ports.ts';
import { refusingServer } from './refusal.ts';
import { silentPort } from './silence.ts';
import { responseTo, takeRequest, type SipAnswer, type SipRequest } from './sip-answer.ts';

/** One misbehaving (or well-behaved) partner edge on loopback. */
export interface LabEdge {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** The SIP requests that came. */
  readonly requests: readonly SipRequest[];
  /** All bytes that came above TLS (or above TCP where there is no TLS). */
  readonly received: Buffer;
  stop(): Promise<void>;
}

export interface TlsSettings {
  readonly certificate: Leaf;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** Cipher suites in OpenSSL's words. Default: those of Node. */
  readonly ciphers?: string;
  /** PEM of the authority whose client certificates are required; absent: none is asked for. */
  readonly clientAuthority?: string;
}

/** What to do with a request: answer it, send these bytes, say nothing, or hang up. */
export type Reaction = SipAnswer | Buffer | 'silence' | 'close';

export interface SipSettings extends TlsSettings {
  /** What to do with the request on the nth connection, counted from 1. Default: 200 OK. */
  readonly react?: (request: SipRequest, connection: number) => Reaction;
  /** Whether the nth connection is welcome; others are closed before TLS begins. Default: all. */
  readonly welcomes?: (connection: number) => boolean;
  /** Where to listen. Default: the system chooses. */
  readonly port?: number;
}

export const ok: SipAnswer = { status: 200, reason: 'OK' };

/** What an edge saw. */
class Ledger {
  connections = 0;
  readonly requests: SipRequest[] = [];
  readonly chunks: Buffer[] = [];
}

/** SIP over TLS: answers OPTIONS as RFC 3261 wants, or as the settings say. */
export function sipEdge(settings: SipSettings): Promise<LabEdge> {
  const { react = () => ok, welcomes = () => true } = settings;
  const ledger = new Ledger();
  const server = createTlsServer(tlsOptions(settings));
  // The number of a connection must be known above TLS; the port of the peer is what both sides of it share.
  const numbers = new Map<number, number>();
  server.on('tlsClientError', () => undefined);
  server.on('secureConnection', (socket) => {
    serveSip(socket, ledger, (request) => react(request, numbers.get(socket.remotePort ?? 0) ?? 0));
  });
  const greet = (socket: Socket): void => {
    numbers.set(socket.remotePort ?? 0, ledger.connections);
    if (!welcomes(ledger.connections)) socket.destroy();
  };
  return open(server, ledger, greet, settings.port);
}

/** TLS works, then the edge refuses our certificate with this alert: 48 unknown_ca, 42 bad_certificate, … */
export async function certificateRefusingEdge(settings: TlsSettings & { readonly alert: number }): Promise<LabEdge> {
  return open(await refusingServer(tlsOptions(settings), settings.alert), new Ledger());
}

/** A web server where a SIP edge should be, over TLS. */
export function webEdge(settings: TlsSettings): Promise<LabEdge> {
  return sipEdge({ ...settings, react: () => badRequest });
}

/** A web server without TLS: it answers the ClientHello with an HTTP error. */
export function plainWebEdge(): Promise<LabEdge> {
  const ledger = new Ledger();
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      ledger.chunks.push(bytes);
      socket.end(badRequest);
    });
  });
  return open(server, ledger);
}

const badRequest = Buffer.from(
  'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
);

/** Accepts TCP, then never says a word. */
export function tarpitEdge(): Promise<LabEdge> {
  const ledger = new Ledger();
  const server = createServer((socket) => void socket.on('data', (bytes) => ledger.chunks.push(bytes)));
  return open(server, ledger);
}

/** A port on which nothing listens. */
export async function refusedEdge(): Promise<LabEdge> {
  return unseen(await freePort(), () => Promise.resolve());
}

/** A port on which connecting hangs. */
export async function silentEdge(): Promise<LabEdge> {
  const silent = await silentPort();
  return unseen(silent.port, () => silent.stop());
}

function unseen(port: number, stop: () => Promise<void>): LabEdge {
  return { address: '127.0.0.1', port, connections: 0, requests: [], received: Buffer.alloc(0), stop };
}

function tlsOptions(settings: TlsSettings): TlsOptions {
  const { certificate, minVersion, maxVersion, ciphers, clientAuthority } = settings;
  return {
    cert: certificate.chainPem,
    key: certificate.keyPem,
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
  };
}

function serveSip(socket: TLSSocket, ledger: Ledger, react: (request: SipRequest) => Reaction): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    ledger.chunks.push(bytes);
    held = Buffer.concat([held, bytes]);
    for (let taken = takeRequest(held); taken !== null; taken = takeRequest(held)) {
      const { request, rest } = taken;
      held = rest;
      ledger.requests.push(request);
      const reaction = react(request);
      if (reaction === 'silence') continue;
      if (reaction === 'close') socket.end();
      else socket.write(Buffer.isBuffer(reaction) ? reaction : responseTo(request, reaction));
    }
  });
}

async function open(
  server: Server,
  ledger: Ledger,
  greet: (socket: Socket) => void = () => undefined,
  port = 0,
): Promise<LabEdge> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    ledger.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    greet(socket);
  });
  if (!server.listening) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  }
  const address = server.address();
  return {
    address: '127.0.0.1',
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get connections() {
      return ledger.connections;
    },
    requests: ledger.requests,
    get received() {
      return Buffer.concat(ledger.chunks);
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
