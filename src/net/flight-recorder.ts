import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { FlightFacts } from '../federation/handshake.ts';
import { serverFlight } from './server-flight.ts';
import { Tap } from './tap.ts';

const handshakeSecret = 'SERVER_HANDSHAKE_TRAFFIC_SECRET ';

/**
 * Keeps what a server sends in its first flight until that was read once. Of the secrets of the session it takes only
 * the one that opens the server's handshake messages of TLS 1.3, and forgets it with them.
 */
export class FlightRecorder {
  readonly #tap: Tap;
  #secret: Buffer | null = null;
  #flight: FlightFacts | null | undefined;

  constructor(raw: Socket) {
    this.#tap = new Tap(raw);
  }

  /** What TLS is to run over. */
  get transport(): Duplex {
    return this.#tap;
  }

  follow(socket: TLSSocket): void {
    socket.on('keylog', (line: Buffer) => {
      const text = line.toString('latin1');
      if (this.#flight !== undefined || !text.startsWith(handshakeSecret)) return;
      this.#secret = Buffer.from(text.trim().split(' ')[2] ?? '', 'hex');
    });
  }

  /** What was said, read at the first call: when the server's flight is complete, or the handshake over. */
  flight(): FlightFacts | null {
    if (this.#flight === undefined) {
      this.#flight = serverFlight(this.#tap.recorded(), this.#secret);
      this.#secret = null;
    }
    return this.#flight;
  }
}
