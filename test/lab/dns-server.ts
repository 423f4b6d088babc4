import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import * as packet from 'dns-packet';
import { freePort } from './ports.ts';

/** What the zone says about one name and type: records, an error, or nothing at all. */
export type ZoneEntry = readonly ZoneRecord[] | 'nxdomain' | 'servfail' | 'refused' | 'silence';

export type ZoneRecord =
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
      readonly ttl?: number;
    }
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT'; readonly data: string; readonly ttl?: number };

/** Keys are `name TYPE`, the name in lower case without a final dot: `sip.contoso.example A`. May be changed at any time. */
export type Zone = Map<string, ZoneEntry>;

/** A name server on loopback, UDP and TCP on one port. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
  readonly zone: Zone;
  /** How often each `name TYPE` was asked, retries included. */
  readonly asked: ReadonlyMap<string, number>;
  /** Queries by transport. */
  readonly queries: { readonly udp: number; readonly tcp: number };
  stop(): Promise<void>;
}

const rcodes = { nxdomain: 3, servfail: 2, refused: 5 } as const;
const classicUdpSize = 512;
const defaultTtl = 60;

/** `port` 0: any. Answers from a zone: NODATA for a name that has other types or names below it, NXDOMAIN for names that are not there. */
export async function startDnsServer(zone: Zone = new Map(), wanted = 0): Promise<DnsServer> {
  const asked = new Map<string, number>();
  const queries = { udp: 0, tcp: 0 };
  const answer = (message: Buffer, transport: 'udp' | 'tcp'): Buffer | null => {
    const query = decoded(message);
    const question = query?.questions?.[0];
    if (query === null || question === undefined) return null;
    queries[transport] += 1;
    const key = `${question.name.toLowerCase()} ${question.type}`;
    asked.set(key, (asked.get(key) ?? 0) + 1);
    return respond(zone, query, question, transport);
  };
  const { udp, tcp, port, sockets } = await bothTransports(answer, wanted);
  let stopped = false;
  return {
    address: '127.0.0.1',
    port,
    zone,
    asked,
    queries,
    async stop() {
      if (stopped) return;
      stopped = true;
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

function decoded(message: Buffer): packet.DecodedPacket | null {
  try {
    return packet.decode(message);
  } catch {
    return null;
  }
}

function respond(
  zone: Zone,
  query: packet.DecodedPacket,
  question: packet.Question,
  transport: 'udp' | 'tcp',
): Buffer | null {
  const entry = lookUp(zone, question.name.toLowerCase(), question.type);
  if (entry === 'silence') return null;
  const rcode = typeof entry === 'string' ? rcodes[entry] : 0;
  const records = typeof entry === 'string' ? [] : entry;
  const opt = query.additionals?.find((each) => each.type === 'OPT');
  const soa: packet.Answer = {
    type: 'SOA',
    name: 'example',
    ttl: 60,
    data: {
      mname: 'ns.example',
      rname: 'hostmaster.example',
      serial: 1,
      refresh: 3600,
      retry: 600,
      expire: 86_400,
      minimum: 60,
    },
  };
  const negative = records.length === 0 && (rcode === 0 || rcode === rcodes.nxdomain);
  const response: packet.Packet = {
    type: 'response',
    id: query.id,
    flags:
      packet.AUTHORITATIVE_ANSWER | (query.flag_rd ? packet.RECURSION_DESIRED : 0) | packet.RECURSION_AVAILABLE | rcode,
    questions: [question],
    answers: records.map(toAnswer),
    authorities: negative ? [soa] : [],
    additionals: opt === undefined ? [] : [ourOpt],
  };
  const bytes = packet.encode(response);
  const limit = Math.max(classicUdpSize, opt?.type === 'OPT' ? opt.udpPayloadSize : 0);
  if (transport === 'tcp' || bytes.length <= limit) return bytes;
  return packet.encode({ ...response, answers: [], flags: (response.flags ?? 0) | packet.TRUNCATED_RESPONSE });
}

const ourOpt: packet.OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

interface Named {
  readonly name: string;
  readonly record: ZoneRecord;
}

/** The records for a question, an alias and what it leads to included, or how the question fails. */
function lookUp(zone: Zone, name: string, type: string): readonly Named[] | Exclude<ZoneEntry, readonly ZoneRecord[]> {
  const exact = zone.get(`${name} ${type}`);
  if (typeof exact === 'string') return exact;
  if (exact !== undefined) return exact.map((record) => ({ name, record }));
  const alias = zone.get(`${name} CNAME`);
  if (typeof alias === 'object') {
    const target = alias.find((record) => record.type === 'CNAME');
    const links = alias.map((record) => ({ name, record }));
    if (target?.type !== 'CNAME' || target.data === name) return links;
    const further = lookUp(zone, target.data, type);
    return typeof further === 'string' ? links : [...links, ...further];
  }
  const exists = [...zone.keys()].some((key) => key.startsWith(`${name} `) || key.split(' ')[0]?.endsWith(`.${name}`));
  return exists ? [] : 'nxdomain';
}

function toAnswer({ name, record }: Named): packet.Answer {
  const ttl = record.ttl ?? defaultTtl;
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record;
      return { type: 'SRV', name, ttl, data: { priority, weight, port, target } };
    }
    case 'TXT':
      return { type: 'TXT', name, ttl, data: record.data };
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'NS':
      return { type: record.type, name, ttl, data: record.data };
  }
}

type Answerer = (message: Buffer, transport: 'udp' | 'tcp') => Buffer | null;

interface Transports {
  readonly udp: UdpSocket;
  readonly tcp: Server;
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** Binds UDP to a free port and TCP to the same one; another program may hold that, so it tries a few. */
async function bothTransports(answer: Answerer, wanted: number): Promise<Transports> {
  for (let attempt = 1; ; attempt += 1) {
    // A resolver is stopped and started again: meanwhile no outgoing connection may be given its port.
    const port = wanted === 0 ? await freePort() : wanted;
    const udp = createSocket('udp4');
    const sockets = new Set<Socket>();
    const tcp = createServer((socket) => serveStream(socket, sockets, answer));
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject);
        udp.bind(port, '127.0.0.1', resolve);
      });
      await new Promise<void>((resolve, reject) => {
        tcp.once('error', reject);
        tcp.listen(port, '127.0.0.1', resolve);
      });
    } catch (error) {
      udp.close();
      if (wanted !== 0 || attempt === 20) throw error;
      continue;
    }
    udp.on('message', (message, from) => {
      const bytes = answer(message, 'udp');
      if (bytes !== null) udp.send(bytes, from.port, from.address);
    });
    return { udp, tcp, port, sockets };
  }
}

/** Messages over TCP carry their length in two bytes before them (RFC 1035 §4.2.2). */
function serveStream(socket: Socket, sockets: Set<Socket>, answer: Answerer): void {
  sockets.add(socket);
  let held: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
  socket.on('data', (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const length = held.readUInt16BE(0);
      const reply = answer(held.subarray(2, 2 + length), 'tcp');
      held = held.subarray(2 + length);
      if (reply === null) continue;
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([prefix, reply]));
    }
  });
}
