import { AUTHENTIC_DATA, CHECKING_DISABLED, encode, RECURSION_DESIRED, type Packet } from 'dns-packet';
import { NetworkFailure } from '../federation/failure.ts';
import { plainName } from './dns-answer.ts';
import type { DnsQuestion } from './net.ts';

// Fits an IPv6 packet of 1,280 octets: no fragments, and no answer of a size that helps an attacker (DNS flag day 2020).
const ednsSize = 1_232;
/** Queries over TLS are of a few sizes only, so that the size does not tell the name (RFC 8467 §4.1). */
const paddedTo = 128;
const paddingOption = 12;
const optionHead = 4;
const dnssecOk = 0x8000;

/**
 * The octets of a query. With AD set a validating resolver says whether it validated (RFC 6840 §5.7); with DO it hands
 * out the signatures, too. Throws NetworkFailure for a name that DNS cannot carry.
 */
export function encodeQuery(id: number, question: DnsQuestion, { padded }: { readonly padded: boolean }): Uint8Array {
  const name = plainName(question.name);
  if (name !== '.' && !name.split('.').every((label) => label.length > 0 && Buffer.byteLength(label) <= 63)) {
    throw new NetworkFailure('dns_malformed', `${question.name} is not a name that can be asked for`);
  }
  const query = (padding: number | null): Packet => ({
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
        flags: question.signatures === true ? dnssecOk : 0,
        flag_do: question.signatures === true,
        options: padding === null ? [] : [{ code: paddingOption, length: padding }],
      },
    ],
  });
  const plain = encode(query(null));
  if (!padded) return plain;
  const rest = (plain.length + optionHead) % paddedTo;
  return encode(query(rest === 0 ? 0 : paddedTo - rest));
}
