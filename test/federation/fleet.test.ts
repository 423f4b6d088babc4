import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fewestTurned, heardForMs, nextAccount, suspicionOf, type Account } from '../../src/federation/fleet.ts';

/** More by hand: `FLEETS=1000 npm test -- test/federation/fleet.test.ts`. */
const runs = Number(process.env['FLEETS'] ?? 20);
const minute = 60_000;
const everyMs = 5 * minute;

/** One partner of a generated fleet: who runs it, and when in the interval it is examined. */
interface Member {
  readonly operator: string;
  readonly offsetMs: number;
}

/** Between 0 and 1, the same for the same words: which of many things happen does not depend on how often it is asked. */
function chance(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const letter of words.join('|')) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** Many operators of one partner each, and one provider with `hosted` partners. */
function fleetOf(operators: number, hosted: number, seed: number): readonly Member[] {
  const names = [
    ...Array.from({ length: operators - 1 }, (_, at) => `operator-${String(at)}`),
    ...Array.from({ length: hosted }, () => 'provider'),
  ];
  return names.map((operator, at) => ({ operator, offsetMs: Math.floor(chance(seed, 'offset', at) * everyMs) }));
}

interface Lived {
  /** When it was first suspected, from the beginning; null: never. */
  readonly suspectedMs: number | null;
  /** Whether it is suspected at the end. */
  readonly suspected: boolean;
}

/** Examines a fleet for so many intervals. A failure that is suspected to be ours is not kept, as the worker does it. */
function live(
  fleet: readonly Member[],
  intervals: number,
  works: (member: Member, nowMs: number, at: number) => boolean,
): Lived {
  const accounts = new Map<string, Account>();
  const kept = new Map<number, boolean>();
  let suspectedMs: number | null = null;
  let suspected = false;
  const order = fleet.map((member, at) => ({ member, at })).toSorted((a, b) => a.member.offsetMs - b.member.offsetMs);
  for (let interval = 0; interval < intervals; interval += 1) {
    for (const { member, at } of order) {
      const atMs = interval * everyMs + member.offsetMs;
      const good = works(member, atMs, at);
      const { operator } = member;
      if (good || kept.get(at) === true) {
        accounts.set(operator, nextAccount(accounts.get(operator), { operator, place: operator, atMs, works: good }));
      }
      if (!good || suspected) suspected = suspicionOf([...accounts.values()], atMs) !== null;
      if (suspected) suspectedMs ??= atMs;
      if (good || !suspected) kept.set(at, good);
    }
  }
  return { suspectedMs, suspected };
}

const anyFleet = fc
  .record({ operators: fc.integer({ min: fewestTurned + 2, max: 250 }), seed: fc.integer() })
  .chain(({ operators, seed }) =>
    fc.integer({ min: 1, max: 300 }).map((hosted) => ({ seed, fleet: fleetOf(operators, hosted, seed) })),
  );

/** Some were dead before. */
const dead = (seed: number, at: number): boolean => chance(seed, 'dead', at) < 0.05;

