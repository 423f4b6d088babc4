import { randomInt } from 'node:crypto';
import { NetworkFailure, type FailureCode } from '../federation/failure.ts';
import { failureOf } from './classify.ts';
import type { Stop } from './deadline.ts';
import { plainName, toAnswer } from './dns-answer.ts';
import { MalformedMessage } from './dns-octets.ts';
import { encodeQuery } from './dns-query.ts';
import type { QuerySockets } from './dns-sockets.ts';
import { readMessage, typeNumber, type DnsMessage } from './dns-read.ts';
import { overTcp, overTls, overUdp } from './dns-transport.ts';
import type { DnsAnswer, DnsQuestion, DnsServer, SecureDnsServer } from './net.ts';
import type { TlsClient } from './tls-client.ts';

/** A question with an id of its own, its octets, and how an answer to it is told and read. */
function asking(server: DnsServer, question: DnsQuestion) {
  const id = randomInt(0x1_0000);
  return {
    id,
    query: encodeQuery(id, question, { padded: server.tls !== undefined }),
    match: (bytes: Uint8Array): DnsMessage | null => match(bytes, id, question),
    answer: (message: DnsMessage, isStream: boolean): DnsAnswer => {
      if (isStream && message.truncated) throw new NetworkFailure('dns_truncated', 'truncated over TCP, too');
      return toAnswer(message, question, { server, overTcp: isStream });
    },
  };
}

/**
 * Asks one server one question: over UDP, and over TCP when the answer does not fit. Rejects with NetworkFailure; after
 * the signal fired, with its reason.
 */
export async function ask(
  server: DnsServer,
  question: DnsQuestion,
  signal: Stop,
  sockets: QuerySockets,
): Promise<DnsAnswer> {
  const { id, query, match, answer } = asking(server, question);
  const first = await attempt('dns_unreachable', signal, async () => {
    const message = await overUdp(sockets, server, { id, query }, match, signal);
    return message.truncated ? null : answer(message, false);
  });
  if (first !== null) return first;
  return attempt('dns_truncated', signal, async () => answer(await overTcp(server, query, match, signal), true));
}

/** The same over TLS, where the server is one of TLS. */
export function askOverTls(
  server: SecureDnsServer,
  question: DnsQuestion,
  signal: Stop,
  tls: TlsClient,
): Promise<DnsAnswer> {
  return attempt('dns_unreachable', signal, async () => {
    const { query, match, answer } = asking(server, question);
    return answer(await overTls(server, query, match, signal, tls), true);
  });
}

export function isSecure(server: DnsServer): server is SecureDnsServer {
  return server.tls !== undefined;
}

/** The message when it answers our question; null for anything that could be somebody else's. */
function match(bytes: Uint8Array, id: number, question: DnsQuestion): DnsMessage | null {
  if (bytes.length < 2 || new DataView(bytes.buffer, bytes.byteOffset).getUint16(0) !== id) return null;
  const message = readMessage(bytes);
  const asked = message.question;
  if (!message.isResponse || asked === null) return null;
  const same = asked.name === plainName(question.name) && asked.type === typeNumber(question.type) && asked.class === 1;
  return same ? message : null;
}

/** Runs one transport and speaks of its trouble in the words of DNS: `unreachable` is what a broken connection means. */
async function attempt<T>(unreachable: FailureCode, signal: Stop, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MalformedMessage) throw new NetworkFailure('dns_malformed', error.message, { cause: error });
    if (error instanceof NetworkFailure || error === signal.reason) throw error;
    const known = failureOf(error, 'srv_lookup');
    if (known === null) throw error;
    const code = known.code === 'dns_unreachable' ? unreachable : known.code;
    throw new NetworkFailure(code, known.detail, { cause: error });
  }
}
