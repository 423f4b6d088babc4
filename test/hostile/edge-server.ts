import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Leaf } from '../lab/certificates.ts';
import type { Served } from './script.ts';
import { Sealer } from './sealer.ts';

async function served(server: Server): Promise<Served> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    counts: () => ({ connections }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An edge that does with each TCP connection what it likes. */
export function tcpEdge(serve: (socket: Socket) => void): Promise<Served> {
  return served(createServer({ noDelay: true }, serve));
}

/** An edge that is hostile only after an orderly handshake. */
export function tlsEdge(
  certificate: Leaf,
  serve: (socket: TLSSocket, raw: Socket) => void,
  more: TlsOptions = {},
): Promise<Served> {
  const options = { cert: certificate.chainPem, key: certificate.keyPem, noDelay: true, ...more };
  // The port of the peer is what a connection has in common with the TLS on top of it.
  const raws = new Map<number, Socket>();
  const server = createTlsServer(options, (socket) => {
    const raw = raws.get(socket.remotePort ?? 0);
    if (raw !== undefined)
      serve(
        socket.on('error', () => undefined),
        raw,
      );
  });
  server.on('connection', (raw: Socket) => raws.set(raw.remotePort ?? 0, raw));
  return served(server.on('tlsClientError', () => undefined));
}

const clientHello = 1;

/**
 * An edge whose TLS 1.3 handshake is an orderly server's and what follows is ours: `speak` gets the connection and the
 * sealer of the server's traffic when the client has sent its Finished.
 */
export async function sealedEdge(certificate: Leaf, speak: (socket: Socket, sealer: Sealer) => void): Promise<Served> {
  const secrets = new Map<number, Buffer>();
  const inner = createTlsServer({
    cert: certificate.chainPem,
    key: certificate.keyPem,
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_AES_128_GCM_SHA256',
  });
  inner
    .on('tlsClientError', () => undefined)
    .on('keylog', (line, socket) => {
      const [label, , secret] = line.toString().trim().split(' ');
      if (label === 'SERVER_TRAFFIC_SECRET_0') secrets.set(socket.remotePort ?? 0, Buffer.from(secret ?? '', 'hex'));
    });
  const behind = await served(inner);
  const outer = await tcpEdge((client) => {
    const link = connect({ port: behind.port, host: '127.0.0.1', noDelay: true });
    let outstanding = 0;
    let shaken = false;
    link.on('error', () => undefined).on('data', (bytes) => void client.write(bytes));
    client.on('close', () => link.destroy());
    client.on('data', (bytes) => {
      if (shaken) return;
      if (bytes[0] === 22 && bytes[5] === clientHello) outstanding = 5 + bytes.readUInt16BE(3);
      if (outstanding > 0) {
        outstanding -= bytes.length;
        link.write(bytes);
        return;
      }
      shaken = true;
      const secret = secrets.get(link.localPort ?? 0);
      if (secret === undefined) client.destroy();
      else speak(client, new Sealer(secret));
    });
  });
  return {
    ...outer,
    async stop() {
      await outer.stop();
      await behind.stop();
    },
  };
}
