import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How much of what a server sends is kept: more than a flight with a chain of ten. */
export const maxRecorded = 64 * 1024;

/**
 * How much is passed on in one turn of the event loop, octets: more than most honest flights, and a longer one takes
 * another turn. TLS works off at once what it is given, and of messages of a few octets each is dear.
 */
export const maxTurn = 8 * 1024;

/**
 * Stands between a connection and TLS and keeps the first octets that the server sends. It passes everything on as it
 * comes, in order. It ends as its connection ends, but only after all that came before was read, a reset included.
 */
export class Tap extends Duplex {
  readonly #raw: Socket;
  #kept: Buffer[] = [];
  #octets = 0;
  #recording = true;
  #error: Error | null = null;
  /** What may still be passed on in this turn. */
  #left = maxTurn;
  #wanted = false;

  constructor(raw: Socket) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    raw.on('readable', () => this.#pass());
    raw.on('end', () => this.push(null));
    raw.on('error', (error) => (this.#error = error));
    // What came while nobody read is left in the connection by a reset.
    raw.on('close', () => this.#pass());
  }

  /** What was kept so far; then nothing more is kept. */
  recorded(): Buffer {
    const all = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#recording = false;
    return all;
  }

  #pass(): void {
    while (this.#wanted && this.#left > 0) {
      const bytes = this.#raw.read(Math.min(this.#raw.readableLength, this.#left)) as Buffer | null;
      if (bytes === null) {
        if (this.#raw.closed) this.#endWhenRead();
        return;
      }
      this.#left -= bytes.length;
      if (this.#left === 0) setImmediate(() => this.#passMore());
      this.#record(bytes);
      this.#wanted = this.push(bytes);
    }
  }

  #passMore(): void {
    this.#left = maxTurn;
    this.#pass();
  }

  #record(bytes: Buffer): void {
    if (!this.#recording) return;
    this.#kept.push(bytes.subarray(0, maxRecorded - this.#octets));
    this.#octets += bytes.length;
    if (this.#octets >= maxRecorded) this.#recording = false;
  }

  #endWhenRead(): void {
    const destroy = (): void => void this.destroy(this.#error ?? undefined);
    if (this.#raw.readableEnded && !this.readableEnded) {
      this.once('end', destroy);
      return;
    }
    if (this.readableLength === 0) {
      destroy();
      return;
    }
    this.on('data', () => {
      if (this.readableLength === 0) destroy();
    });
  }

  override _read(): void {
    this.#wanted = true;
    this.#pass();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // The connection tells of an error itself. Told here as well, it would go before what was not read yet.
    this.#raw.write(chunk, (error) => {
      if (error === null || error === undefined) done();
    });
  }

  override _final(done: () => void): void {
    this.#raw.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#raw.destroy();
    done(error);
  }
}
