import { NetworkFailure, type FailureCode } from '../federation/failure.ts';
import { typeNumber, type DnsMessage } from './dns-read.ts';
import type { DnsAnswer, DnsQuestion, DnsRecord, DnsReply, DnsServer, DnsSignature } from './net.ts';

/** How many records of one answer are kept. */
export const maxRecords = 256;
const maxAliases = 16;

const rcodes: ReadonlyMap<number, readonly [FailureCode, string]> = new Map([
  [1, ['dns_servfail', 'FORMERR']],
  [2, ['dns_servfail', 'SERVFAIL']],
  [3, ['dns_nxdomain', 'NXDOMAIN']],
  [4, ['dns_refused', 'NOTIMP']],
  [5, ['dns_refused', 'REFUSED']],
]);

/** A response without a record of the wanted type: an rcode, or NODATA. */
export class DnsDenial extends NetworkFailure {
  readonly reply: DnsReply;

  constructor(code: FailureCode, detail: string, reply: DnsReply) {
    super(code, detail);
    this.reply = reply;
  }
}

/**
 * Turns a matched response into an answer. Throws DnsDenial for an rcode, with dns_nodata when nothing of the wanted
 * type and no alias is there, and MalformedMessage when the answer section cannot be read.
 */
export function toAnswer(
  message: DnsMessage,
  question: DnsQuestion,
  from: { readonly server: DnsServer; readonly overTcp: boolean },
): DnsAnswer {
  const asked = `${question.name} ${question.type}`;
  if (message.rcode !== 0) {
    const [code, word] = rcodes.get(message.rcode) ?? ['dns_servfail', `rcode ${String(message.rcode)}`];
    throw new DnsDenial(code, `${word} for ${asked}`, replyOf(message, question, word));
  }
  const wanted = belonging(message.answers(), question);
  if (wanted.length === 0) {
    const reply = replyOf(message, question, 'NOERROR');
    throw new DnsDenial('dns_nodata', `no ${question.type} record at ${question.name}`, reply);
  }
  const records = wanted.slice(0, maxRecords);
  const { authoritative, authenticated } = message;
  const answer = { ...from, authoritative, authenticated, records, dropped: wanted.length - records.length };
  return question.signatures === true ? { ...answer, signatures: signaturesOf(message, wanted) } : answer;
}

/** Those of the wanted records and the aliases that lead to them. */
function signaturesOf(message: DnsMessage, records: readonly DnsRecord[]): readonly DnsSignature[] {
  const signed = new Set(records.map(({ name, type }) => `${name} ${String(typeNumber(type))}`));
  return message.signatures('answer').filter(({ name, covers }) => signed.has(`${name} ${String(covers)}`));
}

/** Only NXDOMAIN and NODATA are looked into further: with another rcode the sections mean nothing. */
function replyOf(message: DnsMessage, question: DnsQuestion, rcode: string): DnsReply {
  const { authoritative, authenticated } = message;
  const said = { rcode, authoritative, authenticated };
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { ...said, zone: null, isAlias: false };
  const isAlias = message.answers().some((each) => each.type === 'CNAME' && each.name === plainName(question.name));
  const reply = { ...said, zone: message.zone(), isAlias };
  return question.signatures === true ? { ...reply, signatures: message.signatures('authority') } : reply;
}

/** The records at the name asked for and at the aliases it leads to inside this answer; strays are left out. */
function belonging(records: readonly DnsRecord[], question: DnsQuestion): readonly DnsRecord[] {
  const names = new Set([plainName(question.name)]);
  const aliases = new Map(records.flatMap((each) => (each.type === 'CNAME' ? [[each.name, each.target]] : [])));
  let name = plainName(question.name);
  for (let left = maxAliases; left > 0; left -= 1) {
    const target = aliases.get(name);
    if (target === undefined || names.has(target)) break;
    names.add(target);
    name = target;
  }
  return records.filter((each) => names.has(each.name) && (each.type === question.type || each.type === 'CNAME'));
}

/** A name as records carry it: lower case, no final dot, `.` for the root. */
export function plainName(name: string): string {
  const plain = name.toLowerCase().replace(/\.$/, '');
  return plain === '' ? '.' : plain;
}
