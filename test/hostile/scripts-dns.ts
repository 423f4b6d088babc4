import { createSocket } from 'node:dgram';
import {
  answering,
  asked,
  dnsServer,
  dotted,
  framed,
  loopback,
  orderly,
  questionFor,
  record,
  response,
  srv,
  truncated,
  types,
  wireName,
  type Hostility,
  type Query,
  type Shape,
} from './dns-server.ts';
import { bombedAnswer } from './dns-bomb.ts';
import { drip, reset } from './streams.ts';
import { host, type Lab, type Script } from './script.ts';

type Row = Omit<Script, 'layer' | 'serve'> & { readonly does: (lab: Lab) => Hostility };

const silent = { state: 'unknown', codes: ['dns_resolver_silent'] } as const;
const missing = { state: 'unreachable', codes: ['dns_srv_missing'] } as const;

const script = ({ does, ...row }: Row): Script => ({ ...row, layer: 'dns', serve: (lab) => dnsServer(does(lab)) });

/** SRV answers made by `of`; hosts are looked up in the orderly zone. */
const services = (of: (lab: Lab) => readonly Buffer[]) => (lab: Lab) =>
  answering((query) => (query.type === types.SRV ? of(lab) : orderly(query)));

/** The right answer to the SRV question, told with a lie. */
const lying =
  (lies: (query: Query) => Shape) =>
  (lab: Lab): Hostility => ({
    udp: (query, from, socket) =>
      socket.send(response(query, [srv(dotted(host), lab.soundEdge.port)], lies(query)), from.port, from.address),
  });

/** Raw octets where the answer section belongs. */
const octets = (of: (query: Query) => readonly Buffer[], claims?: number) => (): Hostility => ({
  udp: (query, from, socket) =>
    socket.send(response(query, of(query), claims === undefined ? {} : { claims }), from.port, from.address),
});

/** TC over UDP, then something over TCP. */
const overTcp = (tcp: NonNullable<Hostility['tcp']> | null) => (): Hostility => ({
  udp: (query, from, socket) => socket.send(response(query, [], { flags: truncated }), from.port, from.address),
  ...(tcp === null ? {} : { tcp }),
});

const label = (at: number): string => `t${String(at)}`;

/** A chain of aliases from the name asked for, each link in full. */
function chain(links: number): readonly Buffer[] {
  const at = (link: number): Buffer => dotted(`c${String(link)}.a.example`);
  return Array.from({ length: links }, (_, link) => record(link === 0 ? asked : at(link), types.CNAME, at(link + 1)));
}

const hostileLabels: readonly (string | Buffer)[] = [
  '\u001b[2J\u001b]0;owned\u0007',
  '<script>alert(1)</script>',
  '{{ .Values.secret }}${7*7}',
  '"} 1\nfedmon_up{x="',
  Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x00]),
  Buffer.alloc(63, 0xff),
  'sip.a.example',
  '__proto__ x',
];

const inside = Buffer.from([10, 0, 0, 1]);

/** A host that is one address when it is asked for first, and another one from then on. */
const rebound = (first: Buffer, then: Buffer) => (lab: Lab) => {
  let asks = 0;
  return answering((query) => {
    if (query.type === types.SRV) return [srv(dotted(host), lab.soundEdge.port)];
    if (query.type !== types.A) return [];
    asks += 1;
    return [record(asked, types.A, asks === 1 ? first : then)];
  });
};

