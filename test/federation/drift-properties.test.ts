import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accept } from '../../src/federation/accept.ts';
import {
  maxDifferences,
  maxExpectedCertificates,
  maxExpectedTargets,
  maxKnown,
} from '../../src/federation/baseline.ts';
import { findDrift } from '../../src/federation/drift-findings.ts';
import { compare } from '../../src/federation/drift.ts';
import { follow, mostConfirmations } from '../../src/federation/follow.ts';
import type { SeenTarget, Sight } from '../../src/federation/sight.ts';
import { live, seenCertificate, sight, target, times } from './sights.ts';

const learned = live(times(3)).baseline;
const host = (at: number): string => `sip${String(at)}.contoso.test`;

/** How often one difference can be told and be gone again while the confirmations asked for double each time. */
const tellings = Math.log2(mostConfirmations / 3) + 1;

const targets: fc.Arbitrary<readonly SeenTarget[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 })
  .map((some) => some.map((at) => target(host(at))));

const anySight: fc.Arbitrary<Partial<Sight>> = fc.record({
  works: fc.boolean(),
  targets: fc.option(targets, { nil: null }),
  hosts: fc.uniqueArray(
    fc.record({
      host: fc.integer({ min: 1, max: 3 }).map(host),
      addresses: fc.array(fc.ipV4(), { maxLength: 3 }),
    }),
    { maxLength: 2, selector: (each) => each.host },
  ),
  certificates: fc.array(
    fc
      .record({
        at: fc.integer({ min: 1, max: 3 }),
        issuer: fc.constantFrom('O=One', 'O=Two'),
        names: fc.option(fc.constantFrom(['a.test'], ['a.test', 'b.test']), { nil: null }),
        fingerprint256: fc.string({ minLength: 2, maxLength: 2 }),
      })
      .map(({ at, ...over }) => seenCertificate(host(at), over)),
    { maxLength: 3 },
  ),
});

test('answers in turn: every rotation of any pool is told at most twice a target in 600 examinations', () => {
  for (const pool of [2, 3, 4, 5, 6, 7, 12]) {
    for (const size of [1, 2, 3]) {
      const rotation = Array.from({ length: 600 }, (_, slot) => ({
        targets: Array.from({ length: size }, (_each, at) => target(host((slot * size + at) % pool))),
      }));
      const { changes } = live(rotation);
      // Whoever fits into what was learned, or is away for less than three, is never told.
      const most = pool <= 3 ? 0 : 2 * pool;
      assert.ok(changes.length <= most, `${String(size)} of ${String(pool)}: ${String(changes.length)} changes`);
    }
  }
});

test('a new name in every answer is told as one loss, and nothing more is kept of it', () => {
  const fresh = Array.from({ length: 1_000 }, (_, slot) => ({ targets: [target(`n${String(slot)}.contoso.test`)] }));
  const { changes, baseline } = live(fresh, learned, 10);
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['target_lost'],
  );
  assert.ok((baseline?.differences.length ?? 0) <= 2);
});

test('no order of answers tells a difference more often than its confirmations double', () => {
  const property = fc.property(fc.array(targets, { minLength: 100, maxLength: 290 }), (answers) => {
    const { changes } = live(
      answers.map((some) => ({ targets: some })),
      learned,
      10,
    );
    const told = changes.filter(({ kind }) => kind !== 'reverted').length;
    // Five added, one lost.
    assert.ok(told <= 6 * tellings, `${String(told)} of ${String(answers.length)}`);
    assert.ok(changes.length <= 2 * 6 * tellings);
  });
  fc.assert(property, { numRuns: 40 });
});

test('on and off in stretches that are just confirmed: ever rarer', () => {
  const away = { targets: [target(host(2))] };
  const stretches = Array.from({ length: 60 }, () => [...times(3, away), ...times(3)]).flat();
  const { changes } = live(stretches, learned, 10);
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['target_moved', 'reverted'],
  );
});

