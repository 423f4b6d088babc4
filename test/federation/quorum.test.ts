import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Diagnosis } from '../../src/federation/diagnosis.ts';
import type { Finding } from '../../src/federation/finding.ts';
import { defaultHysteresis, type Hysteresis } from '../../src/federation/history.ts';
import { merge } from '../../src/federation/quorum.ts';
import { advance, type Standing, type StandingChange } from '../../src/federation/standing.ts';
import { isBroken, type JudgedState } from '../../src/federation/state.ts';
import { countVotes } from '../../src/federation/vantage.ts';
import { aPartner, finding } from './samples.ts';

const minute = 60_000;
const partner = aPartner('a.example', { everyMs: minute });
const three = ['paris-1', 'fra-1', 'nyc-1'];
/** Nothing waits: hold-down has tests of its own. */
const prompt: Hysteresis = { ...defaultHysteresis, holdDownMs: 0 };

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

/** What a vantage found in each slot; null: it did not look. */
type Story = readonly (JudgedState | null)[];

interface Lived {
  readonly published: Standing | null;
  readonly own: ReadonlyMap<string, Standing>;
  readonly changes: readonly StandingChange[];
  /** The published state after each slot. */
  readonly states: readonly string[];
}

interface World {
  readonly quorum?: number;
  readonly names?: readonly string[];
  readonly hysteresis?: Hysteresis;
  /** In which order the vantages of a slot are done. */
  readonly order?: readonly string[];
  readonly blind?: ReadonlySet<string>;
}

/** Each vantage examines once a slot and publishes what all say, one after the other, a second apart. */
function live(stories: Readonly<Record<string, Story>>, world: World = {}): Lived {
  const { names = Object.keys(stories), quorum = 2, hysteresis = prompt, order = names, blind = new Set() } = world;
  const own = new Map<string, Standing>();
  let published: Standing | null = null;
  const changes: StandingChange[] = [];
  const states: string[] = [];
  const slots = Math.max(...Object.values(stories).map((story) => story.length));
  for (let slot = 0; slot < slots; slot += 1) {
    const slotMs = (slot + 1) * minute;
    for (const [at, name] of order.entries()) {
      const state = stories[name]?.[slot] ?? null;
      if (state === null) continue;
      const examinedMs = slotMs + (at + 1) * 1000;
      const examined = { domain: 'a.example', slotMs, examinedMs, diagnosis: diagnosis(state), checks: {} };
      own.set(name, advance(own.get(name) ?? null, examined, hysteresis).standing);
      const counted = { partner, vantages: { names, quorum }, standings: own, hysteresis, blind };
      const next = merge(published, counted, examinedMs + 500);
      if (next === null) continue;
      holds(published, next, examinedMs);
      published = next.standing;
      if (next.change !== null) changes.push(next.change);
      assert.equal(merge(published, counted, examinedMs + 500), null, 'said twice');
    }
    states.push(published?.state ?? 'none');
  }
  return { published, own, changes, states };
}

/** What is true of every merge. */
function holds(
  before: Standing | null,
  { standing, change }: NonNullable<ReturnType<typeof merge>>,
  nowMs: number,
): void {
  assert.ok(standing.ballot);
  assert.ok(before === null || standing.slotMs > before.slotMs, 'the fence rises');
  assert.ok(standing.sinceMs <= nowMs && standing.sinceMs >= (before?.sinceMs ?? 0));
  assert.equal(change === null, (before?.state ?? 'unknown') === standing.state);
  if (change !== null) assert.deepEqual([change.from, change.to], [before?.state ?? 'unknown', standing.state]);
  if (standing.state === 'healthy') assert.equal(standing.cause, null);
  else if (standing.state !== 'unknown') assert.ok(standing.cause);
  const { broken, needed } = countVotes(standing.ballot);
  const turned = change !== null;
  if (turned && isBroken(standing.state)) assert.ok(broken >= needed, 'broken by a quorum');
  if (turned && !isBroken(standing.state) && standing.state !== 'unknown')
    assert.ok(broken < needed, 'not against one');
}

const works = (count: number): Story => Array.from({ length: count }, () => 'healthy');
const fails = (count: number, state: JudgedState = 'unreachable'): Story => Array.from({ length: count }, () => state);
const said = ({ changes }: Lived): readonly string[] => changes.map(({ from, to }) => `${from} to ${to}`);

const orders: readonly (readonly string[])[] = three.flatMap((a) =>
  three.filter((b) => b !== a).map((b) => [a, b, three.find((c) => c !== a && c !== b) ?? '']),
);

