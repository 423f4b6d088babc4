import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Diagnosis } from '../../src/federation/diagnosis.ts';
import type { Finding } from '../../src/federation/finding.ts';
import { defaultHysteresis, type Hysteresis } from '../../src/federation/history.ts';
import { isCounted } from '../../src/federation/hold-down.ts';
import { advance, type Standing, type StandingChange } from '../../src/federation/standing.ts';
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
function live(
  story: readonly JudgedState[],
  hysteresis: Hysteresis = defaultHysteresis,
): {
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
      hysteresis,
    );
    standing = next.standing;
    // Whoever is in trouble has a reason, whoever is well has none; nothing began in the future.
    if (standing.state === 'healthy') assert.equal(standing.cause, null);
    else if (standing.state !== 'unknown') assert.ok(standing.cause, story.join());
    assert.ok(standing.sinceMs <= examinedMs);
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

  test('down after three of three, up after two; the change is told when it is confirmed', () => {
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
    assert.equal(standing.sinceMs, 5000);
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

  test('an examination that proves nothing neither confirms nor contradicts a failure', () => {
    const story: JudgedState[] = ['healthy', 'unreachable', 'unknown', 'unreachable', 'unknown', 'unreachable'];
    const { states, standing } = live(story);
    // Three in a row without a proof that it works: not healthy any more; the third failure confirms.
    assert.deepEqual(states, ['healthy', 'healthy', 'healthy', 'unknown', 'unknown', 'unreachable']);
    assert.equal(standing.sinceMs, 2000);
    assert.equal(standing.lastGoodMs, 1000);
  });

  test('whatever is mixed with failures, without a proof nothing stays healthy for more than two examinations', () => {
    for (const mixed of [
      ['unreachable', 'unknown'],
      ['unreachable', 'unreachable', 'unknown'],
      ['refused', 'unknown', 'unknown'],
    ] as const) {
      const story: JudgedState[] = ['healthy', 'healthy', ...mixed, ...mixed, ...mixed];
      const { states } = live(story);
      assert.ok(!states.slice(4).includes('healthy'), `${mixed.join()}: ${states.join()}`);
    }
  });

  test('since is the first examination of the stretch, also for a recovery', () => {
    const { standing } = live(['healthy', 'refused', 'refused', 'refused', 'healthy', 'healthy']);
    assert.equal(standing.sinceMs, 5000);
    assert.equal(live(['healthy', 'refused', 'refused', 'refused']).standing.sinceMs, 2000);
  });

  test('three failures in a row end flapping; three unproven ones end it too', () => {
    const flaps: JudgedState[] = ['healthy', 'unreachable', 'healthy', 'unreachable', 'healthy', 'unreachable'];
    assert.equal(live(flaps).standing.cause?.code, 'partner_flapping');
    assert.equal(live([...flaps, 'unreachable', 'unreachable']).standing.state, 'unreachable');
    assert.equal(live([...flaps, 'unreachable', 'unreachable']).standing.sinceMs, 6000);
    assert.equal(live([...flaps, 'unknown', 'unknown', 'unknown']).standing.state, 'unknown');
  });

  test('flapping ends after five successes, not between two failures', () => {
    const flaps: JudgedState[] = ['healthy', 'unreachable', 'healthy', 'unreachable', 'healthy', 'unreachable'];
    const good = (count: number): JudgedState[] => Array.from({ length: count }, () => 'healthy');
    assert.equal(live([...flaps, ...good(4)]).standing.cause?.code, 'partner_flapping');
    assert.equal(live([...flaps, ...good(5)]).standing.state, 'healthy');
  });

  test('a steady rhythm of successes and failures does not make the state change for ever', () => {
    for (const rhythm of ['hu', 'huu', 'hhu', 'huuu', 'hhuu', 'hhhu', 'huuuu', 'hhhhu', 'hhhuu']) {
      const story = Array.from({ length: 60 }, (_, at): JudgedState =>
        rhythm[at % rhythm.length] === 'h' ? 'healthy' : 'unreachable',
      );
      const late = live(story).changes.filter(({ atMs }) => atMs > 20_000);
      assert.equal(late.length, 0, rhythm);
    }
  });

  test('an unknown state does not borrow a cause from an examination that says something else', () => {
    const { standing } = live(['healthy', 'unreachable', 'unknown', 'unreachable']);
    assert.equal(standing.state, 'unknown');
    assert.equal(standing.cause, null);
    assert.deepEqual(standing.pending?.cause?.code, 'tcp_refused');
  });

  test('a warning needs its confirmation, and its end too', () => {
    assert.deepEqual(live(['healthy', 'degraded', 'degraded', 'degraded', 'healthy', 'healthy']).states, [
      'healthy',
      'healthy',
      'healthy',
      'degraded',
      'degraded',
      'healthy',
    ]);
  });

  test('property: a broken state is published only after three proven failures without a success between', () => {
    const any = fc.constantFrom<JudgedState>(
      'healthy',
      'degraded',
      'misconfigured',
      'refused',
      'unreachable',
      'unknown',
    );
    const holds = fc.constantFrom(0, 1, 1_000, 4_500, 8_000, 20_000);
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 30 }), holds, (story, holdDownMs) => {
        const { changes, states } = live(story, { ...defaultHysteresis, holdDownMs });
        const counted = changes.filter(isCounted).map(({ atMs }) => atMs);
        assert.ok(counted.every((atMs, at) => at === 0 || atMs - (counted[at - 1] ?? 0) >= holdDownMs));
        for (const change of changes.filter((each) => isBroken(each.to) && !isBroken(each.from))) {
          const proven = story.slice(0, change.atMs / 1000).filter((state) => state !== 'unknown');
          assert.ok(proven.length >= 3 && proven.slice(-3).every(isBroken));
        }
        // Never healthy when the last three examinations hold no proof of it.
        states.forEach((state, at) => {
          const lately = story.slice(Math.max(0, at - 2), at + 1);
          const works = lately.some((each) => each === 'healthy' || each === 'degraded');
          assert.ok(
            works || lately.length < 3 || (state !== 'healthy' && state !== 'degraded'),
            `${String(at)}: ${state}`,
          );
        });
        // A change is reported exactly when the published state differs from the one before.
        const differs = states.filter((state, at) => state !== (states[at - 1] ?? 'unknown')).length;
        assert.equal(changes.length, differs);
      }),
      { seed: 20261123, numRuns: 2000 },
    );
  });

  test('a change waits for the end of the hold-down, to the millisecond; meanwhile nothing without proof is healthy', () => {
    const story: JudgedState[] = ['refused', 'refused', 'refused', 'healthy', 'healthy', 'healthy', 'healthy'];
    const upAt = (holdDownMs: number): number =>
      live(story, { ...defaultHysteresis, holdDownMs }).states.indexOf('healthy');
    assert.deepEqual([0, 2_000, 2_001, 3_000, 3_001].map(upAt), [4, 4, 5, 5, 6]);
    const again: JudgedState[] = [...story.slice(0, 5), 'refused', 'refused', 'refused', 'refused', 'refused'];
    const { states, standing } = live(again, { down: 3, up: 2, holdDownMs: 4_000 });
    assert.deepEqual(states.slice(2, 5), ['refused', 'refused', 'refused'], 'the recovery waits');
    assert.equal(standing.state, 'refused');
    const quick = live(again, { down: 3, up: 2, holdDownMs: 2_000 });
    assert.equal(quick.states[4], 'healthy');
    const slow = live([...again.slice(0, 5), ...again], { down: 3, up: 1, holdDownMs: 4_500 });
    assert.ok(
      slow.changes.filter(isCounted).every((each, at, all) => at === 0 || each.atMs - all[at - 1]!.atMs >= 4_500),
    );
  });

  test('property: who stays as he is for long enough is published as without a hold-down', () => {
    const any = fc.constantFrom<JudgedState>('healthy', 'degraded', 'refused', 'unreachable', 'unknown');
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 20 }),
        any,
        fc.integer({ min: 0, max: 20_000 }),
        (story, end, holdDownMs) => {
          const long = [...story, ...Array.from({ length: 40 }, () => end)];
          assert.equal(live(long, { ...defaultHysteresis, holdDownMs }).standing.state, end);
        },
      ),
      { seed: 20261126, numRuns: 1000 },
    );
  });
});
