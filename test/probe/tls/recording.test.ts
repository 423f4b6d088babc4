import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeEvidence } from '../../../src/federation/observation.ts';
import type { RecordedFlight, TlsFacts } from '../../../src/probe/tls/facts.ts';
import { recordEveryMs, recordingNow, withRecord } from '../../../src/probe/tls/recording.ts';
import * as made from '../../metrics/made-up.ts';

const nowMs = Date.UTC(2026, 5, 1);
const flight: RecordedFlight = {
  authorities: [],
  authoritiesTotal: 0,
  presented: [],
  presentedTotal: 0,
  recordedAt: new Date(nowMs).toISOString(),
  why: 'daily',
};
const certificate = (name: string) => made.certificate('sip.a.example', { fingerprint256: name });
const chain = ['AA', 'BB', 'CC'].map(certificate);
const evidence = (tls: Partial<TlsFacts>): EdgeEvidence =>
  made.edgeEvidence(made.edge('sip.a.example', '192.0.2.1'), { tls });
const kept = (fresh: Partial<TlsFacts>, last: Partial<TlsFacts> | null): RecordedFlight | null => {
  const whole = withRecord(evidence(fresh), last === null ? null : evidence(last));
  const facts = whole.observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts;
  return facts.flight ?? null;
};

test('what was recorded before the clock was set back is recorded anew', () => {
  const last = evidence({ chain, flight });
  assert.equal(recordingNow(last, nowMs + recordEveryMs - 1), null);
  assert.equal(recordingNow(last, nowMs + recordEveryMs), 'daily');
  assert.equal(recordingNow(last, nowMs - 1), 'daily');
  assert.equal(recordingNow(null, nowMs), 'new');
});

test('a record stands for the same chain only, from the leaf to its last certificate', () => {
  const last = { chain, flight };
  assert.equal(kept({ chain, flight: null }, last), flight);
  assert.equal(kept({ chain, flight: null }, null), null);
  assert.equal(kept({ chain: chain.slice(0, 2), flight: null }, last), null);
  assert.equal(kept({ chain: [...chain.slice(0, 2), certificate('DD')], flight: null }, last), null);
  assert.equal(kept({ chain: [], flight: null }, { chain: [], flight }), null);
  const newer = { ...flight, why: 'failure' } as const;
  assert.equal(kept({ chain, flight: newer }, last), newer);
});

test('a chain of which only the leaf could be kept is compared by the leaf and by its length', () => {
  const last = { chain: chain.slice(0, 1), chainDropped: 2, flight };
  assert.equal(kept({ chain, flight: null }, last), flight);
  assert.equal(kept({ chain: [certificate('DD'), ...chain.slice(1)], flight: null }, last), null);
  assert.equal(kept({ chain: chain.slice(0, 2), flight: null }, last), null);
});