const rows: readonly Row[] = [
  { name: 'an address that turns into one of ours', state: 'healthy', codes: [], does: rebound(loopback, inside) },
  {
    name: 'an address of ours that turns into another',
    state: 'unknown',
    codes: ['egress_denied'],
    does: rebound(inside, loopback),
  },
  { name: 'silence', ...silent, does: () => ({ udp: () => undefined }) },
  { name: 'an answer with another id', ...silent, does: lying(({ id }) => ({ id: id ^ 1 })) },
  {
    name: 'an answer to another question',
    ...silent,
    does: lying(() => ({ question: questionFor('other.example', types.SRV) })),
  },
  { name: 'a query for an answer (QR = 0)', ...silent, does: lying(() => ({ flags: 0x0180 })) },
  { name: 'another opcode', ...silent, does: lying(() => ({ flags: 0xa980 })) },
  {
    name: 'the right answer from another port',
    ...silent,
    does: (lab) => ({
      udp: (query, from) => {
        const stranger = createSocket('udp4');
        const spoofed = response(query, [srv(dotted(host), lab.soundEdge.port)]);
        stranger.send(spoofed, from.port, from.address, () => stranger.close());
      },
    }),
  },
  {
    name: 'a flood of wrong answers',
    ...silent,
    does: () => ({
      udp: (query, from, socket) => {
        for (let at = 1; at <= 5_000; at += 1) {
          socket.send(response(query, [], { id: (query.id + at) & 0xffff }), from.port, from.address);
        }
      },
    }),
  },
  {
    name: 'a name that points to itself',
    ...silent,
    does: octets(() => [record(Buffer.from([0xc0, 0x1c]), 33, asked)]),
  },
  { name: 'a record cut in the middle', ...silent, does: octets(() => [srv(dotted(host), 1).subarray(0, 15)], 1) },
  { name: 'a content longer than the message', ...silent, does: octets(() => [record(asked, 33, asked, 60_000)]) },
  { name: 'a content shorter than its record', ...silent, does: octets(() => [record(asked, 33, Buffer.alloc(9), 3)]) },
  { name: '65,535 records claimed', ...silent, does: octets(() => [srv(dotted(host), 1)], 65_535) },
  {
    name: 'three octets',
    ...silent,
    does: () => ({
      udp: (query, from, socket) =>
        socket.send(Buffer.from([query.id >> 8, query.id & 255, 0]), from.port, from.address),
    }),
  },
  { name: 'a compression bomb', ...missing, does: () => answering(() => bombedAnswer()) },
  {
    name: 'TC, then one octet a second',
    ...silent,
    does: overTcp({ ask: (query, socket) => drip(socket, framed(response(query, []))) }),
  },
  { name: 'TC, then silence', ...silent, does: overTcp({ ask: () => undefined }) },
  { name: 'TC, then a closed port', ...silent, does: overTcp(null) },
  { name: 'TC, then a reset', ...silent, does: overTcp({ greet: reset, ask: () => undefined }) },
  {
    name: 'TC, then TC again',
    ...silent,
    does: overTcp({ ask: (query, socket) => void socket.write(framed(response(query, [], { flags: truncated }))) }),
  },
  {
    name: 'TC, then a length that is a lie',
    ...silent,
    does: overTcp({ ask: (query, socket) => void socket.write(framed(response(query, []), 65_535)) }),
  },
  {
    name: 'TC, then a length of nothing',
    ...silent,
    does: overTcp({ ask: (_, socket) => void socket.write(Buffer.alloc(70_000)) }),
  },
  {
    name: '1,000 SRV records',
    state: 'healthy',
    codes: ['dns_capped'],
    does: services(({ soundEdge }) => Array.from({ length: 1_000 }, (_, at) => srv(dotted(host), soundEdge.port, at))),
    counted: ({ queries = 0 }) => queries <= 64,
  },
  {
    name: '4,000 addresses',
    state: 'degraded',
    codes: ['egress_denied', 'dns_capped'],
    does: (lab) =>
      answering((query) => {
        if (query.type === types.SRV) return [srv(dotted(host), lab.soundEdge.port)];
        const more = Array.from({ length: 4_000 }, (_, at) => Buffer.from([10, 0, at >> 8, at & 255]));
        return query.type === types.A ? [...orderly(query), ...more.map((each) => record(asked, types.A, each))] : [];
      }),
  },
  {
    name: '64 kB of TXT for SRV',
    ...missing,
    does: () => answering(() => Array.from({ length: 240 }, () => record(asked, types.TXT, Buffer.alloc(256, 0xff)))),
  },
  {
    name: '1,000 aliases for SRV',
    ...missing,
    codes: ['dns_srv_missing', 'dns_client_records'],
    does: () => answering(() => chain(1_000)),
  },
  {
    name: '1,000 aliases for the host',
    state: 'unreachable',
    codes: ['dns_no_address', 'dns_target_alias'],
    does: (lab) =>
      answering(({ type }) => (type === types.SRV ? [srv(dotted(host), lab.soundEdge.port)] : chain(1_000))),
  },
  {
    name: 'an alias of itself',
    state: 'unreachable',
    codes: ['dns_alias_loop'],
    does: () => answering(() => [record(asked, types.CNAME, asked)]),
  },
  {
    name: 'targets that are no names',
    state: 'degraded',
    codes: ['dns_srv_invalid'],
    does: services(({ soundEdge }) => [
      srv(dotted(host), soundEdge.port),
      ...hostileLabels.map((each) => srv(wireName(each, 'a', 'example'), 5061, 20)),
    ]),
  },
  {
    name: '29 targets whose addresses are never told',
    ...silent,
    does: () => ({
      udp: (query, from, socket) => {
        const targets = Array.from({ length: 29 }, (_, at) => srv(dotted(`${label(at)}.a.example`), 5061));
        if (query.type === types.SRV) socket.send(response(query, targets), from.port, from.address);
      },
    }),
    counted: ({ queries = 0 }) => queries <= 64,
  },
  {
    name: '500 targets in the zones of victims',
    state: 'unreachable',
    // 29 targets without an address are more than are listed.
    codes: ['dns_no_address', 'dns_capped'],
    does: () =>
      answering(({ type }) =>
        type === types.SRV
          ? Array.from({ length: 500 }, (_, at) => srv(dotted(`${label(at)}.victim.example`), 5061))
          : [],
      ),
    counted: ({ queries = 0 }) => queries >= 60 && queries <= 64,
  },
  {
    name: '500 NAPTR records that lead to victims',
    profile: 'sip',
    state: 'unreachable',
    codes: ['dns_srv_missing'],
    does: () =>
      answering(({ type }) => (type === types.NAPTR ? Array.from({ length: 500 }, (_, at) => naptr(at)) : [])),
    counted: ({ queries = 0 }) => queries <= 64,
  },
];

function naptr(order: number): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const head = Buffer.from([order >> 8, order & 255, 0, 0]);
  const replacement = dotted(`_sips._tcp.${label(order)}.victim.example`);
  return record(asked, types.NAPTR, Buffer.concat([head, text('s'), text('SIPS+D2T'), text(''), replacement]));
}

/** What a resolver, or whoever answers for it, may do. */
export const dnsScripts: readonly Script[] = rows.map(script);
