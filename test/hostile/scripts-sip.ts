import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { responseTo, takeRequest, type SipRequest } from '../lab/sip-answer.ts';
import { tcpEdge, tlsEdge } from './edge-server.ts';
import type { Lab, Script, Served } from './script.ts';
import { drip, flood, reset } from './streams.ts';

type Row = Omit<Script, 'layer' | 'serve'> & {
  /** What is done when our request has come. */
  readonly does: (socket: TLSSocket, request: SipRequest, raw: Socket) => void;
};

const healthy = { state: 'healthy', codes: [] } as const;
const malformed = { state: 'unreachable', codes: ['sip_malformed'] } as const;
const silent = { state: 'unreachable', codes: ['sip_silent'] } as const;
const closed = { state: 'unreachable', codes: ['sip_closed'] } as const;
const notSip = { state: 'unreachable', codes: ['sip_not_sip'] } as const;
const noFinal = { state: 'unreachable', codes: ['sip_no_final'] } as const;

/** Serves SIP over sound TLS up to the first request. */
export function sipServer(lab: Lab, does: Row['does']): Promise<Served> {
  return tlsEdge(lab.sound, (socket, raw) => {
    let held = Buffer.alloc(0);
    let answered = false;
    socket.on('data', (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      const taken = answered ? null : takeRequest(held);
      if (taken === null) return;
      answered = true;
      does(socket, taken.request, raw);
    });
  });
}

/** A 200 to the request with these lines before its Content-Length, and its text changed by `edit`. */
function ok(request: SipRequest, headers: Readonly<Record<string, string>> = {}): string {
  return responseTo(request, { status: 200, reason: 'OK', headers }).toString('latin1');
}

const edited =
  (edit: (answer: string) => string) =>
  (socket: TLSSocket, request: SipRequest): void =>
    void socket.write(Buffer.from(edit(ok(request)), 'latin1'));

/** More lines right before the Content-Length. */
const withLines = (lines: (before: string) => string) =>
  edited((answer) => {
    const at = answer.indexOf('Content-Length');
    return answer.slice(0, at) + lines(answer) + answer.slice(at);
  });

/** Lines of padding that make the head of the answer so many octets long. */
const headOf = (octets: number) =>
  withLines((answer) => {
    let missing = octets - answer.length;
    let lines = '';
    while (missing > 0) {
      // No line too long, and no rest too short for a line of its own.
      const size = missing > 8_100 ? 8_000 : missing;
      lines += `X: ${'x'.repeat(size - 5)}\r\n`;
      missing -= size;
    }
    return lines;
  });

const lineOf = (octets: number) => withLines(() => `X: ${'x'.repeat(octets - 3)}\r\n`);

/** So many header lines in all. */
const headersOf = (count: number) =>
  withLines((answer) => 'X: y\r\n'.repeat(count - (answer.trimEnd().split('\r\n').length - 1)));

const length = (value: string) => edited((answer) => answer.replace('Content-Length: 0', value));
const provisional = (request: SipRequest): Buffer => responseTo(request, { status: 183, reason: 'Session Progress' });
const junk = 'NOTIFY sip:x SIP/2.0\r\nContent-Length: 2\r\n\r\nhi';

