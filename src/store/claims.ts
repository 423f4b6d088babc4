import type { Claim } from './store.ts';

/** Throws RangeError for a slot that is no count of milliseconds: half way through a claim it could not be taken back. */
export function checkClaims(wanted: readonly Claim[]): void {
  const odd = wanted.find(({ slotMs }) => !Number.isSafeInteger(slotMs) || slotMs < 0);
  if (odd === undefined) return;
  throw new RangeError(`the slot claimed for ${odd.id} is ${String(odd.slotMs)}, not a count of milliseconds`);
}
