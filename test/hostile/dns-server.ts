import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { Served } from './script.ts';

/** A query as it came, cut only as far as hostile answers need it. */
export interface Query {
  readonly id: number;
  /** The question section as it came. */
  readonly question: Buffer;
  /** In lower case, without a final dot. */
  readonly name: string;
  readonly type: number;
}

export const types = { A: 1, CNAME: 5, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35 } as const;

/** Answers one query: over UDP with the socket it came to, over TCP with its stream. */
export interface Hostility {
  readonly udp: (query: Query, from: RemoteInfo, socket: UdpSocket) => void;
  /** Absent: nothing listens on TCP. `greet` is called for a connection before a query has come. */
  readonly tcp?: { readonly greet?: (socket: Socket) => void; readonly ask: (query: Query, socket: Socket) => void };
}

function queryOf(bytes: Buffer): Query {
  let at = 12;
  const labels: string[] = [];
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const question = bytes.subarray(12, at + 5);
  return { id: bytes.readUInt16BE(0), question, name: labels.join('.'), type: bytes.readUInt16BE(at + 1) };
}

/** A name server that answers in raw octets, UDP and TCP on one port. Counts queries and TCP connections. */
export async function dnsServer({ udp: answer, tcp }: Hostility): Promise<Served> {
  const counts = { queries: 0, connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    counts.connections += 1;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    tcp?.greet?.(socket);
    socket.once('data', (bytes: Buffer) => {
      counts.queries += 1;
      tcp?.ask(queryOf(bytes.subarray(2)), socket);
    });
  });
  const { udp, port } = await bound(tcp === undefined ? null : server);
  udp.on('message', (bytes, from) => {
    counts.queries += 1;
    answer(queryOf(bytes), from, udp);
  });
  return {
    port,
    counts: () => ({ ...counts }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      udp.close();
      if (tcp !== undefined) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** UDP on a free port and TCP on the same one, which another program may hold: a few are tried. */
export async function bound(tcp: Server | null): Promise<{ readonly udp: UdpSocket; readonly port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    const { port } = udp.address();
    try {
      if (tcp !== null) {
        await new Promise<void>((resolve, reject) => {
          tcp.once('error', reject).listen(port, '127.0.0.1', resolve);
        });
      }
      return { udp, port };
    } catch (error) {
      udp.close();
      if (attempt === 20) throw error;
    }
  }
}

/** Labels as they stand in a message; a label may hold any octets. */
export function wireName(...labels: readonly (string | Buffer)[]): Buffer {
  const octets = labels.map((label) => Buffer.from(label as string, 'latin1'));
  return Buffer.concat([...octets.flatMap((each) => [Buffer.from([each.length]), each]), Buffer.from([0])]);
}

export const dotted = (name: string): Buffer => wireName(...name.split('.'));

const u16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);

/** A question section. */
export function questionFor(name: string, type: number): Buffer {
  return Buffer.concat([dotted(name), u16(type), u16(1)]);
}

/** A pointer to the name in the question, which stands right behind the head. */
export const asked = u16(0xc00c);

/** A record; `claims` is a length that is not that of its content. */
export function record(name: Buffer, type: number, content: Buffer, claims = content.length): Buffer {
  return Buffer.concat([name, u16(type), u16(1), Buffer.from([0, 0, 0, 60]), u16(claims), content]);
}

export function srv(target: Buffer, port: number, priority = 10): Buffer {
  return record(asked, types.SRV, Buffer.concat([u16(priority), u16(0), u16(port), target]));
}

export interface Shape {
  readonly id?: number;
  readonly question?: Buffer;
  /** QR, opcode, AA, TC, RD, RA and rcode. */
  readonly flags?: number;
  /** How many answers the head claims. */
  readonly claims?: number;
}

export const truncated = 0x8380;

/** A response to a query, true or with lies of this shape. */
export function response(query: Query, answers: readonly Buffer[], lies: Shape = {}): Buffer {
  const { id = query.id, question = query.question, flags = 0x8180, claims = answers.length } = lies;
  return Buffer.concat([u16(id), u16(flags), u16(1), u16(claims), u16(0), u16(0), question, ...answers]);
}

/** A message as it goes over TCP; `claims` is a length that is not its own. */
export const framed = (message: Buffer, claims = message.length): Buffer => Buffer.concat([u16(claims), message]);

/** Answers with these octets over UDP, or with TC and then over TCP where they are more than a datagram holds. */
export function answering(build: (query: Query) => readonly Buffer[]): Hostility {
  return {
    udp: (query, from, socket) => {
      const whole = response(query, build(query));
      const sent = whole.length <= 1_232 ? whole : response(query, [], { flags: truncated });
      socket.send(sent, from.port, from.address);
    },
    tcp: { ask: (query, socket) => void socket.write(framed(response(query, build(query)))) },
  };
}

export const loopback = Buffer.from([127, 0, 0, 1]);

/** The answers of an orderly zone in which every host is 127.0.0.1 and has no IPv6 address. */
export function orderly({ type }: Query): readonly Buffer[] {
  return type === types.A ? [record(asked, types.A, loopback)] : [];
}

export const orderlyDns = (): Promise<Served> => dnsServer(answering(orderly));
