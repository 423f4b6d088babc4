const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const masked = (address: Uint8Array, mask: Uint8Array): string =>
  hex(address.map((octet, at) => octet & (mask[at] ?? 0)));

/** Ranges of addresses as name constraints have them: an address and its mask, 8 or 32 octets (RFC 5280 §4.2.1.10). */
export class Addresses {
  /** Networks by mask: an address is compared once for each mask, of which there are 162. */
  readonly #networks = new Map<string, { readonly mask: Uint8Array; readonly networks: Set<string> }>();

  constructor(ranges: readonly Uint8Array[]) {
    for (const range of ranges.filter((each) => Addresses.isRange(each))) {
      const [address, mask] = [range.subarray(0, range.length / 2), range.subarray(range.length / 2)];
      const of = this.#networks.get(hex(mask)) ?? { mask, networks: new Set<string>() };
      of.networks.add(masked(address, mask));
      this.#networks.set(hex(mask), of);
    }
  }

  /** Whether the octets are a range whose mask is a prefix (RFC 4632). */
  static isRange(content: Uint8Array): boolean {
    if (content.length !== 8 && content.length !== 32) return false;
    const bits = Array.from(content.subarray(content.length / 2), (octet) => octet.toString(2).padStart(8, '0'));
    return /^1*0*$/.test(bits.join(''));
  }

  cover(address: Uint8Array): boolean {
    for (const { mask, networks } of this.#networks.values()) {
      if (mask.length === address.length && networks.has(masked(address, mask))) return true;
    }
    return false;
  }
}
