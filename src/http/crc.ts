/** What CRC-32 divides by, its lowest power first (RFC 1952 §8). */
const polynomial = 0xedb88320;
/** The polynomials 1 and x, in the order of their bits. */
const one = 0x80000000;
const x = 0x40000000;

/** The product of two polynomials, modulo that of CRC-32. */
function product(a: number, b: number): number {
  let [sum, shifted] = [0, b];
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
  }
  return sum >>> 0;
}

/** What a checksum is multiplied with when so many octets follow: x to the power of their bits. */
export function shiftBy(octets: number): number {
  let [power, square] = [one, x];
  for (let left = octets * 8; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = product(power, square);
    square = product(square, square);
  }
  return power;
}

/** CRC-32 of two texts one after the other, from that of each and `shiftBy` the length of the second. */
export function joinedCrc(first: number, second: number, shift: number): number {
  return (product(first, shift) ^ second) >>> 0;
}
