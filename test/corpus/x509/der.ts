// Writes DER, and what is nearly DER: nothing here minds what it is asked for.

/** An element of this tag around these contents, with the shortest length. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : size < 0x10000 ? [0x82, size >> 8, size & 255] : longest(size);
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const longest = (size: number): readonly number[] => [0x83, size >> 16, (size >> 8) & 255, size & 255];

export const sequence = (...contents: readonly Uint8Array[]): Buffer => element(0x30, ...contents);
export const set = (...contents: readonly Uint8Array[]): Buffer => element(0x31, ...contents);
/** The constructed element `[number]`. */
export const explicit = (number: number, ...contents: readonly Uint8Array[]): Buffer =>
  element(0xa0 + number, ...contents);
/** The primitive element `[number]`. */
export const implicit = (number: number, content: Uint8Array | string): Buffer =>
  element(0x80 + number, Buffer.from(content as string, 'latin1'));
export const bool = (value: boolean): Buffer => element(1, Buffer.from([value ? 0xff : 0]));
export const integer = (hex: string): Buffer => element(2, Buffer.from(hex, 'hex'));
export const bits = (content: Uint8Array, unused = 0): Buffer => element(3, Buffer.from([unused]), content);
export const octets = (content: Uint8Array): Buffer => element(4, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const utcTime = (text: string): Buffer => element(0x17, Buffer.from(text));
export const generalizedTime = (text: string): Buffer => element(0x18, Buffer.from(text));
export const nothing = Buffer.alloc(0);

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octetsOf = (arc: number): number[] => {
    const found = [arc & 127];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) found.unshift((left & 127) | 128);
    return found;
  };
  return element(6, Buffer.from([first * 40 + second, ...rest].flatMap(octetsOf)));
}

/** The same element with a length in one octet more than it takes. */
export function longForm(made: Buffer): Buffer {
  const [tag = 0, length = 0] = made;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, 0x81, length]), made.subarray(2)]);
  const count = length & 0x7f;
  return Buffer.concat([Buffer.from([tag, 0x81 + count, 0]), made.subarray(2)]);
}
