import ipaddr from 'ipaddr.js';

/** So many addresses are remembered at once; of more, the one whose time began first is forgotten. */
export const mostAddresses = 1_000;

/** How much an address may ask for in a time of its own, which begins when it asks first. */
export interface Allowance {
  /** How long it has to wait before it may ask again, milliseconds; 0: it need not. */
  waitMs(address: string): number;
  spend(address: string): void;
}

/** Who asks: of IPv6 a network of 64 bits, since whoever has one address there has all of them. */
function askerOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const read = ipaddr.process(address);
  return read instanceof ipaddr.IPv6 ? read.parts.slice(0, 4).join(':') : read.toString();
}

/** `most` in `withinMs` for each address; `nowMs` is monotonic. */
export function allowance(most: number, withinMs: number, nowMs: () => number = () => performance.now()): Allowance {
  const askers = new Map<string, { readonly untilMs: number; spent: number }>();
  return {
    waitMs(address) {
      const asker = askers.get(askerOf(address));
      return asker === undefined || asker.spent < most ? 0 : Math.max(0, asker.untilMs - nowMs());
    },
    spend(address) {
      const name = askerOf(address);
      const asker = askers.get(name);
      if (asker !== undefined && asker.untilMs > nowMs()) {
        asker.spent += 1;
        return;
      }
      askers.delete(name);
      const [oldest] = askers.keys();
      if (oldest !== undefined && askers.size >= mostAddresses) askers.delete(oldest);
      askers.set(name, { untilMs: nowMs() + withinMs, spent: 1 });
    },
  };
}
