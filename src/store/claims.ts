import { isFarAhead } from '../federation/slot.ts';
import type { Claim } from './store.ts';

/** Throws RangeError for a slot that is no count of milliseconds: half way through a claim it could not be taken back. */
export function checkClaims(wanted: readonly Claim[]): void {
  const odd = wanted.find(({ slotMs }) => !Number.isSafeInteger(slotMs) || slotMs < 0);
  if (odd === undefined) return;
  throw new RangeError(`the slot claimed for ${odd.id} is ${String(odd.slotMs)}, not a count of milliseconds`);
}

/** What one call granted, as one text. Ids have no spaces. */
export function grantOf(granted: readonly Claim[]): string {
  return granted.map(({ id, slotMs }) => `${id} ${String(slotMs)}`).join(' ');
}

/** The claims in such a text; those without a slot are left out. */
export function claimsIn(grant: string): readonly Claim[] {
  const words = grant.split(' ');
  const claims = words.flatMap((id, at) => (at % 2 === 0 ? [{ id, slotMs: Number(words[at + 1]) }] : []));
  return claims.filter(({ slotMs }) => Number.isSafeInteger(slotMs));
}

/** Of grants and when they were made, those that were made so long ago, or by a clock that was far ahead. */
export function openFor(
  grants: readonly (readonly [string, number])[],
  ageMs: number,
  nowMs: number,
): readonly (readonly Claim[])[] {
  return grants
    .filter(([, grantedMs]) => nowMs - grantedMs >= ageMs || isFarAhead(grantedMs, nowMs))
    .map(([grant]) => claimsIn(grant));
}
