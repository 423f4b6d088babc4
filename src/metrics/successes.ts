import type { Proof } from '../federation/diagnosis.ts';
import type { Check } from '../federation/observation.ts';

/** What is shown of a check: 1 proven, 0 failed. */
export interface Success {
  readonly check: Check;
  readonly value: 0 | 1;
}

/** Bottom up; above the first failed layer nothing is said, so that one broken record is not three failures. */
export function successes<Some extends Check>(
  checks: readonly Some[],
  proofOf: (check: Some) => Proof,
): readonly Success[] {
  const shown: Success[] = [];
  for (const check of checks) {
    const proof = proofOf(check);
    if (proof === 'not_proven') continue;
    shown.push({ check, value: proof === 'proven' ? 1 : 0 });
    if (proof === 'failed') break;
  }
  return shown;
}
