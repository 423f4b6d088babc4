import { printable } from '../federation/failure.ts';

/** A message that breaks the rules of RFC 1035 §4. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

// A name has at most 127 labels, so more jumps than that only burn time.
const maxJumps = 127;
const maxNameOctets = 255;

/** A character string (RFC 1035 §3.3): an octet of length and the text, made printable. */
export function readText(view: DataView, at: number): { readonly text: string; readonly end: number } {
  need(view, at, 1);
  const length = view.getUint8(at);
  need(view, at + 1, length);
  return { text: printable(String.fromCharCode(...octets(view, at + 1, length)), 255), end: at + 1 + length };
}

/** A name or its last labels, as far as another name may end in them. */
interface Tail {
  /** Labels with dots between them; empty for the root. */
  readonly text: string;
  readonly octets: number;
  readonly jumps: number;
}

/** The octets of one message. A name that others point to is read once: one message can hold thousands of such. */
export class Octets extends DataView<ArrayBufferLike> {
  readonly tails = new Map<number, Tail>();
}

/** A name in lower case without final dot, `.` for the root; `end` is the first octet after it. */
export function readName(view: Octets, start: number): { readonly name: string; readonly end: number } {
  const { tail, end } = readTail(view, start, 0);
  return { name: tail.text === '' ? '.' : tail.text, end };
}

function readTail(view: Octets, start: number, jumps: number): { readonly tail: Tail; readonly end: number } {
  let [text, octets, at] = ['', 0, start];
  for (;;) {
    need(view, at, 1);
    const length = view.getUint8(at);
    if ((length & 0xc0) === 0xc0) {
      need(view, at, 2);
      const rest = pointedTo(view, start, view.getUint16(at) & 0x3fff, jumps + 1);
      return { tail: joined({ text, octets, jumps: 1 }, rest), end: at + 2 };
    }
    if (length > 63) throw new MalformedMessage('a label of unknown kind');
    if (length === 0) return { tail: joined({ text, octets, jumps: 0 }, root), end: at + 1 };
    need(view, at + 1, length);
    const next = { text: label(view, at + 1, length), octets: length + 1, jumps: 0 };
    ({ text, octets } = joined({ text, octets, jumps: 0 }, next));
    at += length + 1;
  }
}

function pointedTo(view: Octets, from: number, to: number, jumps: number): Tail {
  if (to >= from || jumps > maxJumps) throw new MalformedMessage('a name points forward or in a circle');
  const known = view.tails.get(to);
  if (known !== undefined) return known;
  const { tail } = readTail(view, to, jumps);
  view.tails.set(to, tail);
  return tail;
}

const root: Tail = { text: '', octets: 1, jumps: 0 };

function joined(head: Tail, rest: Tail): Tail {
  const octets = head.octets + rest.octets;
  const jumps = head.jumps + rest.jumps;
  if (jumps > maxJumps) throw new MalformedMessage('a name points forward or in a circle');
  if (octets > maxNameOctets) throw new MalformedMessage('a name of more than 255 octets');
  const dot = head.text === '' || rest.text === '' ? '' : '.';
  return { text: `${head.text}${dot}${rest.text}`, octets, jumps };
}

/** RFC 1035 §5.1: a dot or an unprintable octet inside a label is escaped, so that it cannot pass for another name. */
function written(octet: number): string {
  if (octet === 0x2e || octet === 0x5c) return `\\${String.fromCharCode(octet)}`;
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  return String.fromCharCode(octet).toLowerCase();
}

// One message can point to a million octets of names: what each of them becomes is looked up.
const writtenOctets: readonly string[] = Array.from({ length: 256 }, (_, octet) => written(octet));

function label(view: DataView, at: number, length: number): string {
  let text = '';
  for (let each = at; each < at + length; each += 1) text += writtenOctets[view.getUint8(each)] ?? '';
  return text;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups written `::`. */
export function ipv6Text(bytes: readonly number[]): string {
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

export function octets(view: DataView, at: number, length: number): readonly number[] {
  return [...new Uint8Array(view.buffer, view.byteOffset + at, length)];
}

export function need(view: DataView, at: number, length: number): void {
  if (at + length > view.byteLength) throw new MalformedMessage('the message ends in the middle');
}
