import { ipv6Text, MalformedMessage, need, octets, Octets, readName, readText } from './dns-octets.ts';
import { recordTypes, type DnsRecord, type DnsReply, type DnsSignature, type RecordType } from './net.ts';

/** A response as far as we use it. `records` are those of the known types in the answer section, in order. */
export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly authenticated: boolean;
  readonly rcode: number;
  readonly question: { readonly name: string; readonly type: number; readonly class: number } | null;
  /** Reads the answer section; throws MalformedMessage. Apart, since a truncated message ends in the middle of it. */
  readonly answers: () => readonly DnsRecord[];
  /** The start of authority in the authority section: the zone that says no. Throws MalformedMessage. */
  readonly zone: () => DnsReply['zone'];
  /** The signatures in one section, at most `maxSignatures`. Throws MalformedMessage. */
  readonly signatures: (section: 'answer' | 'authority') => readonly DnsSignature[];
}

/** How many signatures of one answer are kept. */
export const maxSignatures = 32;

const typeNumbers: Readonly<Record<RecordType, number>> = { A: 1, NS: 2, CNAME: 5, AAAA: 28, SRV: 33, NAPTR: 35 };
const soaNumber = 6;
const rrsigNumber = 46;
const headerLength = 12;

export function typeNumber(type: RecordType): number {
  return typeNumbers[type];
}

/**
 * Reads a response. Written by hand because it meets hostile bytes: only the types we use are looked into, names
 * keep their label borders, and compression pointers lead backwards a bounded number of times. Throws MalformedMessage.
 */
export function readMessage(bytes: Uint8Array): DnsMessage {
  if (bytes.length < headerLength) throw new MalformedMessage(`${String(bytes.length)} octets are too few`);
  const view = new Octets(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  const questions = view.getUint16(4);
  if (questions > 1) throw new MalformedMessage(`${String(questions)} questions`);
  const asked = questions === 1 ? readQuestion(view) : null;
  let read: { readonly section: Section; readonly records: readonly DnsRecord[] } | null = null;
  const answers = (): NonNullable<typeof read> => (read ??= readAnswers(view, asked?.end ?? headerLength));
  const authority = (): Section => readSection(view, answers().section.end, view.getUint16(8));
  return {
    id: view.getUint16(0),
    isResponse: (flags & 0x8000) !== 0 && (flags & 0x7800) === 0,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    authenticated: (flags & 0x0020) !== 0,
    rcode: flags & 0x000f,
    question: asked === null ? null : asked.question,
    answers: () => answers().records,
    zone: () => readZone(view, authority().raws),
    signatures: (section) => readSignatures(view, (section === 'answer' ? answers().section : authority()).raws),
  };
}

function readQuestion(view: Octets): {
  readonly question: NonNullable<DnsMessage['question']>;
  readonly end: number;
} {
  const { name, end } = readName(view, headerLength);
  need(view, end, 4);
  return { question: { name, type: view.getUint16(end), class: view.getUint16(end + 2) }, end: end + 4 };
}

/** A record before its content is looked into; `at` is where the content starts. */
interface RawRecord {
  readonly name: string;
  readonly type: number;
  readonly isInternet: boolean;
  readonly ttl: number;
  readonly at: number;
  readonly length: number;
}

function readRaw(view: Octets, start: number): RawRecord {
  const { name, end } = readName(view, start);
  need(view, end, 10);
  const length = view.getUint16(end + 8);
  need(view, end + 10, length);
  // RFC 2181 §8: a time to live with the first bit set is zero.
  const ttl = Math.max(view.getInt32(end + 4), 0);
  const isInternet = view.getUint16(end + 2) === 1;
  return { name, type: view.getUint16(end), isInternet, ttl, at: end + 10, length };
}

interface Section {
  readonly raws: readonly RawRecord[];
  readonly end: number;
}

/** The records of the Internet class in one section; `end` is the first octet after it. */
function readSection(view: Octets, start: number, count: number): Section {
  const raws: RawRecord[] = [];
  let end = start;
  for (let left = count; left > 0; left -= 1) {
    const raw = readRaw(view, end);
    end = raw.at + raw.length;
    if (raw.isInternet) raws.push(raw);
  }
  return { raws, end };
}

function readAnswers(
  view: Octets,
  start: number,
): { readonly section: Section; readonly records: readonly DnsRecord[] } {
  const section = readSection(view, start, view.getUint16(6));
  return { section, records: section.raws.flatMap((raw) => readRecord(view, raw) ?? []) };
}

/** RFC 2308 §5: a no may be kept for the smaller of the SOA's own time to live and its last field. */
function readZone(view: Octets, raws: readonly RawRecord[]): DnsReply['zone'] {
  const soa = raws.find((each) => each.type === soaNumber);
  if (soa === undefined) return null;
  const numbers = readName(view, readName(view, soa.at).end).end;
  if (numbers + 20 !== soa.at + soa.length) throw new MalformedMessage(`SOA record of ${String(soa.length)} octets`);
  return { name: soa.name, negativeTtl: Math.min(soa.ttl, Math.max(view.getInt32(numbers + 16), 0)) };
}

/** The times of RRSIG records (RFC 4034 §3.1); key, signer and the signature itself are the resolver's business. */
function readSignatures(view: Octets, raws: readonly RawRecord[]): readonly DnsSignature[] {
  const all = raws.filter((each) => each.type === rrsigNumber).slice(0, maxSignatures);
  return all.map(({ name, at, length }) => {
    if (length < 19) throw new MalformedMessage(`RRSIG record of ${String(length)} octets`);
    const [covers, expiration, inception] = [view.getUint16(at), view.getUint32(at + 8), view.getUint32(at + 12)];
    return { name, covers, inception, expiration };
  });
}

/** A record of a type that we use; null for others. */
function readRecord(view: Octets, raw: RawRecord): DnsRecord | null {
  const type = recordTypes.find((each) => typeNumbers[each] === raw.type);
  if (type === undefined) return null;
  const { name, ttl, at, length } = raw;
  const exactly = (octets: number): void => {
    if (length !== octets) throw new MalformedMessage(`${type} record of ${String(length)} octets`);
  };
  const target = (offset: number): string => {
    const read = readName(view, at + offset);
    exactly(read.end - at);
    return read.name;
  };
  switch (type) {
    case 'A':
      exactly(4);
      return { type, name, ttl, address: octets(view, at, 4).join('.') };
    case 'AAAA':
      exactly(16);
      return { type, name, ttl, address: ipv6Text(octets(view, at, 16)) };
    case 'CNAME':
    case 'NS':
      return { type, name, ttl, target: target(0) };
    case 'SRV': {
      if (length < 7) exactly(7);
      const [priority, weight, port] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4)];
      return { type, name, ttl, priority, weight, port, target: target(6) };
    }
    case 'NAPTR': {
      if (length < 8) exactly(8);
      const [order, preference] = [view.getUint16(at), view.getUint16(at + 2)];
      const flags = readText(view, at + 4);
      const services = readText(view, flags.end);
      const regexp = readText(view, services.end);
      const texts = { flags: flags.text, services: services.text, regexp: regexp.text };
      return { type, name, ttl, order, preference, ...texts, replacement: target(regexp.end - at) };
    }
  }
}
