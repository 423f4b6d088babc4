import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { bound } from './dns-server.ts';

/**
 * One resolver for many hostile ones. A script says `example` in every name; its partner lives in a zone of its own whose
 * label is as long, so that a message may be renamed on its way without a pointer in it getting wrong.
 */
export interface Front {
  readonly port: number;
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** The server of everything that is nobody's. */
  readonly behind: number;
  /** The server that knows the host of the scripts. */
  readonly hosts: number;
  /** The hostile servers by their zone. */
  readonly zones: ReadonlyMap<string, number>;
}

/** The zone of a hostile resolver. */
export const zoneOf = (server: number): string => `h${String(server).padStart(6, '0')}`;

const theirs = '\u0007example';
const asLabel = (zone: string): string => `\u0007${zone}`;
/** The end of a name that was asked for. */
const hostileName = /\u0007(h\d{6})\u0000/;
const scriptHost = '\u0001a\u0007example\u0000';

/** What a socket asks for its answer; then it is given up. */
const patienceMs = 8_000;
/** Of a flood only so much comes through: more than is ever read of it. */
const mostPassed = 128;

function renamed(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

interface Path {
  readonly port: number;
  readonly there: (bytes: Buffer) => Buffer;
  readonly back: (bytes: Buffer) => Buffer;
}

function pathOf(query: Buffer, { behind, hosts, zones }: FrontOptions): Path {
  const text = query.toString('latin1');
  const zone = hostileName.exec(text)?.[1];
  const port = zone === undefined ? undefined : zones.get(zone);
  if (zone === undefined || port === undefined) {
    const asItIs = (bytes: Buffer): Buffer => bytes;
    return { port: text.includes(scriptHost) ? hosts : behind, there: asItIs, back: asItIs };
  }
  return {
    port,
    there: (bytes) => renamed(bytes, asLabel(zone), theirs),
    back: (bytes) => renamed(bytes, theirs, asLabel(zone)),
  };
}

/** Whatever comes back goes on, and what another port sends comes from another port here, too. */
function passDatagram(query: Buffer, from: RemoteInfo, front: UdpSocket, options: FrontOptions): void {
  const { port, there, back } = pathOf(query, options);
  const link = createSocket('udp4').on('error', () => undefined);
  let passed = 0;
  link.on('message', (bytes, sender) => {
    passed += 1;
    if (passed > mostPassed) return;
    if (sender.port === port) {
      front.send(back(bytes), from.port, from.address);
      return;
    }
    const stranger = createSocket('udp4');
    stranger.send(back(bytes), from.port, from.address, () => stranger.close());
  });
  link.send(there(query), port, '127.0.0.1');
  setTimeout(() => link.close(), patienceMs).unref();
}

/** The first message decides whose connection it is. */
function passStream(client: Socket, options: FrontOptions): void {
  client.on('error', () => undefined);
  client.once('data', (query: Buffer) => {
    const { port, there, back } = pathOf(query, options);
    const link = connect({ port, host: '127.0.0.1', noDelay: true });
    link.on('error', () => client.resetAndDestroy());
    link.on('data', (bytes: Buffer) => void client.write(back(bytes)));
    link.on('close', () => client.end());
    client.on('close', () => link.destroy());
    link.write(there(query));
  });
}

export async function startFront(options: FrontOptions): Promise<Front> {
  const clients = new Set<Socket>();
  const tcp = createServer({ noDelay: true }, (client) => {
    clients.add(client.on('close', () => clients.delete(client)));
    passStream(client, options);
  });
  const { udp, port } = await bound(tcp);
  udp.on('message', (query, from) => passDatagram(query, from, udp, options));
  return {
    port,
    async stop() {
      for (const client of clients) client.destroy();
      udp.close();
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}
