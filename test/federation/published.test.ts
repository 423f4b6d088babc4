import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publish } from '../../src/federation/published.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { advance } from '../../src/federation/standing.ts';
import { diagnose } from '../../src/federation/diagnosis.ts';
import { stateOf } from '../../src/probe/registry.ts';
import { anEdge, aPartner, done } from './samples.ts';

const partner = aPartner('a.example', { everyMs: 60_000 });
const steps = [done('tcp_connect'), done('tls_handshake'), done('admission'), done('sip_options')];
const diagnosis = diagnose(
  { steps: [done('srv_lookup')], findings: [] },
  [{ edge: anEdge('sip.a.example'), steps, findings: [] }],
  stateOf,
);
const { standing } = advance(
  null,
  { domain: 'a.example', slotMs: 1_000_000, examinedMs: 1_000_000, diagnosis, checks: {} },
  defaultHysteresis,
);

function view(nowMs: number, windows: Parameters<typeof publish>[2] = []) {
  const { state, sinceMs, reason, untilMs } = publish(partner, standing, windows, nowMs);
  return { state, sinceMs, reason, untilMs };
}

describe('publish', () => {
  test('a standing is shown for three intervals and not a millisecond longer', () => {
    assert.deepEqual(view(1_180_000), { state: 'healthy', sinceMs: 1_000_000, reason: null, untilMs: null });
    assert.deepEqual(view(1_180_001), { state: 'unknown', sinceMs: 1_180_000, reason: 'stale', untilMs: null });
  });

  test('who was never examined is unknown', () => {
    assert.equal(publish(partner, null, [], 5).reason, 'never_examined');
    assert.equal(publish(partner, null, [], 5).state, 'unknown');
  });

  test('a window of a provider covers whoever is reached through it, and nobody else', () => {
    const windows = [
      { partners: [], providers: ['microsoft-365'], fromMs: 1_000_000, untilMs: 1_150_000, reason: 'theirs' },
    ];
    const at = (nowMs: number, provider?: string | null): string =>
      publish(partner, standing, windows, nowMs, provider === undefined ? {} : { provider }).state;
    assert.equal(at(1_149_999, 'microsoft-365'), 'maintenance');
    assert.equal(at(1_150_000, 'microsoft-365'), 'healthy');
    assert.equal(at(1_100_000, 'microsoft-dod'), 'healthy');
    assert.equal(at(1_100_000, null), 'healthy');
    assert.equal(at(1_100_000), 'healthy');
  });

  test('maintenance lies over everything from its first to before its last millisecond', () => {
    const windows = [{ partners: ['a.example'], fromMs: 1_100_000, untilMs: 1_150_000, reason: 'move' }];
    assert.equal(view(1_099_999, windows).state, 'healthy');
    assert.deepEqual(view(1_100_000, windows), {
      state: 'maintenance',
      sinceMs: 1_100_000,
      reason: 'maintenance',
      untilMs: 1_150_000,
    });
    assert.equal(view(1_150_000, windows).state, 'healthy');
  });
});
