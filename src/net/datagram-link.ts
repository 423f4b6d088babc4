import { createSocket, type Socket } from 'node:dgram';
import { NetworkFailure } from '../federation/failure.ts';
import { familyOf } from './address.ts';
import { datagramFailureOf } from './classify.ts';
import type { Stop } from './deadline.ts';
import type { DatagramLink, To } from './net.ts';
import { asError, Progress } from './progress.ts';

/** How many unread datagrams of one peer are held; what comes beyond is dropped, as a full network would. */
export const maxUnreadDatagrams = 64;

/**
 * A UDP socket of its own on a random port, connected: the kernel hands over only what comes from the address and port
 * it was connected to, and reports a closed port (ICMP) as an error. Only this object listens to the socket.
 */
export class NodeDatagramLink implements DatagramLink {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #progress = new Progress();
  readonly #inbox: Uint8Array[] = [];
  #error: Error | null = null;
  #closed = false;

  /** Takes over a socket that is connected to this numeric address. */
  constructor(socket: Socket, address: string) {
    this.#socket = socket;
    this.#address = address;
    socket.on('message', (bytes: Uint8Array) => {
      if (this.#inbox.length < maxUnreadDatagrams) this.#inbox.push(bytes);
      this.#progress.changed();
    });
    socket.on('error', (error) => this.#broke(error));
  }

  async send(bytes: Uint8Array, signal: Stop): Promise<void> {
    signal.throwIfAborted();
    this.#throwIfOver();
    let sent = false;
    this.#socket.send(bytes, (error) => {
      if (error === null) sent = true;
      else this.#broke(error);
      this.#progress.changed();
    });
    await this.#progress.until(() => {
      if (sent) return true;
      this.#throwIfOver();
      return undefined;
    }, signal);
  }

  async receive(signal: Stop): Promise<Uint8Array> {
    return this.#progress.until(() => {
      const datagram = this.#inbox.shift();
      if (datagram === undefined) this.#throwIfOver();
      return datagram;
    }, signal);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#progress.changed();
  }

  #broke(error: Error): void {
    this.#error ??= asFailure(error, this.#address);
    this.#progress.changed();
  }

  #throwIfOver(): void {
    if (this.#error !== null) throw this.#error;
    if (this.#closed) throw new NetworkFailure('connection_closed', 'the socket is closed');
  }
}

/** Opens a UDP socket towards a numeric address. Nothing is sent. Rejects with NetworkFailure or the signal's reason. */
export async function openDatagrams({ address, port }: To, signal: Stop): Promise<NodeDatagramLink> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = createSocket(familyOf(address) === 6 ? 'udp6' : 'udp4');
  const stop = (): void => reject(asError(signal.reason));
  const failed = (error: Error): void => reject(asFailure(error, address));
  signal.addEventListener('abort', stop, { once: true });
  socket.once('error', failed).once('connect', () => resolve(undefined));
  socket.connect(port, address);
  try {
    await promise;
    return new NodeDatagramLink(socket, address);
  } catch (error) {
    socket.on('error', () => undefined).close();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.off('error', failed);
  }
}

function asFailure(error: Error, address: string): Error {
  const known = datagramFailureOf(error, address);
  return known === null ? error : new NetworkFailure(known.code, known.detail, { cause: error });
}