/** Answers that differ from ours in one identifier each. */
function nearMisses(answer: string): readonly string[] {
  const [branch = ''] = /z9hG4bK[0-9a-f]+/.exec(answer) ?? [];
  const [, tag = ''] = /^From: .*;tag=([0-9a-f]+)/m.exec(answer) ?? [];
  const [, callId = ''] = /^Call-ID: (.*)$/m.exec(answer.replaceAll('\r', '')) ?? [];
  const flip = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
  const via = /^Via: .*\r\n/m.exec(answer)?.[0] ?? '';
  return [
    answer.replaceAll(branch, flip(branch)),
    answer.replaceAll(branch, branch.slice(0, -1)),
    answer.replaceAll(branch, `${branch}0`),
    answer.replaceAll(branch, branch.toUpperCase()),
    answer.replaceAll(branch, branch.slice('z9hG4bK'.length)),
    answer.replace(via, via.replace(branch, flip(branch)) + via),
    answer.replaceAll(tag, flip(tag)),
    answer.replace(`;tag=${tag}`, ''),
    answer.replaceAll(callId, `${callId}x`),
    answer.replaceAll(callId, callId.toUpperCase()),
    answer.replaceAll(callId, callId.replace('@', '@x')),
    answer.replace('CSeq: 1 OPTIONS', 'CSeq: 2 OPTIONS'),
    answer.replace('CSeq: 1 OPTIONS', 'CSeq: 0 OPTIONS'),
    answer.replace('CSeq: 1 OPTIONS', 'CSeq: 1 options'),
    answer.replace('CSeq: 1 OPTIONS', 'CSeq: 1 INVITE'),
  ];
}

