import { connect, type Socket } from 'node:net';
import { noIdentity } from '../federation/edge.ts';
import { NetworkFailure } from '../federation/failure.ts';
import { failureOf } from './classify.ts';
import type { Stop } from './deadline.ts';
import type { Ends, QuerySockets } from './dns-sockets.ts';
import type { DnsServer, SecureDnsServer } from './net.ts';
import { asError } from './progress.ts';
import type { TlsClient } from './tls-client.ts';

/** Looks at one message: the answer, or null for what is not ours. May throw. */
type Match<T> = (bytes: Uint8Array) => T | null;

/**
 * The frame of every transport: `begin` starts the exchange and returns what ends it. Rejects with what the transport
 * or `match` says, or with the signal's reason.
 */
async function exchange<T>(match: Match<T>, signal: Stop, begin: (ends: Ends) => () => void): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const look = (bytes: Uint8Array): boolean => {
    try {
      const found = match(bytes);
      if (found !== null) resolve(found);
      return found !== null;
    } catch (error) {
      reject(asError(error));
      return true;
    }
  };
  const stop = (): void => reject(asError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  const end = begin({ look, fail: reject });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    end();
  }
}

/** One query over UDP, from one of a few sockets on random ports. */
export function overUdp<T>(
  sockets: QuerySockets,
  server: DnsServer,
  { id, query }: { readonly id: number; readonly query: Uint8Array },
  match: Match<T>,
  signal: Stop,
): Promise<T> {
  return exchange(match, signal, (ends) => sockets.ask(server, id, query, ends));
}

/** The same query over TCP (RFC 7766). */
export function overTcp<T>(server: DnsServer, query: Uint8Array, match: Match<T>, signal: Stop): Promise<T> {
  return exchange(match, signal, (ends) => {
    const socket = openSocket(server).on('error', ends.fail);
    readFramed(socket, ends, () => new NetworkFailure('dns_truncated', 'the server closed TCP before a whole answer'));
    socket.write(framed(query));
    return () => socket.destroy();
  });
}

/**
 * The same query over TLS (RFC 7858), sent only when the server is the one that was configured (RFC 8310 §8.2: the
 * strict profile). Trouble of TLS is dns_tls_failed, a server that is somebody else dns_not_authenticated.
 */
export function overTls<T>(
  server: SecureDnsServer,
  query: Uint8Array,
  match: Match<T>,
  signal: Stop,
  tls: TlsClient,
): Promise<T> {
  return exchange(match, signal, (ends) => {
    const raw = openSocket(server).on('error', ends.fail);
    const name = server.tls.name ?? server.address;
    let shaken = false;
    raw.once('connect', () => {
      raw.off('error', ends.fail);
      // Our certificate is for partners: a resolver that asks for one gets none.
      const socket = tls.start(raw, name, noIdentity);
      socket.on('error', (error: Error) => ends.fail(tlsFailure(error)));
      readFramed(socket, ends, () =>
        shaken
          ? new NetworkFailure('dns_unreachable', 'the server closed TLS before a whole answer')
          : new NetworkFailure('dns_tls_failed', 'the server closed the connection in the handshake'),
      );
      socket.once('secureConnect', () => {
        shaken = true;
        const complaint = tls.complaint(socket, name);
        if (complaint === null) socket.write(framed(query));
        else ends.fail(new NetworkFailure('dns_not_authenticated', complaint));
      });
    });
    // An error that comes after the end has no one left to tell.
    return () => raw.on('error', () => undefined).destroy();
  });
}

function openSocket({ address, port }: DnsServer): Socket {
  return connect({ host: address, port, noDelay: true, autoSelectFamily: false });
}

function tlsFailure(error: Error): Error {
  const known = failureOf(error, 'tls_handshake');
  return known === null ? error : new NetworkFailure('dns_tls_failed', known.detail, { cause: error });
}

/** Two octets of length before each message (RFC 1035 §4.2.2). */
function framed(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Reads one framed message, so at most 64 kB are held; `early` is what an end before it means. */
function readFramed(socket: Socket, { look, fail }: Ends, early: () => NetworkFailure): void {
  const held = Buffer.allocUnsafe(2 + 0xffff);
  let used = 0;
  const ended = (): void => fail(early());
  socket.on('end', ended).on('close', ended);
  socket.on('data', (bytes: Buffer) => {
    used += bytes.copy(held, used);
    if (used < 2 || used < 2 + held.readUInt16BE(0)) return;
    look(held.subarray(2, 2 + held.readUInt16BE(0)));
    fail(new NetworkFailure('dns_malformed', 'the message does not answer the question'));
  });
}
