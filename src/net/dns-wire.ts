import { randomInt } from 'node:crypto';
import { AUTHENTIC_DATA, CHECKING_DISABLED, encode, RECURSION_DESIRED } from 'dns-packet';
import { NetworkFailure, type FailureCode } from '../federation/failure.ts';
import { failureOf } from './classify.ts';
import { plainName, toAnswer } from './dns-answer.ts';
import { MalformedMessage } from './dns-octets.ts';
import { readMessage, typeNumber, type DnsMessage } from './dns-read.ts';
import { overTcp, overUdp } from './dns-transport.ts';
import type { DnsAnswer, DnsQuestion, DnsServer } from './net.ts';

// Fits an IPv6 packet of 1,280 octets: no fragments, and no answer of a size that helps an attacker (DNS flag day 2020).
const ednsSize = 1_232;

/**
 * Asks one server one question over UDP, and over TCP when the answer does not fit. Rejects with NetworkFailure;
 * after the signal fired, with its reason.
 */
export async function ask(server: DnsServer, question: DnsQuestion, signal: AbortSignal): Promise<DnsAnswer> {
  const id = randomInt(0x1_0000);
  const query = encodeQuery(id, question);
  const matching = (bytes: Uint8Array): DnsMessage | null => match(bytes, id, question);

  const answer = (message: DnsMessage, isTcp: boolean): DnsAnswer =>
    toAnswer(message, question, { server, overTcp: isTcp });

  const first = await attempt('dns_unreachable', signal, async () => {
    const message = await overUdp(server, query, matching, signal);
    return message.truncated ? null : answer(message, false);
  });
  if (first !== null) return first;
  return attempt('dns_truncated', signal, async () => {
    const message = await overTcp(server, query, matching, signal);
    if (message.truncated) throw new NetworkFailure('dns_truncated', 'truncated over TCP, too');
    return answer(message, true);
  });
}

/** With AD set and DO not, a validating resolver says whether it validated and leaves the signatures out (RFC 6840 §5.7). */
function encodeQuery(id: number, question: DnsQuestion): Uint8Array {
  const name = plainName(question.name);
  if (name !== '.' && !name.split('.').every((label) => label.length > 0 && Buffer.byteLength(label) <= 63)) {
    throw new NetworkFailure('dns_malformed', `${question.name} is not a name that can be asked for`);
  }
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA | (question.checkingDisabled === true ? CHECKING_DISABLED : 0),
    questions: [{ type: question.type, name, class: 'IN' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: ednsSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
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
async function attempt<T>(unreachable: FailureCode, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
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