test('a renewal that reaches the addresses in any order is one event', () => {
  const property = fc.property(
    fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), { minLength: 1 }),
    (slots) => {
      const sights = slots.map((addresses) => ({
        certificates: addresses.map((isNew) =>
          seenCertificate(host(1), isNew ? { fingerprint256: 'A2', notAfter: '2026-12-01T00:00:00.000Z' } : {}),
        ),
      }));
      const { changes } = live(sights, learned, 10);
      assert.deepEqual(
        changes.map(({ kind }) => kind),
        slots.flat().includes(true) ? ['certificate_renewed'] : [],
      );
    },
  );
  fc.assert(property);
});

test('what proves nothing changes nothing, wherever it comes', () => {
  const blind = { works: false, targets: null, hosts: [], certificates: [] };
  const property = fc.property(fc.array(anySight, { maxLength: 30 }), fc.array(fc.nat(30)), (sights, at) => {
    const mixed = sights.flatMap((each, index) => (at.includes(index) ? [blind, each, blind] : [each]));
    const plain = live(sights, learned, 10);
    const withBlind = live(mixed, learned, 10);
    const kinds = ({ changes }: typeof plain) => changes.map(({ kind, subject, after }) => [kind, subject, after]);
    assert.deepEqual(kinds(withBlind), kinds(plain));
    const still = follow(plain.baseline, sight(10_000, blind));
    assert.deepEqual([still.changes, still.baseline === plain.baseline], [[], true]);
  });
  fc.assert(property);
});

test('a baseline stays within its caps, findings stay few, and accepting leaves nothing to tell', () => {
  const property = fc.property(fc.array(anySight, { maxLength: 60 }), anySight, (sights, last) => {
    const { baseline } = live(sights);
    if (baseline !== null) {
      assert.ok(baseline.targets.length <= maxExpectedTargets);
      assert.ok(baseline.certificates.length <= maxExpectedCertificates);
      assert.ok(baseline.differences.length <= maxDifferences);
      assert.ok([...baseline.hosts, ...baseline.certificates].every(({ known }) => known.length <= maxKnown));
      assert.ok(findDrift(baseline).every(({ severity }) => severity === 'warn' || severity === 'note'));
    }
    const seen = sight(10_000, last);
    const accepted = accept(baseline, seen, seen.atMs);
    assert.equal(accepted === null, seen.targets === null);
    if (accepted !== null) assert.deepEqual(compare(accepted.baseline, seen), []);
  });
  fc.assert(property, { numRuns: 300 });
});

test('caps at the limit and one past it: certificates of one endpoint, and deviations', () => {
  const kept = (count: number): number | undefined => {
    const machines = Array.from({ length: count }, (_, at) =>
      seenCertificate(host(1), { names: [`m${String(at)}.test`] }),
    );
    return live(times(3, { certificates: machines })).baseline?.certificates.length;
  };
  assert.deepEqual([kept(maxExpectedCertificates), kept(maxExpectedCertificates + 1)], [60, 60]);

  const followed = (count: number): number | undefined => {
    const more = Array.from({ length: count }, (_, at) => target(host(at + 2)));
    return live(times(3, { targets: [target(host(1)), ...more] }), learned, 10).baseline?.differences.length;
  };
  assert.deepEqual([followed(maxDifferences), followed(maxDifferences + 1)], [64, 64]);
});

test('caps at the limit and one past it: targets, and addresses that are too many to be news', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => target(host(at)));
  assert.equal(live(times(3, { targets: many(30) })).baseline?.targets.length, 30);
  assert.equal(live(times(3, { targets: many(31) })).baseline?.targets.length, 30);

  const known = (count: number) => Array.from({ length: count }, (_, at) => `192.0.2.${String(at)}`);
  const moved = { hosts: [{ host: host(1), addresses: ['198.51.100.1'] }] };
  const told = (count: number): number => {
    const { baseline } = live(times(3, { hosts: [{ host: host(1), addresses: known(count) }] }));
    return live(times(5, moved), baseline, 10).changes.length;
  };
  assert.deepEqual([told(maxKnown - 1), told(maxKnown)], [1, 0]);
});
