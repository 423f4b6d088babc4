import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How much of what a server sends is kept: more than a flight with a chain of ten. */
export const maxRecorded = 64 * 1024;

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

  constructor(raw: Socket) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    raw.on('data', (bytes: Buffer) => {
      this.#record(bytes);
      if (!this.push(bytes)) raw.pause();
    });
    raw.on('end', () => this.push(null));
    raw.on('error', (error) => (this.#error = error));
    raw.on('close', () => {
      // What came while nobody read is left in the connection by a reset.
      for (let rest = read(raw); rest !== null; rest = read(raw)) this.push(rest);
      this.#endWhenRead();
    });
  }

  /** What was kept so far; then nothing more is kept. */
  recorded(): Buffer {
    const all = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#recording = false;
    return all;
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
    this.#raw.resume();
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

const read = (raw: Socket): Buffer | null => raw.read() as Buffer | null;
