import { createCipheriv, createHmac } from 'node:crypto';

const applicationData = 23;
const handshake = 22;

/** HKDF-Expand-Label with SHA-256 and an empty context; one block suffices (RFC 8446 §7.1). */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  const info = Buffer.concat([Buffer.from([0, length, full.length]), Buffer.from(full), Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** Seals records of TLS_AES_128_GCM_SHA256 as a server does after its Finished (RFC 8446 §5.2, §5.3, §7.2). */
export class Sealer {
  #secret: Buffer;
  #key: Buffer;
  #iv: Buffer;
  #sequence = 0;

  constructor(secret: Buffer) {
    this.#secret = secret;
    this.#key = expand(secret, 'key', 16);
    this.#iv = expand(secret, 'iv', 12);
  }

  record(type: number, body: Buffer): Buffer {
    const head = Buffer.from([applicationData, 3, 3, (body.length + 17) >> 8, (body.length + 17) & 0xff]);
    const nonce = Buffer.from(this.#iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8);
    this.#sequence += 1;
    const cipher = createCipheriv('aes-128-gcm', this.#key, nonce);
    cipher.setAAD(head);
    return Buffer.concat([
      head,
      cipher.update(body),
      cipher.update(Buffer.from([type])),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
  }

  #message(type: number, body: Buffer): Buffer {
    return this.record(handshake, Buffer.concat([Buffer.from([type, 0, 0, body.length]), body]));
  }

  /** A KeyUpdate, after which the next record is under new keys; `request` wants the peer to update, too. */
  keyUpdate(request: boolean): Buffer {
    const sealed = this.#message(24, Buffer.from([request ? 1 : 0]));
    this.#secret = expand(this.#secret, 'traffic upd', 32);
    this.#key = expand(this.#secret, 'key', 16);
    this.#iv = expand(this.#secret, 'iv', 12);
    this.#sequence = 0;
    return sealed;
  }

  /** A NewSessionTicket (RFC 8446 §4.6.1). */
  ticket(): Buffer {
    const ticket = Buffer.alloc(32, this.#sequence & 0xff);
    return this.#message(
      4,
      Buffer.concat([
        Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 1, this.#sequence & 0xff, 0, ticket.length]),
        ticket,
        Buffer.from([0, 0]),
      ]),
    );
  }
}
