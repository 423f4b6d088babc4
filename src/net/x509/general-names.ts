import { printable } from '../../federation/failure.ts';
import { derContent, derElements, DerInvalid, derTag, explicitTag, implicitTag, type DerElement } from '../der.ts';

/** A name of a kind that is understood here; `other` for the rest (RFC 5280 §4.2.1.6). */
export interface GeneralName {
  readonly kind: 'mail' | 'dns' | 'uri' | 'ip' | 'other';
  readonly content: Uint8Array;
}

/** More names than fit into a handshake; a list that is longer is one that cannot be read. */
export const maxList = 40_000;
/** No domain name is longer (RFC 1035 §2.3.4). */
const maxHost = 255;

const kinds: ReadonlyMap<number, GeneralName['kind']> = new Map([
  [implicitTag(1), 'mail'],
  [implicitTag(2), 'dns'],
  [implicitTag(6), 'uri'],
  [implicitTag(7), 'ip'],
  [explicitTag(0), 'other'],
  [explicitTag(3), 'other'],
  [explicitTag(4), 'other'],
  [explicitTag(5), 'other'],
  [implicitTag(8), 'other'],
]);

/** The elements inside, at least one. Throws DerInvalid. */
export function listInside(element: DerElement | undefined, tag: number = derTag.sequence): readonly DerElement[] {
  const found = derElements(derContent(element, tag), maxList + 1);
  if (found.length === 0 || found.length > maxList) throw new DerInvalid('a list of none or of too many');
  return found;
}

/** Throws DerInvalid for a tag that no general name has. */
export function generalName({ tag, content }: DerElement): GeneralName {
  const kind = kinds.get(tag);
  if (kind === undefined) throw new DerInvalid(`tag ${String(tag)} where a name belongs`);
  return { kind, content };
}

/** The text of a name or of a part of one, octet for octet. */
export const textOf = (content: Uint8Array): string => view(content).toString('latin1');
/** The octets as hexadecimal digits. */
export const hexOf = (content: Uint8Array): string => view(content).toString('hex');

/** The same memory: thousands of names are read, and none of them is copied. */
const view = (content: Uint8Array): Buffer =>
  Buffer.isBuffer(content) ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength);

/** A name as a person may read it, short. */
export function shown({ kind, content }: GeneralName): string {
  const text = kind === 'ip' || kind === 'other' ? hexOf(content.subarray(0, 40)) : textOf(content);
  return printable(`${kind}:${text}`, 100);
}

/** Whether a name has a form that its kind allows: ASCII, no controls; an address of 4 or 16 octets. */
export function wellFormed({ kind, content }: GeneralName): boolean {
  switch (kind) {
    case 'other':
      return true;
    case 'ip':
      return content.length === 4 || content.length === 16;
    case 'dns':
      return content.length <= maxHost && isPrintable(content) && textOf(content).trim() !== '';
    case 'mail':
    case 'uri':
      return content.length > 0 && isPrintable(content);
  }
}

function isPrintable(content: Uint8Array): boolean {
  for (const octet of content) if (octet < 0x20 || octet > 0x7e) return false;
  return true;
}
