import { createDecipheriv, createHmac } from 'node:crypto';

/** A handshake message: its type and its body (RFC 8446 §4). */
export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
  /** False for the last one when the octets end inside it. */
  readonly whole: boolean;
}

export const messageType = {
  serverHello: 2,
  certificate: 11,
  certificateRequest: 13,
  serverHelloDone: 14,
  finished: 20,
} as const;
const recordType = { changeCipherSpec: 20, handshake: 22, applicationData: 23 } as const;

interface Suite {
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly hash: 'sha256' | 'sha384';
  readonly keyLength: number;
}

/** The suites of TLS 1.3 that OpenSSL offers, by number (RFC 8446 §B.4). */
const suites: ReadonlyMap<number, Suite> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32 }],
  [0x1303, { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32 }],
]);

const tagLength = 16;

/**
 * The handshake messages in the first octets of a server, up to its Finished or to where they can no longer be followed;
 * of the last one what there is. `secret` is the server's handshake traffic secret of TLS 1.3; without it only what is in clear is read.
 */
export function handshakeMessages(octets: Buffer, secret: Buffer | null): readonly HandshakeMessage[] {
  const stream = new MessageStream();
  let open: ((head: Buffer, body: Buffer) => Buffer | null) | null = null;
  for (const { type, head, body } of records(octets)) {
    if (stream.ended) break;
    // In TLS 1.2 everything after it is sealed; in TLS 1.3 it means nothing.
    if (type === recordType.changeCipherSpec && !isLater(stream.messages)) break;
    if (type === recordType.handshake) stream.add(body);
    if (type !== recordType.applicationData) continue;
    open ??= opener(suiteIn(stream.messages), secret);
    const inner = open?.(head, body) ?? null;
    if (inner === null) break;
    stream.add(inner);
  }
  return [...stream.messages, ...stream.begun()];
}

interface TlsRecord {
  readonly type: number;
  readonly head: Buffer;
  readonly body: Buffer;
}

/** The records from the start, the last one as far as it is there (RFC 8446 §5.1). */
function* records(octets: Buffer): Generator<TlsRecord> {
  for (let at = 0; at + 5 <= octets.length;) {
    const end = at + 5 + octets.readUInt16BE(at + 3);
    yield { type: octets.readUInt8(at), head: octets.subarray(at, at + 5), body: octets.subarray(at + 5, end) };
    at = end;
  }
}

/** Puts messages together that are spread over records, and takes apart those that share one. */
class MessageStream {
  readonly messages: HandshakeMessage[] = [];
  #held: Buffer = Buffer.alloc(0);

  get ended(): boolean {
    return this.messages.at(-1)?.type === messageType.finished;
  }

  add(bytes: Buffer): void {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    while (this.#held.length >= 4 && !this.ended) {
      const end = 4 + this.#held.readUIntBE(1, 3);
      if (end > this.#held.length) return;
      this.messages.push({ type: this.#held.readUInt8(0), body: this.#held.subarray(4, end), whole: true });
      this.#held = this.#held.subarray(end);
    }
  }

  /** The message in which the octets end; empty when they end between two. */
  begun(): readonly HandshakeMessage[] {
    if (this.ended || this.#held.length < 4) return [];
    return [{ type: this.#held.readUInt8(0), body: this.#held.subarray(4), whole: false }];
  }
}

/** Opens the server's handshake records one after the other; null when the keys are not to be had. */
function opener(suite: Suite | null, secret: Buffer | null): ((head: Buffer, body: Buffer) => Buffer | null) | null {
  if (suite === null || secret === null) return null;
  const key = expandLabel(suite.hash, secret, 'key', suite.keyLength);
  const iv = expandLabel(suite.hash, secret, 'iv', 12);
  let sequence = 0;
  return (head, body) => {
    const nonce = Buffer.from(iv);
    // 64 kB hold fewer than 2^32 records, so the lower half of the number is enough.
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
    sequence += 1;
    return unpadded(unsealed(suite, key, nonce, head, body));
  };
}

/** Whether the server chose TLS 1.3: its suites belong to no other version. */
export function isLater(messages: readonly HandshakeMessage[]): boolean {
  return suiteIn(messages) !== null;
}

/** The last hello counts: the one before it may have asked for another key share. */
function suiteIn(messages: readonly HandshakeMessage[]): Suite | null {
  // ServerHello: version, random, session id, suite (RFC 8446 §4.1.3).
  const hello = messages.findLast(({ type }) => type === messageType.serverHello);
  const at = 35 + (hello?.body[34] ?? 0);
  if (hello === undefined || hello.body.length < at + 2) return null;
  return suites.get(hello.body.readUInt16BE(at)) ?? null;
}

function unsealed({ cipher }: Suite, key: Buffer, nonce: Buffer, head: Buffer, body: Buffer): Buffer | null {
  if (body.length < tagLength) return null;
  const sealed = body.subarray(0, -tagLength);
  // The types of createDecipheriv know each cipher by its own literal.
  const decipher =
    cipher === 'chacha20-poly1305'
      ? createDecipheriv(cipher, key, nonce, { authTagLength: tagLength })
      : createDecipheriv(cipher, key, nonce);
  decipher.setAAD(head, { plaintextLength: sealed.length });
  decipher.setAuthTag(body.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return null; // A record of other keys: the tag is wrong.
  }
}

/** The content of an inner record that is handshake; null for another (RFC 8446 §5.2). */
function unpadded(inner: Buffer | null): Buffer | null {
  const last = inner?.findLastIndex((octet) => octet !== 0) ?? -1;
  return inner?.[last] === recordType.handshake ? inner.subarray(0, last) : null;
}

/** HKDF-Expand-Label with an empty context; one block of the hash suffices (RFC 8446 §7.1). */
function expandLabel(hash: Suite['hash'], secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}
