import { createCipheriv, createHmac } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/**
 * A TLS server that refuses the client certificate with a real alert, as Schannel and OpenSSL do. Node's own server
 * only closes, so this one stands before it: it passes ClientHello and the server's flight, and answers the client's
 * second flight (its certificate) with the alert. In TLS 1.2 that is plain; in TLS 1.3 it is sealed with the server's
 * traffic secret, and the client has by then finished its handshake: the refusal comes on its first read.
 */
export async function refusingServer(options: TlsOptions, alert: number): Promise<Server> {
  const secrets = new Map<number, Buffer>();
  const inner = createTlsServer({ ...options, ciphers: suites, requestCert: true, rejectUnauthorized: false });
  inner.on('tlsClientError', () => undefined);
  inner.on('keylog', (line, socket) => {
    const [label, , secret] = line.toString().trim().split(' ');
    if (label === 'SERVER_TRAFFIC_SECRET_0') secrets.set(socket.remotePort ?? 0, Buffer.from(secret ?? '', 'hex'));
  });
  await listening(inner);
  const innerPort = portOf(inner);
  const outer = createServer({ noDelay: true }, (client) => relay(client, innerPort, secrets, alert));
  outer.on('close', () => inner.close());
  await listening(outer);
  return outer;
}

// One suite of each version, so that the alert is sealed in one way only. The first belongs to TLS 1.3.
const suites = 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256';

const record = { alert: 21, handshake: 22, applicationData: 23 } as const;
const clientHello = 1;

function relay(client: Socket, innerPort: number, secrets: Map<number, Buffer>, alert: number): void {
  const inner = connect({ port: innerPort, host: '127.0.0.1', noDelay: true });
  let refused = false;
  // How much of a ClientHello is still to come: a long one (post-quantum key shares) may arrive in pieces.
  let outstanding = 0;
  const end = (): void => {
    inner.destroy();
    secrets.delete(inner.localPort ?? 0);
  };
  for (const socket of [client, inner]) socket.on('error', () => undefined);
  client.on('close', end);
  inner.on('close', () => refused || client.destroy());
  inner.on('data', (bytes) => void client.write(bytes));
  client.on('data', (bytes) => {
    if (refused) return;
    if (bytes[0] === record.handshake && bytes[5] === clientHello) outstanding = 5 + bytes.readUInt16BE(3);
    if (outstanding > 0) {
      outstanding -= bytes.length;
      inner.write(bytes);
      return;
    }
    refused = true;
    const body = Buffer.from([2, alert]);
    const secret = secrets.get(inner.localPort ?? 0);
    client.end(secret === undefined ? plain(body) : sealed(body, secret));
    end();
  });
}

function header(type: number, length: number): Buffer {
  return Buffer.from([type, 3, 3, length >> 8, length & 255]);
}

function plain(body: Buffer): Buffer {
  return Buffer.concat([header(record.alert, body.length), body]);
}

/** One record under the server's application traffic keys, the first of that epoch (RFC 8446 §5.2, §5.3, §7.3). */
function sealed(body: Buffer, secret: Buffer): Buffer {
  const inner = Buffer.concat([body, Buffer.from([record.alert])]);
  const head = header(record.applicationData, inner.length + 16);
  // The record's sequence number is 0, so the nonce is the IV itself.
  const cipher = createCipheriv('aes-128-gcm', expand(secret, 'key', 16), expand(secret, 'iv', 12));
  cipher.setAAD(head);
  return Buffer.concat([head, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
}

/** HKDF-Expand-Label with SHA-256 and an empty context; one block suffices. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0])]);
  return createHmac('sha256', secret)
    .update(info)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, length);
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
