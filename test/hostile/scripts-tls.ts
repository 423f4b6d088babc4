import type { Socket } from 'node:net';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { authority, leaf, type Authority, type Leaf } from '../lab/certificates.ts';
import { sealedEdge, tcpEdge, tlsEdge } from './edge-server.ts';
import { canaryLeaf } from './canary-certificate.ts';
import { host, type Script, type Served } from './script.ts';
import { burst, drip, flood, reset } from './streams.ts';

type Row = Omit<Script, 'layer'>;

const silent = { state: 'unreachable', codes: ['tls_silent'] } as const;
const closed = { state: 'unreachable', codes: ['tls_closed'] } as const;
const notTls = { state: 'unreachable', codes: ['tls_not_tls'] } as const;
const failed = { state: 'unreachable', codes: ['tls_failed'] } as const;
const malformed = { state: 'unreachable', codes: ['tls_malformed'] } as const;
const tooLarge = { state: 'misconfigured', codes: ['tls_message_too_large'] } as const;

/** Does this when the ClientHello has come. */
const hello = (does: (socket: Socket) => void) => () =>
  tcpEdge((socket) => void socket.once('data', () => does(socket)));

const record = (type: number, body: Buffer, claims = body.length): Buffer =>
  Buffer.concat([Buffer.from([type, 3, 3, claims >> 8, claims & 0xff]), body]);
const handshake = (type: number, body: Buffer, claims = body.length): Buffer =>
  Buffer.concat([Buffer.from([type, claims >> 16, (claims >> 8) & 0xff, claims & 0xff]), body]);
const repeated = (each: Buffer, times: number): Buffer => Buffer.concat(Array.from({ length: times }, () => each));

const warning = (description: number): Buffer => record(21, Buffer.from([1, description]));
const serverHello = record(
  22,
  handshake(2, Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0, 0xc0, 0x2f, 0, 0, 0])])),
);

/** Authorities one below the other, the root first: a chain goes on where a shorter one ends. */
const chains = new WeakMap<Authority, Promise<Authority>[]>();

/** A chain of so many authorities between the root and the leaf. */
async function below(root: Authority, links: number): Promise<Authority> {
  const made = chains.get(root) ?? [Promise.resolve(root)];
  chains.set(root, made);
  for (let link = made.length; link <= links; link += 1) {
    made.push(Promise.resolve(made[link - 1]).then((issuer) => authority(`Link ${String(link)}`, issuer)));
  }
  return made[links] ?? root;
}

const manyNames = (count: number, first: string): readonly string[] => [
  first,
  ...Array.from({ length: count - 1 }, (_, at) => `n${String(at)}.certificate.example`),
];

