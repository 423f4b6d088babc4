import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { follow, membersOf, smallerBook, type CauseBook } from '../../../src/federation/cause/book.ts';
import type { Fact } from '../../../src/federation/cause/fact.ts';
import { causeFindings } from '../../../src/federation/cause/findings.ts';
import { factKinds } from '../../../src/federation/cause/fact.ts';
import { explainCases, type Case, type Witness } from '../../../src/federation/cause/search.ts';
import { bookLastsMs, shownCauses } from '../../../src/federation/cause/shown.ts';

const minute = 60_000;
const startMs = 1_800_000_000_000;
const patience = { holdDownMs: 2 * minute, everybodyMs: 15 * minute };
const place: readonly Fact[] = [
  { kind: 'edge', value: 'tls 192.0.2.1 5061', name: 'sip.hoster.net:5061 (192.0.2.1)' },
  { kind: 'host', value: 'sip.hoster.net' },
];

function failing(from: number, to: number, code = 'tcp_silent', facts = place): readonly Case[] {
  return Array.from({ length: to - from }, (_, at) => ({
    domain: `p${String(from + at).padStart(3, '0')}.example`,
    state: 'unreachable',
    sinceMs: startMs + at,
    finding: { layer: 'tcp', code },
    facts,
  }));
}

const working = (count: number, provenMs: number): readonly Witness[] =>
  Array.from({ length: count }, (_, at) => ({ domain: `w${String(at)}.example`, provenMs, facts: place }));

/** The book after one more reading, `atMinute` after the start. */
function next(
  before: CauseBook | null,
  atMinute: number,
  cases: readonly Case[],
  witnesses: readonly Witness[] = [],
): CauseBook {
  const nowMs = startMs + atMinute * minute;
  return follow(before, explainCases(cases, witnesses), cases, { slotMs: nowMs, nowMs, ...patience });
}

const only = (book: CauseBook): CauseBook['causes'][number] => {
  assert.equal(book.causes.length, 1);
  return book.causes[0]!;
};

describe('a cause over time', () => {
  test('keeps its id and since when, whoever joins and leaves', () => {
    const first = next(null, 1, failing(0, 5));
    const second = next(first, 2, failing(2, 9));
    const { id, sinceMs, foundMs } = only(first);
    assert.match(id, /^edge-[0-9a-f]{8}$/);
    assert.equal(sinceMs, startMs);
    assert.equal(foundMs, startMs + minute);
    assert.deepEqual({ ...only(second), partners: 7 }, { ...only(second), id, sinceMs, foundMs, partners: 7 });
  });

  test('is one step while it grows to its size; each doubling after that is one more', () => {
    let book = next(null, 0, failing(0, 3));
    for (const [at, size] of [
      [1, 10],
      [5, 40],
      [14, 40],
    ] as const)
      book = next(book, at, failing(0, size));
    assert.deepEqual([only(book).step, only(book).told], [0, 40]);
    book = next(book, 20, failing(0, 79));
    assert.deepEqual([only(book).step, only(book).told], [0, 40]);
    book = next(book, 21, failing(0, 80));
    assert.deepEqual([only(book).step, only(book).told], [1, 80]);
    book = next(book, 22, failing(0, 30));
    book = next(book, 23, failing(0, 159));
    assert.equal(only(book).step, 1, 'what shrank and grew again was told already');
    book = next(book, 24, failing(0, 160));
    assert.deepEqual([only(book).step, only(book).told], [2, 160]);
  });

  test('ends when all its members work, after the hold-down, and not before', () => {
    const broken = next(null, 0, failing(0, 5));
    const held = next(broken, 10, []);
    assert.equal(only(held).partners, 0);
    assert.equal(only(held).wanesMs, startMs + 10 * minute);
    assert.equal(next(held, 11.99, []).causes.length, 1);
    assert.deepEqual(next(held, 12, []).causes, []);
  });

  test('that comes back within the hold-down is the same one', () => {
    const held = next(next(null, 0, failing(0, 5)), 10, []);
    const back = only(next(held, 11, failing(0, 5)));
    assert.deepEqual([back.sinceMs, back.foundMs, back.wanesMs], [startMs, startMs, null]);
  });

  test('keeps those that have not recovered yet until all have been examined again', () => {
    const broken = next(null, 0, failing(0, 40));
    const half = next(broken, 10, failing(0, 20), working(20, startMs + 9 * minute));
    assert.equal(only(half).partners, 20);
    assert.equal(only(next(half, 24.9, failing(0, 1), working(39, startMs + 24 * minute))).partners, 1);
    assert.deepEqual(next(half, 25, failing(0, 1), working(39, startMs + 24 * minute)).causes, []);
  });

  test('the same reading twice changes nothing', () => {
    const book = next(null, 0, failing(0, 5));
    assert.deepEqual(next(book, 0, failing(0, 5)), book);
  });

  test('a book that grew too large is halved until it fits', () => {
    const { causes } = next(null, 0, failing(0, 5));
    const book = { slotMs: 1, causes: [...causes, ...causes, ...causes] };
    assert.deepEqual(
      [...smallerBook(book)].map((each) => each.causes.length),
      [1, 0],
    );
  });
});

describe('what is shown', () => {
  test('members are those that fail in a way that fits, by the first cause that they share', () => {
    const cases = [...failing(0, 4), ...failing(4, 5, 'egress_denied'), ...failing(5, 6, 'tcp_refused')];
    const book = next(null, 0, cases);
    assert.deepEqual(
      membersOf(book, cases)
        .get(only(book).id)
        ?.map(({ domain }) => domain),
      ['p000', 'p001', 'p002', 'p003', 'p005'].map((each) => `${each}.example`),
    );
    const [shown] = shownCauses(book, cases, startMs);
    assert.equal(shown?.finding.code, 'shared_edge');
    assert.equal(
      shown.finding.summary,
      '5 of 5 partners behind the edge sip.hoster.net:5061 (192.0.2.1) fail: tcp_silent (4), tcp_refused (1).',
    );
  });

  test('how members fail agrees with their number, also when the book is older', () => {
    const book = next(null, 0, failing(0, 4));
    const [grown] = shownCauses(book, failing(0, 9), startMs);
    assert.deepEqual([grown?.members.length, grown?.codes], [9, [{ code: 'tcp_silent', count: 9 }]]);
    const [over] = shownCauses(book, [], startMs);
    assert.deepEqual([over?.members, over?.codes], [[], [{ code: 'tcp_silent', count: 4 }]]);
  });

  test('a book that nobody renews is not believed', () => {
    const book = next(null, 0, failing(0, 4));
    assert.equal(shownCauses(book, failing(0, 4), startMs + bookLastsMs).length, 1);
    assert.equal(shownCauses(book, failing(0, 4), startMs + bookLastsMs + 1).length, 0);
    assert.deepEqual(shownCauses(null, failing(0, 4), startMs), []);
  });

  test('every kind of fact has words of its own', () => {
    const codes = [
      'shared_edge',
      'shared_host',
      'shared_prefix',
      'shared_issuer',
      'shared_provider',
      'shared_identity',
      'shared_nameservers',
      'shared_resolver',
      'shared_vantage',
    ];
    assert.deepEqual(
      factKinds.map((kind) => `shared_${kind}`),
      codes,
    );
    assert.deepEqual(Object.keys(causeFindings.rows).sort(), codes.toSorted());
  });
});
