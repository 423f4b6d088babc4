import type { Case } from './case.ts';
import { constraintCases } from './cases-constraints.ts';
import { encodingCases } from './cases-encoding.ts';
import { nameCases } from './cases-names.ts';
import { pathCases } from './cases-path.ts';
import { usageCases } from './cases-usage.ts';

/** Every case, by what it is about. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
  names: nameCases,
  usage: usageCases,
  path: pathCases,
  'name constraints': constraintCases,
  encoding: encodingCases,
};
