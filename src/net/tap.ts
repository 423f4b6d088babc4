import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How much of what a server sends is kept: more than a flight with a chain of ten. */
export const maxRecorded = 64 * 1024;

/**
 * Stands between a connection and TLS and keeps the first octets that the server sends. It passes everything on as it
 * comes, in order, and ends as its connection ends.
 */
export class Tap extends Duplex {
  readonly #raw: Socket;
  #kept: Buffer[] = [];
  #octets = 0;
  #recording = true;

  constructor(raw: Socket) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    raw.on('data', (bytes: Buffer) => {
      this.#record(bytes);
      if (!this.push(bytes)) raw.pause();
    });
    raw.on('end', () => this.push(null));
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
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

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#raw.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#raw.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#kept = [];
    this.#raw.destroy();
    done(error);
  }
}
