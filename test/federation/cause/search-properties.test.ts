import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { factKey, factKinds, type Fact, type FactKind } from '../../../src/federation/cause/fact.ts';
import { rules } from '../../../src/federation/cause/fit.ts';
import { explainCases, leastPartners } from '../../../src/federation/cause/search.ts';
import { fleet, has, numbers, observe, shows, type Member, type Saying } from './fleets.ts';

interface Plant {
  readonly fact: Fact;
  readonly saying: Saying;
}

/**
 * Whether a fact can be told from every narrower one: enough partners have it that do not share a narrower one. Otherwise
 * the narrower one is as right.
 */
function isTellable(fact: Fact, saying: Saying, members: readonly Member[]): boolean {
  const carriers = members.filter((each) => has(each, fact));
  if (carriers.length < leastPartners) return false;
  const counts = new Map<string, number>();
  for (const { facts } of carriers)
    for (const other of facts)
      if (factKinds.indexOf(other.kind) < factKinds.indexOf(fact.kind) && rules[other.kind].fits(saying))
        counts.set(factKey(other), (counts.get(factKey(other)) ?? 0) + 1);
  return [...counts.values()].every((count) => carriers.length - count >= leastPartners);
}

/** A fact of this kind that can be planted; null where the fleet has none. */
function plantOf(kind: FactKind, members: readonly Member[], random: () => number): Plant | null {
  const sayings = shows[kind];
  const saying = sayings[Math.floor(random() * sayings.length)];
  const facts = new Map(
    members.flatMap((each) => each.facts.filter((fact) => fact.kind === kind)).map((fact) => [fact.value, fact]),
  );
  if (saying === undefined) return null;
  const tellable = [...facts.values()].filter((fact) => isTellable(fact, saying, members));
  const fact = tellable[Math.floor(random() * tellable.length)];
  return fact === undefined ? null : { fact, saying };
}

const noise = 0.03;

describe('causes in generated fleets', () => {
  test('in 1,000 fleets with one planted cause it is found in at least 99 %, and nothing else is ever blamed', (t) => {
    const missed: string[] = [];
    const wrong: string[] = [];
    const kinds = new Map<FactKind, number>();
    let planted = 0;
    for (let seed = 1; planted < 1_000; seed += 1) {
      const random = numbers(seed);
      const members = fleet(random);
      const kind = factKinds[seed % factKinds.length] ?? 'edge';
      const plant = plantOf(kind, members, random);
      if (plant === null) continue;
      planted += 1;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const { cases, witnesses } = observe(members, [plant], noise, random);
      const found = explainCases(cases, witnesses).map(({ fact }) => factKey(fact));
      const wanted = factKey(plant.fact);
      if (!found.includes(wanted))
        missed.push(`seed ${String(seed)}: ${wanted} (${plant.saying.code}), found ${found.join(', ')}`);
      wrong.push(
        ...found.filter((each) => each !== wanted).map((each) => `seed ${String(seed)}: ${each} for ${wanted}`),
      );
    }
    t.diagnostic(
      `found in ${String(planted - missed.length)} of ${String(planted)}, wrong ones: ${String(wrong.length)}`,
    );
    assert.deepEqual(wrong, []);
    assert.ok(missed.length <= planted / 100, missed.join('\n'));
    for (const kind of factKinds) assert.ok((kinds.get(kind) ?? 0) > 50, `${kind} was planted often enough`);
  });

  test('in 1,000 fleets in which partners fail by themselves only, nothing is blamed', () => {
    const wrong: string[] = [];
    for (let seed = 50_001; seed <= 51_000; seed += 1) {
      const random = numbers(seed);
      const { cases, witnesses } = observe(fleet(random), [], 2 * noise, random);
      wrong.push(...explainCases(cases, witnesses).map(({ fact }) => `seed ${String(seed)}: ${factKey(fact)}`));
    }
    assert.deepEqual(wrong, []);
  });

  test('the order in which partners are given changes nothing', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const random = numbers(seed);
      const members = fleet(random);
      const plant = plantOf(factKinds[seed % factKinds.length] ?? 'edge', members, random);
      const { cases, witnesses } = observe(members, plant === null ? [] : [plant], noise, random);
      const forwards = explainCases(cases, witnesses);
      assert.deepEqual(explainCases(cases.toReversed(), witnesses.toReversed()), forwards);
    }
  });
});
