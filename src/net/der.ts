/** One element of DER: its tag octet, its content, and both with the length between them. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
}

/** Octets that are not the DER that is read here. */
export class DerInvalid extends Error {
  override readonly name = 'DerInvalid';
}

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  enumerated: 0x0a,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of a constructed, context-specific element `[number]`. */
export const explicitTag = (number: number): number => 0xa0 + number;
/** The tag of a primitive, context-specific element `[number]`. */
export const implicitTag = (number: number): number => 0x80 + number;

/** No list in a certificate is followed further: each is a list of a few. */
const maxElements = 200;
const maxArcs = 32;

/** The elements that lie side by side in these octets, at most `most`. Throws DerInvalid. */
export function derElements(bytes: Uint8Array, most = maxElements): readonly DerElement[] {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length && found.length < most;) {
    const { element, end } = elementAt(bytes, at);
    found.push(element);
    at = end;
  }
  return found;
}

/** The first element. Throws DerInvalid when there is none. */
export function derElement(bytes: Uint8Array): DerElement {
  return elementAt(bytes, 0).element;
}

/** The elements inside an element of this tag. Throws DerInvalid for another tag. */
export function derInside(element: DerElement | undefined, tag: number): readonly DerElement[] {
  return derElements(derContent(element, tag));
}

/** The content of an element of this tag. Throws DerInvalid for another tag. */
export function derContent(element: DerElement | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new DerInvalid(`tag ${String(element?.tag)} where ${String(tag)} belongs`);
  return element.content;
}

/** Most elements are read for what is inside alone: the whole of one is cut out when it is asked for. */
class ElementAt implements DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #at: number;

  constructor(tag: number, content: Uint8Array, bytes: Uint8Array, at: number) {
    this.tag = tag;
    this.content = content;
    this.#bytes = bytes;
    this.#at = at;
  }

  get encoded(): Uint8Array {
    return this.#bytes.subarray(this.#at, this.content.byteOffset - this.#bytes.byteOffset + this.content.length);
  }
}

function elementAt(bytes: Uint8Array, at: number): { readonly element: DerElement; readonly end: number } {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  // Certificates have no tag of more than one octet.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new DerInvalid('no tag and length');
  const { length, start } = first < 0x80 ? { length: first, start: at + 2 } : longLength(bytes, at + 2, first & 0x7f);
  const end = start + length;
  if (end > bytes.length) throw new DerInvalid('an element is longer than what holds it');
  return { element: new ElementAt(tag, bytes.subarray(start, end), bytes, at), end };
}

function longLength(
  bytes: Uint8Array,
  at: number,
  octets: number,
): { readonly length: number; readonly start: number } {
  // Zero octets would be the indefinite length, which DER forbids.
  if (octets < 1 || octets > 3 || at + octets > bytes.length) throw new DerInvalid('a length that is none');
  let length = 0;
  for (const each of bytes.subarray(at, at + octets)) length = length * 256 + each;
  // DER has one way to write a length, the shortest (X.690 §10.1).
  if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerInvalid('a length that is longer than it need be');
  return { length, start: at + octets };
}

/** An object identifier in dots. Throws DerInvalid. */
export function objectId(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc) || arcs.length >= maxArcs) throw new DerInvalid('an object identifier without end');
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head, ...rest] = arcs;
  if (head === undefined || (content.at(-1) ?? 0) >= 0x80) throw new DerInvalid('an object identifier without end');
  const root = Math.min(2, Math.floor(head / 40));
  return [root, head - root * 40, ...rest].join('.');
}