describe('nearly all turn at once', () => {
  test('a failure of ours is suspected before anybody was examined twice in it, and its end is seen', () => {
    fc.assert(
      fc.property(anyFleet, fc.integer({ min: 0, max: everyMs - 1 }), ({ seed, fleet }, offMs) => {
        const [fromMs, toMs] = [2 * everyMs + offMs, 6 * everyMs + offMs];
        const ours = (nowMs: number): boolean => nowMs >= fromMs && nowMs < toMs;
        const works = (_: Member, nowMs: number, at: number): boolean => !ours(nowMs) && !dead(seed, at);
        const { suspectedMs, suspected } = live(fleet, 8, works);
        assert.ok(suspectedMs !== null && suspectedMs >= fromMs, 'not before, and at all');
        assert.ok(suspectedMs < fromMs + everyMs, `after ${String(suspectedMs - fromMs)} ms`);
        assert.equal(suspected, false, 'it is over');
        assert.equal(live(fleet, 6, works).suspected, true, 'it lasts as long as the failure does');
      }),
      { numRuns: runs },
    );
  });

  test('partners that fail as partners do are never suspected to be us', () => {
    fc.assert(
      fc.property(anyFleet, fc.double({ min: 0, max: 0.2, noNaN: true }), ({ seed, fleet }, share) => {
        const works = (_: Member, nowMs: number, at: number): boolean =>
          !dead(seed, at) && chance(seed, 'fails', nowMs, at) >= share;
        assert.equal(live(fleet, 12, works).suspectedMs, null);
      }),
      { numRuns: runs },
    );
  });

  test('a provider that goes down with all its partners is one operator, however many they are', () => {
    fc.assert(
      fc.property(anyFleet, ({ seed, fleet }) => {
        const works = ({ operator }: Member, nowMs: number, at: number): boolean =>
          !dead(seed, at) && (operator !== 'provider' || nowMs < 2 * everyMs);
        assert.equal(live(fleet, 6, works).suspectedMs, null);
      }),
      { numRuns: runs },
    );
  });

  test('neither is somebody suspected to be us whom six of ten share and no name tells', () => {
    fc.assert(
      fc.property(anyFleet, ({ seed, fleet }) => {
        const works = ({ operator }: Member, nowMs: number): boolean =>
          nowMs < 2 * everyMs || chance(seed, 'shares', operator) >= 0.6;
        const sharing = new Set(fleet.map(({ operator }) => operator));
        const share = [...sharing].filter((each) => chance(seed, 'shares', each) < 0.6).length / sharing.size;
        fc.pre(share < 0.72);
        assert.equal(live(fleet, 6, works).suspectedMs, null);
      }),
      { numRuns: runs },
    );
  });
});

/** The first `turned` of so many turned at 1,000 and on, all others worked before. */
function accounts(turned: number, of: number, over: (at: number) => Partial<Account> = () => ({})): readonly Account[] {
  return Array.from({ length: of }, (_, at) => ({
    operator: `o${String(at)}`,
    place: `p${String(at)}`,
    workedMs: 500,
    turnedMs: at < turned ? 1_000 + at : null,
    ...over(at),
  }));
}

describe('at its limits', () => {
  for (const [turned, of, suspected] of [
    [8, 8, true],
    [7, 7, false],
    [8, 10, true],
    [8, 11, false],
    [9, 12, true],
    [99, 132, true],
    [99, 200, false],
    [100, 200, true],
  ] as const) {
    test(`${String(turned)} of ${String(of)} operators: ${suspected ? 'suspected' : 'not'}`, () => {
      assert.equal(suspicionOf(accounts(turned, of), 2_000) !== null, suspected);
    });
  }

  test('one that worked meanwhile is one too many for 19, not for 20', () => {
    const busy = (turned: number) => (at: number) => (at === turned ? { workedMs: 1_500 } : {});
    assert.equal(suspicionOf(accounts(19, 25, busy(19)), 2_000), null);
    assert.deepEqual(suspicionOf(accounts(20, 26, busy(20)), 2_000), { sinceMs: 1_000, turned: 20, of: 26 });
  });

  test('many names in one network have one vote', () => {
    assert.equal(
      suspicionOf(
        accounts(40, 40, () => ({ place: '192.0.2.0/24' })),
        2_000,
      ),
      null,
    );
    assert.notEqual(
      suspicionOf(
        accounts(40, 40, (at) => ({ place: `n${String(at % 8)}` })),
        2_000,
      ),
      null,
    );
  });

  test('an hour counts, and not a millisecond more', () => {
    assert.notEqual(suspicionOf(accounts(8, 8), 1_000 + heardForMs), null);
    assert.equal(suspicionOf(accounts(8, 8), 1_001 + heardForMs), null);
  });
});
