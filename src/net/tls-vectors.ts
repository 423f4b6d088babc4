/**
 * Reads the vectors of TLS: a length and so many octets (RFC 8446 §3.4). Throws RangeError past the end of what is there.
 */
export class Vectors {
  readonly #bytes: Buffer;
  /** Octets that its length promised and that are not there. */
  readonly #missing: number;
  #at = 0;

  constructor(bytes: Buffer, missing = 0) {
    this.#bytes = bytes;
    this.#missing = missing;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(octets: number): number {
    const value = this.#bytes.readUIntBE(this.#at, octets);
    this.#at += octets;
    return value;
  }

  vector(lengthOctets: number): Buffer {
    const inner = this.inside(lengthOctets);
    if (inner.#missing > 0) throw new RangeError('a vector is longer than what holds it');
    return inner.#bytes;
  }

  /** What lies in the next vector, as far as it is there: `end` tells whether that was all. */
  inside(lengthOctets: number): Vectors {
    const length = this.number(lengthOctets);
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += content.length;
    return new Vectors(content, length - content.length);
  }

  /** Throws RangeError unless everything was read, and all of it was there. */
  end(): void {
    if (this.#missing > 0 || !this.done) throw new RangeError('a length says something else than what is there');
  }
}
