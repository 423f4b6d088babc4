import type { BrokenRule } from '../../federation/x509-rule.ts';
import { remembered } from '../remembered.ts';
import { brokenRules, type PathCertificate } from './broken-rules.ts';

/** `brokenRules` that remembers the last `most` paths: thousands of checks see the same few. */
export function ruleReader(most = 5_000): (path: readonly PathCertificate[], rooted: boolean) => readonly BrokenRule[] {
  const known = remembered<readonly BrokenRule[]>(most);
  return (path, rooted) => {
    const key = [rooted, ...path.map(({ facts }) => facts.fingerprint256)].join(' ');
    return known(key, () => brokenRules(path, rooted));
  };
}
