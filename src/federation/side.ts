import type { Confidence, Side } from './finding.ts';

const sides: Readonly<Record<Side, string>> = {
  ours: 'ours',
  theirs: 'theirs',
  path: 'the network between us',
  unknown: 'not clear yet',
};

/** Whose turn it is and how sure that is, in words: `theirs`, `theirs, most likely`, `not clear yet`. */
export function sideInWords(side: Side, confidence: Confidence): string {
  if (side === 'unknown' || confidence === 'certain') return sides[side];
  return `${sides[side]}, ${confidence === 'likely' ? 'most likely' : 'perhaps'}`;
}
