import { behind, sound, type Scenario } from '../scenario.ts';

export const scenarios: readonly Scenario[] = [
  {
    name: 'this worker does not have the identity that the partner is to see',
    net: behind({ ...sound, tls: { failure: 'identity_unknown' } }),
    partner: { identity: 'lab' },
    state: 'unknown',
    codes: ['tls_identity_unknown'],
  },
];