describe('what several vantages say together', () => {
  test('a lone failing vantage is a path finding, at the layer that breaks for it', () => {
    for (const order of orders) {
      const story = { 'paris-1': works(9), 'fra-1': works(9), 'nyc-1': [...works(3), ...fails(6)] };
      const { published, changes } = live(story, { order });
      assert.deepEqual(
        [published?.state, published?.cause?.code, published?.cause?.layer],
        ['degraded', 'vantages_disagree', 'tcp'],
      );
      assert.equal(published?.cause?.summary, '2 of 3 vantages find it working; nyc-1 does not: tcp_refused.');
      assert.deepEqual(
        changes.map(({ to }) => to),
        ['healthy', 'degraded'],
        order.join(),
      );
      assert.equal(published.ballot?.shownFrom, 'paris-1');
      assert.deepEqual(
        published.ballot.votes.map(({ vantage, says, code }) => [vantage, says, code]),
        [
          ['paris-1', 'works', null],
          ['fra-1', 'works', null],
          ['nyc-1', 'broken', 'tcp_refused'],
        ],
      );
      // Since nyc-1 first failed, in the fourth slot.
      assert.equal(Math.floor(published.sinceMs / minute), 4);
    }
  });

  test('an outage for all, and for as many as must agree, is one event whoever looks first; its end is another', () => {
    for (const order of orders) {
      const all = [...works(3), ...fails(5), ...works(4)];
      const everywhere = live({ 'paris-1': all, 'fra-1': all, 'nyc-1': all }, { order });
      assert.deepEqual(
        said(everywhere),
        ['unknown to healthy', 'healthy to unreachable', 'unreachable to healthy'],
        order.join(),
      );
      const most = live({ 'paris-1': all, 'fra-1': works(12), 'nyc-1': all }, { order });
      assert.deepEqual(said(most), said(everywhere), order.join());
    }
  });

  test('broken with a dissent: the one that works is told', () => {
    const story = { 'paris-1': fails(4), 'fra-1': works(4), 'nyc-1': fails(4) };
    const { published } = live(story);
    assert.deepEqual([published?.state, published?.cause?.code], ['unreachable', 'tcp_refused']);
    assert.deepEqual(countVotes(published?.ballot ?? assert.fail()), { of: 3, works: 1, broken: 2, needed: 2 });
  });

  test('an outage that only looks like one from a second place for a moment is none', () => {
    const wobble: Story = [...works(4), 'unreachable', ...works(4)];
    const story = { 'paris-1': works(9), 'fra-1': wobble, 'nyc-1': [...works(2), ...fails(7)] };
    assert.deepEqual(said(live(story)), ['unknown to healthy', 'healthy to degraded']);
  });

  test('what one place sees short of broken degrades, with its own reason', () => {
    const story = { 'paris-1': works(6), 'fra-1': fails(6, 'degraded'), 'nyc-1': works(6) };
    const { published } = live(story);
    assert.deepEqual([published?.state, published?.cause?.code], ['degraded', 'tls_certificate_expiring']);
    assert.equal(published?.ballot?.shownFrom, 'fra-1');
    const both = live({ ...story, 'nyc-1': fails(6) });
    assert.equal(both.published?.cause?.code, 'vantages_disagree');
    assert.deepEqual(
      both.published.consequences.map(({ code }) => code),
      ['tls_certificate_expiring'],
    );
  });

  test('of several sorts of broken the commonest is told; of two, the one that somebody has an answer for', () => {
    const state = (...states: JudgedState[]): string | undefined =>
      live(Object.fromEntries(states.map((each, at) => [`p-${String(at)}`, fails(3, each)]))).published?.state;
    assert.equal(state('unreachable', 'refused', 'unreachable'), 'unreachable');
    assert.equal(state('unreachable', 'refused'), 'refused');
    assert.equal(state('refused', 'unreachable', 'misconfigured'), 'misconfigured');
  });

  test('who gives no fresh result does not vote: fewer must agree, down to the last', () => {
    const quiet: Story = [...works(2), ...Array.from({ length: 8 }, () => null)];
    const lone = live({ 'paris-1': [...works(6), ...fails(4)], 'fra-1': quiet, 'nyc-1': quiet });
    assert.equal(lone.published?.state, 'unreachable');
    assert.deepEqual(
      lone.published.ballot?.votes.map(({ says }) => says),
      ['broken', 'silent', 'silent'],
    );
    // Three intervals are fresh, one millisecond more is not.
    const { own } = lone;
    const seen = own.get('fra-1') ?? assert.fail();
    const vote = (nowMs: number) =>
      merge(null, { partner, vantages: { names: three, quorum: 2 }, standings: own, hysteresis: prompt }, nowMs)
        ?.standing.ballot?.votes[1]?.says;
    assert.deepEqual([vote(seen.examinedMs + 3 * minute), vote(seen.examinedMs + 3 * minute + 1)], ['works', 'silent']);
  });

  test('who is blind does not vote; when nobody sees, what was published stands', () => {
    const story = { 'paris-1': works(6), 'fra-1': works(6), 'nyc-1': fails(6) };
    const { published } = live(story, { blind: new Set(['nyc-1']) });
    assert.deepEqual([published?.state, published?.ballot?.votes[2]?.says], ['healthy', 'blind']);
    assert.equal(live(story, { blind: new Set(three) }).published, null);
  });

  test('nobody looked: nothing is said; all looked and could not tell: unknown', () => {
    assert.equal(live({ 'paris-1': [], 'fra-1': [] }).published, null);
    assert.equal(live({ 'paris-1': ['unknown'], 'fra-1': ['unknown'] }).published?.state, 'unknown');
    assert.equal(live({ 'paris-1': ['unknown'], 'fra-1': ['healthy'] }).published?.state, 'healthy');
  });

  test('a change waits for the hold-down; who works nowhere meanwhile is unknown, not healthy', () => {
    const hysteresis = { ...defaultHysteresis, holdDownMs: 6 * minute };
    const all = [...fails(3), ...works(6), ...fails(7)];
    const { states } = live({ 'paris-1': all, 'fra-1': all }, { hysteresis });
    const expected = [
      ...[
        'unknown',
        'unknown',
        'unreachable',
        'unreachable',
        'unreachable',
        'unreachable',
        'unreachable',
        'unreachable',
      ],
      ...['healthy', 'healthy', 'healthy', 'unknown', 'unknown', 'unknown', 'unreachable', 'unreachable'],
    ];
    assert.deepEqual(states, expected);
  });

  test('the standing of a single vantage is where several begin', () => {
    const single = live({ 'paris-1': [...works(2), ...fails(4)] }, { quorum: 1 }).own.get('paris-1') ?? assert.fail();
    const counted = { partner, vantages: { names: three, quorum: 2 }, hysteresis: prompt };
    assert.equal(merge(single, { ...counted, standings: new Map() }, single.examinedMs), null);
    const seen = { ...single, slotMs: single.slotMs + minute, sinceMs: single.examinedMs };
    const next = merge(single, { ...counted, standings: new Map([['fra-1', seen]]) }, seen.examinedMs);
    assert.deepEqual(
      [next?.change, next?.standing.sinceMs, next?.standing.state],
      [null, single.sinceMs, 'unreachable'],
    );
  });
});