const rows: readonly Row[] = [
  { name: 'accepts and says nothing', ...silent, serve: () => tcpEdge(() => undefined) },
  { name: 'closes at once', ...closed, serve: () => tcpEdge((socket) => void socket.end()) },
  { name: 'resets at once', state: 'unreachable', codes: ['tls_closed'], serve: hello(reset) },
  { name: 'one octet a second', ...silent, serve: hello((socket) => drip(socket, serverHello)) },
  {
    name: 'handshake messages without end',
    ...silent,
    serve: hello((socket) => flood(socket, repeated(record(22, handshake(0, Buffer.alloc(0))), 500), 2_000)),
  },
  {
    name: 'one handshake message without end',
    ...tooLarge,
    serve: hello((socket) =>
      flood(socket, record(22, Buffer.concat([handshake(2, Buffer.alloc(0), 0xffffff), Buffer.alloc(16_000)])), 200),
    ),
  },
  {
    name: 'a record longer than a record may be',
    ...malformed,
    serve: hello((socket) => void socket.write(record(22, Buffer.alloc(100), 0xffff))),
  },
  {
    name: 'a record that stops half way',
    ...closed,
    serve: hello((socket) => void socket.end(record(22, Buffer.alloc(10), 100))),
  },
  {
    name: 'records of nothing',
    ...notTls,
    serve: hello((socket) => flood(socket, repeated(record(22, Buffer.alloc(0)), 1_000), 1_000)),
  },
  {
    name: 'application data before the handshake',
    ...malformed,
    serve: hello((socket) => void socket.write(record(23, Buffer.alloc(50)))),
  },
  {
    name: 'a warning that there is no renegotiation',
    ...failed,
    serve: hello((socket) => void socket.write(warning(100))),
  },
  {
    name: 'warnings without end',
    ...failed,
    serve: hello((socket) => flood(socket, repeated(warning(90), 1_000), 1_000)),
  },
  {
    name: 'alerts of nothing',
    ...malformed,
    serve: hello((socket) => flood(socket, repeated(record(21, Buffer.alloc(0)), 1_000), 1_000)),
  },
  { name: 'noise', ...notTls, serve: hello((socket) => flood(socket, Buffer.alloc(65_536, 0xa5), 100)) },
  { name: 'HTTP', ...notTls, serve: hello((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')) },
  {
    name: 'a banner of SSH',
    ...notTls,
    serve: () => tcpEdge((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
  },
  {
    name: 'a certificate with 10,000 names',
    dear: true,
    ...tooLarge,
    serve: async ({ root }) => tlsEdge(await leaf({ names: manyNames(10_000, host), issuer: root }), () => undefined),
  },
  {
    name: 'a certificate with 2,000 names, ours the first',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: async ({ root }) => tlsEdge(await leaf({ names: manyNames(2_000, host), issuer: root }), () => undefined),
  },
  {
    name: 'a certificate with 2,000 names, none ours',
    state: 'unreachable',
    codes: ['sip_silent', 'tls_names_capped'],
    serve: async ({ root }) =>
      tlsEdge(await leaf({ names: manyNames(2_000, 'x.example'), issuer: root }), () => undefined),
  },
  {
    name: 'a chain of 300 certificates',
    dear: true,
    ...tooLarge,
    serve: async ({ root }) => tlsEdge(await leaf({ names: [host], issuer: await below(root, 300) }), () => undefined),
  },
  {
    name: 'a chain of 120 certificates',
    dear: true,
    state: 'misconfigured',
    codes: ['tls_untrusted', 'sip_silent'],
    serve: async ({ root }) => tlsEdge(await leaf({ names: [host], issuer: await below(root, 120) }), () => undefined),
  },
  {
    name: 'a certificate with hostile texts',
    state: 'misconfigured',
    codes: ['tls_self_signed', 'tls_name_mismatch', 'tls_rule_refused', 'sip_silent'],
    serve: async () => tlsEdge(await canaryLeaf(Buffer.from('\u001b[2J\r\n\u0000<b>"} 1')), () => undefined),
  },
  {
    name: 'silence after the handshake',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: ({ sound }) => tlsEdge(sound, () => undefined),
  },
  {
    name: 'a farewell right after the handshake',
    state: 'refused',
    codes: ['admission_closed', 'sip_closed'],
    serve: ({ sound }) => tlsEdge(sound, (socket) => void socket.end()),
  },
  {
    name: 'a reset right after our certificate',
    state: 'refused',
    codes: ['admission_closed'],
    serve: ({ sound, root }) => resettingEdge('TLSv1.2', sound, root),
  },
  {
    name: 'a reset right after our certificate, which in TLS 1.3 ends our handshake',
    state: 'refused',
    codes: ['admission_closed', 'sip_closed'],
    serve: ({ sound, root }) => resettingEdge('TLSv1.3', sound, root),
  },
  {
    name: 'key updates without end',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: ({ sound }) => sealedEdge(sound, (socket, sealer) => burst(socket, () => sealer.keyUpdate(false), 1_000)),
  },
  {
    name: 'key updates that want an answer',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: ({ sound }) => sealedEdge(sound, (socket, sealer) => burst(socket, () => sealer.keyUpdate(true), 1_000)),
  },
  {
    name: 'session tickets without end',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: ({ sound }) => sealedEdge(sound, (socket, sealer) => burst(socket, () => sealer.ticket(), 1_000)),
  },
  {
    name: 'empty records after the handshake',
    state: 'unreachable',
    codes: ['sip_failed'],
    serve: ({ sound }) =>
      sealedEdge(sound, (socket, sealer) =>
        flood(socket, Buffer.concat(Array.from({ length: 1_000 }, () => sealer.record(23, Buffer.alloc(0)))), 1),
      ),
  },
  {
    name: 'renegotiation without end',
    state: 'unreachable',
    codes: ['sip_silent'],
    serve: ({ sound }) => tlsEdge(sound, renegotiate, { maxVersion: 'TLSv1.2' }),
  },
];

/** Wants another handshake (RFC 5246 §7.4.1.1), and another after each. */
function renegotiate(socket: TLSSocket): void {
  const again = (): void => {
    if (!socket.destroyed) socket.renegotiate({}, () => setTimeout(again, 5));
  };
  again();
}

/** An orderly handshake up to the flight that holds our certificate, which is answered with a reset, as Windows does. */
async function resettingEdge(version: SecureVersion, sound: Leaf, root: Authority): Promise<Served> {
  const only = { minVersion: version, maxVersion: version };
  const inner = await tlsEdge(sound, () => undefined, { ...only, requestCert: true, ca: root.certPem });
  const { connect } = await import('node:net');
  const outer = await tcpEdge((client) => {
    const link = connect({ port: inner.port, host: '127.0.0.1' });
    let flights = 0;
    link.on('error', () => undefined).on('data', (bytes) => void client.write(bytes));
    client.on('close', () => link.destroy());
    client.on('data', (bytes) => {
      flights += 1;
      if (flights === 1) link.write(bytes);
      else reset(client);
    });
  });
  return {
    ...outer,
    async stop() {
      await outer.stop();
      await inner.stop();
    },
  };
}

/** What an edge may do until SIP begins. */
export const tlsScripts: readonly Script[] = rows.map((row) => ({ ...row, layer: 'tls' }));
