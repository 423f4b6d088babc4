import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Presented } from './case.ts';
import { key } from './keys.ts';

/** A server on a free port of 127.0.0.1 that presents one chain. */
export interface ChainServer {
  readonly port: number;
  close(): Promise<void>;
}

export const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

/** TLS as OpenSSL does it, with everything allowed that its levels forbid. */
export function tlsServer({ chain }: Presented): Promise<ChainServer> {
  const server = createTlsServer({
    cert: chain.map(({ der }) => pem(der)).join(''),
    key: key(chain[0]?.keyName ?? '').pem,
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  return listening(server.on('tlsClientError', () => undefined));
}

const uint = (bytes: number, value: number): Buffer => {
  const made = Buffer.alloc(bytes);
  made.writeUIntBE(value, 0, bytes);
  return made;
};
const withLength = (bytes: number, content: Buffer): Buffer => Buffer.concat([uint(bytes, content.length), content]);
const handshake = (type: number, content: Buffer): Buffer => Buffer.concat([uint(1, type), withLength(3, content)]);

/**
 * What OpenSSL would not present: the ServerHello of TLS 1.2 (RFC 5246 §7.4.1.3) and the certificates as octets, after
 * which a client has nothing left to do but to say no.
 */
export function octetServer({ chain }: Presented): Promise<ChainServer> {
  const renegotiation = Buffer.from('ff01000100', 'hex');
  const suite = Buffer.from('c02b', 'hex');
  const head = Buffer.concat([uint(2, 0x0303), Buffer.alloc(32, 7), uint(1, 0), suite, uint(1, 0)]);
  const hello = handshake(2, Buffer.concat([head, withLength(2, renegotiation)]));
  const list = Buffer.concat(chain.map(({ der }) => withLength(3, der)));
  const messages = Buffer.concat([hello, handshake(11, withLength(3, list))]);
  const record = Buffer.concat([Buffer.from('160303', 'hex'), withLength(2, messages)]);
  return listening(createTcpServer((socket) => socket.once('data', () => socket.write(record))));
}

async function listening(server: Server): Promise<ChainServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