const outcome = fc.constantFrom<JudgedState | null>(
  'healthy',
  'healthy',
  'degraded',
  'unreachable',
  'refused',
  'misconfigured',
  'unknown',
  null,
);
const story = fc.array(outcome, { minLength: 1, maxLength: 14 });

describe('whatever several vantages find', () => {
  test('a single vote is that vantage’s own standing', () => {
    fc.assert(
      fc.property(
        fc.array(
          outcome.filter((each) => each !== null),
          { minLength: 1, maxLength: 20 },
        ),
        fc.boolean(),
        (outcomes, waits) => {
          const hysteresis = waits ? { ...defaultHysteresis, holdDownMs: 2 * minute } : prompt;
          const { published, own } = live(
            { one: outcomes },
            { names: ['one', 'other'], quorum: 2, hysteresis, order: ['one'] },
          );
          const alone = own.get('one') ?? assert.fail();
          assert.deepEqual(
            [published?.state, published?.sinceMs, published?.cause, published?.consequences, published?.recent],
            [alone.state, alone.sinceMs, alone.cause, alone.consequences, alone.recent],
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('broken takes a quorum: one vote fewer is not enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(), fc.nat(), (size, a, b) => {
        const quorum = 1 + (a % size);
        const broken = b % (size + 1);
        const names = Array.from({ length: size }, (_, at) => `p-${String(at)}`);
        const stories = Object.fromEntries(names.map((name, at) => [name, at < broken ? fails(5) : works(5)]));
        const { published } = live(stories, { quorum });
        const expected = broken >= quorum ? 'unreachable' : broken > 0 ? 'degraded' : 'healthy';
        assert.equal(published?.state, expected, `${String(broken)} of ${String(size)}, quorum ${String(quorum)}`);
      }),
      { numRuns: 200 },
    );
  });

  test('the order in the configuration does not change the state, nor since when', () => {
    fc.assert(
      fc.property(
        story,
        story,
        story,
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 3 }),
        (a, b, c, names, quorum) => {
          const stories = { 'paris-1': a, 'fra-1': b, 'nyc-1': c };
          const [one, two] = [three, names].map((each) => live(stories, { names: each, order: three, quorum }));
          assert.deepEqual(one?.states, two?.states);
          assert.equal(one?.published?.sinceMs, two?.published?.sinceMs);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('changes follow from each other, fences rise, a quarrel never lasts when all find the same', () => {
    fc.assert(
      fc.property(
        story,
        story,
        story,
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (a, b, c, order, quorum, good) => {
          const end = good ? works(6) : fails(6);
          const padded = (each: Story): Story => [
            ...each,
            ...Array.from({ length: 14 - each.length }, () => null),
            ...end,
          ];
          const stories = { 'paris-1': padded(a), 'fra-1': padded(b), 'nyc-1': padded(c) };
          const { published, changes } = live(stories, { order, quorum });
          for (const [at, change] of changes.entries()) assert.equal(change.from, changes[at - 1]?.to ?? 'unknown');
          assert.equal(published?.state, good ? 'healthy' : 'unreachable');
        },
      ),
      { numRuns: 400 },
    );
  });
});
