import { printable } from '../federation/failure.ts';
import { recordTypes, type DnsRecord, type RecordType } from './net.ts';

/** A message that breaks the rules of RFC 1035 §4. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** A response as far as we use it. `records` are those of the four known types in the answer section, in order. */
export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly truncated: boolean;
  readonly authenticated: boolean;
  readonly rcode: number;
  readonly question: { readonly name: string; readonly type: number; readonly class: number } | null;
  /** Reads the answer section; throws MalformedMessage. Apart, since a truncated message ends in the middle of it. */
  readonly answers: () => readonly DnsRecord[];
}

const typeNumbers: Readonly<Record<RecordType, number>> = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 };
const headerLength = 12;
// A name has at most 127 labels, so more jumps than that only burn time.
const maxJumps = 127;
const maxNameOctets = 255;

export function typeNumber(type: RecordType): number {
  return typeNumbers[type];
}

/**
 * Reads a response. Written by hand because it meets hostile bytes: only the four types we use are looked into, names
 * keep their label borders, and compression pointers lead backwards a bounded number of times. Throws MalformedMessage.
 */
export function readMessage(bytes: Uint8Array): DnsMessage {
  if (bytes.length < headerLength) throw new MalformedMessage(`${String(bytes.length)} octets are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  const questions = view.getUint16(4);
  if (questions > 1) throw new MalformedMessage(`${String(questions)} questions`);
  const asked = questions === 1 ? readQuestion(view) : null;
  return {
    id: view.getUint16(0),
    isResponse: (flags & 0x8000) !== 0 && (flags & 0x7800) === 0,
    truncated: (flags & 0x0200) !== 0,
    authenticated: (flags & 0x0020) !== 0,
    rcode: flags & 0x000f,
    question: asked === null ? null : asked.question,
    answers: () => readRecords(view, asked?.end ?? headerLength, view.getUint16(6)),
  };
}

function readQuestion(view: DataView): {
  readonly question: NonNullable<DnsMessage['question']>;
  readonly end: number;
} {
  const { name, end } = readName(view, headerLength);
  need(view, end, 4);
  return { question: { name, type: view.getUint16(end), class: view.getUint16(end + 2) }, end: end + 4 };
}

function readRecords(view: DataView, start: number, count: number): readonly DnsRecord[] {
  const records: DnsRecord[] = [];
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    const { name, end } = readName(view, at);
    need(view, end, 10);
    const type = recordTypes.find((each) => typeNumbers[each] === view.getUint16(end));
    const isInternet = view.getUint16(end + 2) === 1;
    // RFC 2181 §8: a time to live with the first bit set is zero.
    const ttl = Math.max(view.getInt32(end + 4), 0);
    const length = view.getUint16(end + 8);
    need(view, end + 10, length);
    if (type !== undefined && isInternet) records.push(readRecord(view, end + 10, length, { type, name, ttl }));
    at = end + 10 + length;
  }
  return records;
}

function readRecord(
  view: DataView,
  at: number,
  length: number,
  { type, name, ttl }: { readonly type: RecordType; readonly name: string; readonly ttl: number },
): DnsRecord {
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
      return { type, name, ttl, target: target(0) };
    case 'SRV': {
      if (length < 7) exactly(7);
      const [priority, weight, port] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 4)];
      return { type, name, ttl, priority, weight, port, target: target(6) };
    }
  }
}

/** A name in lower case without final dot, `.` for the root; `end` is the first octet after it. */
function readName(view: DataView, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let [at, end, floor, total, jumps] = [start, 0, start, 1, 0];
  for (;;) {
    need(view, at, 1);
    const length = view.getUint8(at);
    if ((length & 0xc0) === 0xc0) {
      need(view, at, 2);
      const to = view.getUint16(at) & 0x3fff;
      jumps += 1;
      if (to >= floor || jumps > maxJumps) throw new MalformedMessage('a name points forward or in a circle');
      if (jumps === 1) end = at + 2;
      [at, floor] = [to, to];
      continue;
    }
    if (length > 63) throw new MalformedMessage('a label of unknown kind');
    if (length === 0) break;
    need(view, at + 1, length);
    total += length + 1;
    if (total > maxNameOctets) throw new MalformedMessage('a name of more than 255 octets');
    labels.push(label(octets(view, at + 1, length)));
    at += length + 1;
  }
  return { name: labels.length === 0 ? '.' : labels.join('.'), end: jumps === 0 ? at + 1 : end };
}

/** RFC 1035 §5.1: a dot or an unprintable octet inside a label is escaped, so that it cannot pass for another name. */
function label(bytes: readonly number[]): string {
  const text = bytes.map((octet) => {
    if (octet === 0x2e || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
    return octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`;
  });
  return printable(text.join('').toLowerCase(), 63 * 4);
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups written `::`. */
function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  const full = groups.join(':');
  const runs = [...full.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)];
  const longest = runs.reduce<RegExpExecArray | null>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    null,
  );
  if (longest === null) return full;
  const before = full.slice(0, longest.index).replace(/:$/, '');
  const after = full.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

function octets(view: DataView, at: number, length: number): readonly number[] {
  return [...new Uint8Array(view.buffer, view.byteOffset + at, length)];
}

function need(view: DataView, at: number, length: number): void {
  if (at + length > view.byteLength) throw new MalformedMessage('the message ends in the middle');
}
