import { hexOf } from './general-names.ts';

const masked = (address: Uint8Array, mask: Uint8Array): string =>
  hexOf(address.map((octet, at) => octet & (mask[at] ?? 0)));

/** Ranges of addresses as name constraints have them: an address and its mask, 8 or 32 octets (RFC 5280 §4.2.1.10). */
export class Addresses {
  /** Networks by mask: an address is compared once for each mask, of which there are 162. */
  readonly #networks = new Map<string, { readonly mask: Uint8Array; readonly networks: Set<string> }>();

  constructor(ranges: readonly Uint8Array[]) {
    for (const range of ranges.filter((each) => Addresses.isRange(each))) {
      const [address, mask] = [range.subarray(0, range.length / 2), range.subarray(range.length / 2)];
      const key = hexOf(mask);
      const of = this.#networks.get(key) ?? { mask, networks: new Set<string>() };
      of.networks.add(masked(address, mask));
      this.#networks.set(key, of);
    }
  }

  /** Whether the octets are a range whose mask is a prefix (RFC 4632). */
  static isRange(content: Uint8Array): boolean {
    if (content.length !== 8 && content.length !== 32) return false;
    // A prefix is ones and then zeros; within an octet its complement and one more is a power of two.
    const mask = content.subarray(content.length / 2);
    const partial = mask.findIndex((octet) => octet !== 0xff);
    if (partial === -1) return true;
    const zeros = 0xff - (mask[partial] ?? 0);
    return (zeros & (zeros + 1)) === 0 && mask.subarray(partial + 1).every((octet) => octet === 0);
  }

  cover(address: Uint8Array): boolean {
    for (const { mask, networks } of this.#networks.values()) {
      if (mask.length === address.length && networks.has(masked(address, mask))) return true;
    }
    return false;
  }
}
