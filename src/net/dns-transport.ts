import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { NetworkFailure } from '../federation/failure.ts';
import type { DnsServer } from './net.ts';
import { asError } from './progress.ts';

/** When a query is sent again, milliseconds after the one before: a lost datagram must not cost the whole deadline. */
const resendAfterMs = [1_000, 2_000] as const;
/** How many datagrams that are not our answer are looked at before we give up. */
const maxStrangers = 64;

/** Looks at one message: the answer, or null for what is not ours. May throw. */
type Match<T> = (bytes: Uint8Array) => T | null;

/**
 * One query over UDP from a fresh socket on a random port. The socket is connected, so the kernel drops what comes from
 * another address or port and reports a closed port as ECONNREFUSED. Rejects with the socket's error, what `match`
 * throws, or the signal's reason.
 */
export async function overUdp<T>(
  server: DnsServer,
  query: Uint8Array,
  match: Match<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  const stop = (): void => reject(asError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  let timer: NodeJS.Timeout | undefined;
  let strangers = 0;
  const send = (turn: number): void => {
    socket.send(query, (error) => {
      if (error !== null) reject(error);
    });
    const wait = resendAfterMs[turn];
    if (wait !== undefined) timer = setTimeout(() => send(turn + 1), wait);
  };
  socket.on('error', reject);
  socket.on('message', (bytes) => {
    settle(bytes, match, resolve, reject);
    strangers += 1;
    if (strangers > maxStrangers) reject(new NetworkFailure('dns_malformed', 'too many datagrams that are no answer'));
  });
  socket.on('connect', () => send(0));
  socket.connect(server.port, server.address);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    socket.close();
  }
}

/** The same query over TCP (RFC 7766): two octets of length before each message, so at most 64 kB are held. */
export async function overTcp<T>(
  server: DnsServer,
  query: Uint8Array,
  match: Match<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const socket = connect({ host: server.address, port: server.port, noDelay: true, autoSelectFamily: false });
  const stop = (): void => reject(asError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  const early = (): void => reject(new NetworkFailure('dns_truncated', 'the server closed TCP before a whole answer'));
  const held = Buffer.allocUnsafe(2 + 0xffff);
  let used = 0;
  socket.on('error', reject);
  socket.on('end', early);
  socket.on('close', early);
  socket.on('data', (bytes: Buffer) => {
    used += bytes.copy(held, used);
    if (used < 2 || used < 2 + held.readUInt16BE(0)) return;
    settle(held.subarray(2, 2 + held.readUInt16BE(0)), match, resolve, reject);
    reject(new NetworkFailure('dns_malformed', 'the message over TCP does not answer the question'));
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

function settle<T>(
  bytes: Uint8Array,
  match: Match<T>,
  resolve: (value: T) => void,
  reject: (error: Error) => void,
): void {
  try {
    const found = match(bytes);
    if (found !== null) resolve(found);
  } catch (error) {
    reject(asError(error));
  }
}
