import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockDoubt } from '../../src/federation/clock-doubt.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import { clockEvidence } from '../../src/probe/clock-evidence.ts';
import { noFacts } from '../../src/probe/sip/read-facts.ts';
import { certificateFacts } from '../fakes/scripted-net.ts';

const at = '2026-11-26T12:00:00.000Z';
const heardAt = '2026-11-26T12:00:03.000Z';

/** Stored evidence of one edge: a certificate, and the time that its SIP answer told; either may be absent. */
function evidence(host: string, notBefore: string | null, says: string | null): EdgeEvidence {
  const chain = notBefore === null ? [] : [certificateFacts({ notBefore, fingerprint256: host })];
  const date = says === null ? {} : { date: { says, heardAt } };
  const observations = [
    { kind: 'tls' as const, at, steps: [], facts: { chain } },
    { kind: 'sip' as const, at, steps: [], facts: { ...noFacts({ requestUri: `sip:${host}` }), ...date } },
  ];
  const edge = { transport: 'tls', host, port: 5061, address: '192.0.2.1', serverName: host, options: true } as const;
  return { edge, slotMs: 0, at, observations };
}

const past = '2026-01-01T00:00:00.000Z';
const future = '2027-01-01T00:00:00.000Z';

test('the evidence of many partners: certificates that are not valid yet, and what SIP servers say the time is', () => {
  const early = ['a', 'b', 'c'].map((host) => evidence(host, future, null));
  assert.deepEqual(clockDoubt(clockEvidence(early)), {
    clock: 'behind', by: 'certificates', wrong: 3, of: 3, offMs: null,
  }); // prettier-ignore
  const later = ['d', 'e', 'f'].map((host) => evidence(host, past, '2026-11-26T12:20:03.000Z'));
  assert.deepEqual(clockDoubt(clockEvidence([...early, ...later])), {
    clock: 'behind', by: 'times', wrong: 3, of: 3, offMs: 20 * 60_000,
  }); // prettier-ignore
});

test('without a certificate, an answer or a Date, and in evidence of earlier versions, nothing is told', () => {
  const bare = evidence('a', null, null);
  assert.deepEqual(clockEvidence([bare, { ...bare, observations: [] }]), { certificates: [], times: [] });
});
