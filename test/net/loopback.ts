import { createSocket, type RemoteInfo } from 'node:dgram';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Net } from '../../src/net/net.ts';

/** A server on a free loopback port; `stop` cuts its connections. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** How many connections it was offered so far. */
  accepted(): number;
  stop(): Promise<void>;
}

/** A TCP server that does with each connection what the test says. */
export function peer(serve: (socket: Socket) => void = () => undefined): Promise<Peer> {
  return started(createServer({ noDelay: true }, serve));
}

/** A TLS server; `serve` gets each connection after its handshake. */
export function tlsPeer(options: TlsOptions, serve: (socket: TLSSocket) => void = () => undefined): Promise<Peer> {
  const server = createTlsServer({ ...options, noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  return started(server.on('tlsClientError', () => undefined));
}

/** A peer made of a server that may listen already. */
export async function started(server: Server): Promise<Peer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  if (!server.listening) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    accepted: () => accepted,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A UDP socket on a free loopback port. */
export interface UdpPeer {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** A UDP peer that does with each datagram what the test says. */
export async function udpPeer(
  serve: (text: string, from: RemoteInfo, reply: (text: string, to: RemoteInfo) => void) => void = () => undefined,
): Promise<UdpPeer> {
  const socket = createSocket('udp4');
  const reply = (text: string, to: RemoteInfo): void => socket.send(text, to.port, to.address);
  socket.on('message', (bytes, from) => serve(bytes.toString(), from, reply));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(0, '127.0.0.1', resolve);
  });
  const { address, port } = socket.address();
  return { address, port, stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/** The same network, where every handshake is recorded. */
export function recording(net: Net): Net {
  return {
    ...net,
    async connect(to, signal) {
      const link = await net.connect(to, signal);
      const secure = link.secure.bind(link);
      link.secure = (options, within) => secure({ ...options, record: true }, within);
      return link;
    },
  };
}

/** A port nobody listens on. */
export async function closedPort(): Promise<{ readonly address: string; readonly port: number }> {
  const brief = await peer();
  await brief.stop();
  return { address: brief.address, port: brief.port };
}

const socketResources = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'UDPWrap', 'TCPConnectWrap']);

/** How many sockets of this process are open now. */
export function socketsNow(): number {
  return process.getActiveResourcesInfo().filter((each) => socketResources.has(each)).length;
}

/** The same, after closing ones had up to a second to go. */
export async function openSockets(): Promise<number> {
  for (let tries = 200; tries > 0 && socketsNow() > 0; tries -= 1) await pause(5);
  return socketsNow();
}
