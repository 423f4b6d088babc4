import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Diagnosis } from '../../src/federation/diagnosis.ts';
import type { Finding } from '../../src/federation/finding.ts';
import { advance, defaultHysteresis, type Standing, type StandingChange } from '../../src/federation/standing.ts';
import { isBroken, type JudgedState } from '../../src/federation/state.ts';
import { finding } from './samples.ts';

const causes: Readonly<Record<JudgedState, Finding | null>> = {
  healthy: null,
  unknown: null,
  degraded: finding('tls_certificate_expiring', 'tls', 'warn'),
  misconfigured: finding('tls_certificate_expired', 'tls'),
  refused: finding('admission_refused', 'admission'),
  unreachable: finding('tcp_refused', 'tcp'),
};

function diagnosis(state: JudgedState): Diagnosis {
  const not = 'not_proven' as const;
  return {
    state,
    verdict: 'pass',
    cause: causes[state],
    consequences: [],
    layers: { dns: not, tcp: not, tls: not, admission: not, sip: not, policy: not },
    edges: [],
    routeFindings: [],
  };
}

/** Advances through a story, one examination a second from 1000 on. */
function live(story: readonly JudgedState[]): {
  standing: Standing;
  changes: readonly StandingChange[];
  states: string[];
} {
  let standing: Standing | null = null;
  const changes: StandingChange[] = [];
  const states: string[] = [];
  story.forEach((state, at) => {
    const examinedMs = (at + 1) * 1000;
    const next = advance(
      standing,
      { domain: 'a.example', slotMs: examinedMs, examinedMs, diagnosis: diagnosis(state), checks: {} },
      defaultHysteresis,
    );
    standing = next.standing;
    states.push(standing.state);
    if (next.change !== null) changes.push(next.change);
  });
  assert.ok(standing);
  return { standing, changes, states };
}

describe('advance', () => {
  test('a first proof of health is taken at once, a first failure never', () => {
    assert.deepEqual(live(['healthy']).states, ['healthy']);
    assert.deepEqual(live(['unreachable', 'unreachable', 'unreachable']).states, ['unknown', 'unknown', 'unreachable']);
  });

  test('down after three of three, up after two, since the confirming examination', () => {
    const { states, changes, standing } = live([
      'healthy',
      'unreachable',
      'unreachable',
      'unreachable',
      'healthy',
      'healthy',
    ]);
    assert.deepEqual(states, ['healthy', 'healthy', 'healthy', 'unreachable', 'unreachable', 'healthy']);
    assert.deepEqual(
      changes.map(({ from, to, atMs, cause }) => [from, to, atMs, cause?.code ?? null]),
      [
        ['unknown', 'healthy', 1000, null],
        ['healthy', 'unreachable', 4000, 'tcp_refused'],
        ['unreachable', 'healthy', 6000, null],
      ],
    );
    assert.equal(standing.sinceMs, 6000);
    assert.equal(standing.cause, null);
  });

  test('two failures and a success are forgotten', () => {
    assert.equal(live(['healthy', 'refused', 'refused', 'healthy', 'refused', 'refused']).standing.state, 'healthy');
  });

  test('failures of different kinds confirm that it is broken; the last one names it', () => {
    assert.equal(live(['healthy', 'unreachable', 'refused', 'misconfigured']).standing.state, 'misconfigured');
  });

  test('another kind of broken needs its own confirmation', () => {
    const broken: JudgedState[] = ['refused', 'refused', 'refused'];
    assert.equal(live([...broken, 'unreachable', 'unreachable']).standing.state, 'refused');
    assert.equal(live([...broken, 'unreachable', 'unreachable', 'unreachable']).standing.state, 'unreachable');
  });

  test('not proven three times in a row is unknown: unknown is never green', () => {
    assert.deepEqual(live(['healthy', 'unknown', 'unknown', 'unknown']).states, [
      'healthy',
      'healthy',
      'healthy',
      'unknown',
    ]);
  });

  test('a partner that works and fails in turn is degraded and called flapping', () => {
    const { standing } = live([
      'healthy',
      'unreachable',
      'healthy',
      'unreachable',
      'healthy',
      'unreachable',
      'healthy',
      'unreachable',
    ]);
    assert.equal(standing.state, 'degraded');
    assert.equal(standing.cause?.code, 'partner_flapping');
    assert.equal(standing.cause.layer, 'tcp');
    assert.match(standing.cause.summary, /last failure: tcp_refused/);
  });

  test('the cause follows the evidence while the state stays', () => {
    const story: JudgedState[] = ['refused', 'refused', 'refused', 'refused'];
    assert.equal(live(story).standing.cause?.code, 'admission_refused');
    assert.equal(live(story).changes.length, 1);
  });

  test('property: a broken state is published only after three broken examinations in a row', () => {
    const any = fc.constantFrom<JudgedState>(
      'healthy',
      'degraded',
      'misconfigured',
      'refused',
      'unreachable',
      'unknown',
    );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 30 }), (story) => {
        const { changes, states } = live(story);
        for (const change of changes.filter((each) => isBroken(each.to) && !isBroken(each.from))) {
          const at = change.atMs / 1000;
          assert.ok(story.slice(at - 3, at).length === 3 && story.slice(at - 3, at).every(isBroken));
        }
        // A change is reported exactly when the published state differs from the one before.
        const differs = states.filter((state, at) => state !== (states[at - 1] ?? 'unknown')).length;
        assert.equal(changes.length, differs);
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});
