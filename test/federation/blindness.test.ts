import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blindFindings } from '../../src/federation/blind-findings.ts';
import { blindnessOf, blindReasons, nextLook, reasonOf, type Look } from '../../src/federation/blindness.ts';
import { lookoutsOf } from '../../src/federation/canary.ts';
import { publish } from '../../src/federation/published.ts';
import { aPartner, finding } from './samples.ts';

const minute = 60_000;
const canary = { host: 'canary.example', port: 5061 };
const controls = ['one', 'two', 'three', 'four'].map((name) => ({ name, host: `${name}.example`, port: 5061 }));
const silent = finding('tcp_silent', 'tcp');

function look(target: string, slotMs: number, passed: boolean, previous: Look | null = null): Look {
  const seen = { vantage: 'paris-1', target, slotMs };
  return nextLook(previous, { ...seen, reason: passed ? null : 'canary', cause: passed ? null : silent });
}

function blind(looks: readonly Look[], nowMs: number, count = 0) {
  const lookouts = lookoutsOf({ canary, controls: controls.slice(0, count) }, []);
  return blindnessOf(lookouts, new Map(looks.map((each) => [each.target, each])), nowMs);
}

describe('lookoutsOf', () => {
  test('every minute, or as often as the partner that is examined most often; controls not more often than a minute', () => {
    const every = (everyMs: number): readonly number[] =>
      lookoutsOf({ canary, controls }, [aPartner('a.example', { everyMs }), aPartner('b.example')]).map(
        (each) => each.everyMs,
      );
    assert.deepEqual(every(5 * minute), [minute, minute, minute, minute, minute]);
    assert.deepEqual(every(5_000), [5_000, minute, minute, minute, minute]);
    assert.deepEqual(
      lookoutsOf({ canary: { ...canary, everyMs: 2 * minute }, controls: controls.slice(0, 1) }, []).map(
        (each) => each.everyMs,
      ),
      [2 * minute, 2 * minute],
    );
    assert.deepEqual(lookoutsOf({ controls }, []), []);
  });

  test('none has a name that a partner could have', () => {
    for (const { domain } of lookoutsOf({ canary, controls }, [])) assert.doesNotMatch(domain, /\./);
  });
});

describe('nextLook', () => {
  test('a stretch of the same keeps its beginning; the last success outlives it', () => {
    const good = look('canary', 1, true);
    const bad = look('canary', 2, false, good);
    const worse = look('canary', 3, false, bad);
    assert.deepEqual([bad.sinceMs, bad.lastGoodMs, worse.sinceMs, worse.lastGoodMs], [2, 1, 2, 1]);
    assert.deepEqual(look('canary', 4, true, worse), { ...good, slotMs: 4, sinceMs: 4, lastGoodMs: 4 });
  });
});

describe('blindnessOf', () => {
  test('a canary that nobody looked at yet proves nothing; one that passes, that we see', () => {
    assert.equal(blind([], 0), null);
    assert.equal(blind([look('canary', 0, true)], minute), null);
  });

  test('a canary that fails blinds us since its first failure', () => {
    const first = look('canary', minute, false, look('canary', 0, true));
    const found = blind([look('canary', 2 * minute, false, first)], 2 * minute + 1);
    assert.deepEqual([found?.reason, found?.sinceMs, found?.vantage], ['canary', minute, 'paris-1']);
    assert.deepEqual([found?.cause.code, found?.cause.layer], ['blind_canary', 'tcp']);
    assert.match(
      found?.cause.summary ?? '',
      /^From paris-1 our canary canary\.example:5061 does not pass: tcp_silent$/,
    );
  });

  test('a look is worth three intervals and not a millisecond more', () => {
    const old = look('canary', 0, true);
    assert.equal(blind([old], 3 * minute), null);
    const found = blind([old], 3 * minute + 1);
    assert.deepEqual([found?.reason, found?.sinceMs, found?.cause.code], ['overdue', 3 * minute, 'blind_overdue']);
    assert.equal(blind([look('canary', 0, false)], 3 * minute + 1)?.reason, 'overdue');
  });

  const failing = look('canary', 10, false);
  for (const [count, passing, sees] of [
    [1, 0, false],
    [1, 1, true],
    [2, 1, false],
    [2, 2, true],
    [3, 1, false],
    [3, 2, true],
    [4, 2, false],
    [4, 3, true],
  ] as const) {
    test(`the canary fails, ${String(passing)} of ${String(count)} controls pass: ${sees ? 'we see' : 'blind'}`, () => {
      const others = controls.slice(0, count).map(({ name }, at) => look(name, 20 + at, at < passing));
      assert.equal(blind([failing, ...others], 30, count) === null, sees);
      assert.equal(blind([look('canary', 10, true), ...others], 30, count), null, 'the canary alone is enough');
    });
  }

  test('with controls we are blind since the majority was lost, and those nobody looked at do not pass', () => {
    const lost = [look('one', 50, true), look('two', 40, false), look('three', 60, false)];
    assert.equal(blind([failing, ...lost], 70, 3)?.sinceMs, 60);
    assert.equal(blind([failing, look('one', 50, true)], 70, 3)?.sinceMs, 10);
    assert.equal(blind([failing, look('one', 50, true)], 50 + 3 * minute + 1, 1)?.reason, 'overdue');
  });
});

test('what a failure of the canary says about us', () => {
  assert.equal(reasonOf(finding('dns_resolver_silent', 'dns', 'unproven')), 'resolver');
  assert.equal(reasonOf(finding('dns_servfail_alone', 'dns', 'unproven')), 'resolver');
  assert.equal(reasonOf(finding('dns_no_address', 'dns')), 'canary', 'its name is gone: that is the canary');
  assert.equal(reasonOf(finding('tcp_unreachable', 'tcp')), 'uplink');
  assert.equal(reasonOf(finding('tcp_silent', 'tcp')), 'canary');
  assert.equal(reasonOf(finding('local_resource', 'tcp', 'unproven')), 'local_resource');
});

test('every reason has a finding of its own, on our side, that holds nothing against a partner', () => {
  const codes = [
    'blind_canary',
    'blind_resolver',
    'blind_uplink',
    'blind_clock',
    'blind_local_resource',
    'blind_overdue',
    'blind_suspected',
  ];
  assert.deepEqual(Object.keys(blindFindings.rows), codes);
  assert.deepEqual(
    blindReasons.map((reason) => `blind_${reason}`),
    codes,
  );
  for (const row of Object.values(blindFindings.rows)) {
    assert.deepEqual([row.side, row.severity, row.state], ['ours', 'unproven', 'unknown']);
  }
});

test('while we are blind every partner is unknown, but for those in maintenance; then it is as before', () => {
  const partner = aPartner('a.example');
  const blindness = blind([look('canary', 10, false)], 20)!;
  const { state, reason, sinceMs, blindness: why } = publish(partner, null, [], 20, { blindness });
  assert.deepEqual([state, reason, sinceMs, why], ['unknown', 'blind', 10, blindness]);
  const window = { partners: ['a.example'], fromMs: 0, untilMs: 100, reason: 'move' };
  assert.equal(publish(partner, null, [window], 20, { blindness }).state, 'maintenance');
  assert.equal(publish(partner, null, [], 20, { blindness: null }).reason, 'never_examined');
});