const rows: readonly Row[] = [
  {
    name: 'an answer, one octet now and then',
    ...silent,
    does: (socket, request) => drip(socket, Buffer.from(ok(request)), 50),
  },
  { name: 'a head that stops', ...silent, does: (socket) => void socket.write('SIP/2.0 200 OK\r\nServer: x') },
  {
    name: 'a head without end',
    ...malformed,
    does: (socket) => flood(socket, Buffer.from(`SIP/2.0 200 OK\r\n${'X: y\r\n'.repeat(8_000)}`), 100),
  },
  {
    name: 'a line without end',
    ...malformed,
    does: (socket) => {
      socket.write('SIP/2.0 200 OK\r\nX: ');
      flood(socket, Buffer.alloc(16_384, 'x'), 100);
    },
  },
  { name: 'a head of 64 kB', ...healthy, does: headOf(65_536) },
  { name: 'a head of 64 kB and one octet', ...malformed, does: headOf(65_537) },
  { name: 'a line of 8 kB', ...healthy, does: lineOf(8_192) },
  { name: 'a line of 8 kB and one octet', ...malformed, does: lineOf(8_193) },
  { name: '256 headers', ...healthy, does: headersOf(256) },
  { name: '257 headers', ...malformed, does: headersOf(257) },
  { name: 'a body shorter than its length', ...malformed, does: length('Content-Length: 5000') },
  {
    name: 'a body of 1 GB, octet by octet',
    ...malformed,
    does: (socket, request) => {
      length('Content-Length: 1000000000')(socket, request);
      drip(socket, Buffer.alloc(60_000, 'b'), 20);
    },
  },
  {
    name: 'a body within the limit, octet by octet',
    ...malformed,
    does: (socket, request) => {
      length('Content-Length: 60000')(socket, request);
      drip(socket, Buffer.alloc(60_000, 'b'), 20);
    },
  },
  { name: 'a negative length', ...malformed, does: length('Content-Length: -1') },
  { name: 'a length of 2^64', ...malformed, does: length('Content-Length: 18446744073709551616') },
  { name: 'two lengths', ...malformed, does: length('Content-Length: 0\r\nContent-Length: 5') },
  { name: 'the same length twice', ...healthy, does: length('Content-Length: 0\r\nl: 0') },
  {
    name: 'provisional answers without end',
    ...noFinal,
    does: (socket, request) => flood(socket, provisional(request), 10_000),
  },
  {
    name: 'a provisional answer now and then',
    ...noFinal,
    does: (socket, request) => every(socket, 100, () => provisional(request)),
  },
  {
    name: '10,000 messages before the answer',
    ...malformed,
    does: (socket, request) => void socket.write(junk.repeat(10_000) + ok(request)),
  },
  {
    name: 'requests without end',
    ...malformed,
    does: (socket) => flood(socket, Buffer.from(junk.replace('NOTIFY', 'OPTIONS')), 100_000),
  },
  {
    name: 'answers that are almost ours',
    ...silent,
    does: (socket, request) => void socket.write(nearMisses(ok(request)).join('')),
  },
  {
    name: 'answers that are almost ours, then ours',
    ...healthy,
    does: (socket, request) => void socket.write(nearMisses(ok(request)).join('') + ok(request)),
  },
  {
    name: 'keep-alives without end',
    ...malformed,
    does: (socket) => flood(socket, Buffer.from('\r\n'.repeat(8_000)), 1_000),
  },
  { name: 'keep-alives now and then', ...silent, does: (socket) => every(socket, 50, () => Buffer.from('\r\n\r\n')) },
  { name: 'NUL in the reason', ...healthy, does: edited((answer) => answer.replace('200 OK', '200 O\u0000K')) },
  { name: 'NUL in a header name', ...malformed, does: withLines(() => 'X\u0000Y: z\r\n') },
  { name: 'NUL instead of an answer', ...notSip, does: (socket) => flood(socket, Buffer.alloc(16_384), 100) },
  { name: '10,000 folds', ...malformed, does: withLines(() => `X: y\r\n${' z\r\n'.repeat(10_000)}`) },
  { name: '200 folds', ...healthy, does: withLines(() => `X: y\r\n${' z\r\n'.repeat(200)}`) },
  { name: 'a folded status line', ...malformed, does: edited((answer) => answer.replace('200 OK', '200\r\n OK')) },
  {
    name: 'header names of objects',
    ...healthy,
    does: withLines(() => '__proto__: x\r\nconstructor: y\r\nhasOwnProperty: z\r\n'),
  },
  { name: 'HTTP', ...notSip, does: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') },
  { name: 'another version of SIP', ...notSip, does: edited((answer) => answer.replace('SIP/2.0', 'SIP/3.0')) },
  {
    name: 'half an answer, then a farewell',
    ...closed,
    does: (socket, request) => void socket.end(ok(request).slice(0, 100)),
  },
  {
    name: 'half an answer, then a reset',
    ...closed,
    does: (socket, request, raw) => void socket.write(ok(request).slice(0, 100), () => reset(raw)),
  },
  {
    name: 'an answer and a flood behind it',
    ...healthy,
    does: (socket, request) => {
      socket.write(ok(request));
      flood(socket, Buffer.alloc(65_536, 'x'), 100);
    },
  },
];

function every(socket: TLSSocket, ms: number, what: () => Buffer): void {
  const timer = setInterval(() => void socket.write(what()), ms);
  socket.on('close', () => clearInterval(timer));
}

/** An answer that names another place in every header there is for it: nobody may come there. */
const pointing: Script = {
  name: 'an answer that points elsewhere',
  layer: 'sip',
  state: 'healthy',
  codes: ['sip_answer_unusual'],
  counted: ({ connections, elsewhere }) => connections === 1 && elsewhere === 0,
  async serve(lab) {
    const elsewhere = await tcpEdge(() => undefined);
    const place = `127.0.0.1:${String(elsewhere.port)}`;
    const edge = await sipServer(lab, (socket, request) => {
      const headers = {
        Contact: `<sip:${place};transport=tcp>`,
        'Record-Route': `<sip:${place};lr>`,
        'Alert-Info': `<http://${place}/>`,
      };
      const answer = responseTo(request, { status: 302, reason: 'Moved Temporarily', headers }).toString();
      const via = `;received=127.0.0.1;maddr=127.0.0.1;rport=${String(elsewhere.port)}`;
      socket.write(answer.replace(';rport', via));
    });
    return {
      port: edge.port,
      counts: () => ({ ...edge.counts(), elsewhere: elsewhere.counts()['connections'] ?? 0 }),
      stop: () => Promise.all([edge.stop(), elsewhere.stop()]),
    };
  },
};

/** What an edge may do once SIP has begun. */
export const sipScripts: readonly Script[] = [
  ...rows.map(({ does, ...row }): Script => ({ ...row, layer: 'sip', serve: (lab) => sipServer(lab, does) })),
  pointing,
];
