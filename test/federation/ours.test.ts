import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concerns } from '../../src/federation/change.ts';
import { followWords, mostTold, toldOf, type Setup, type Words } from '../../src/federation/ours.ts';
import { partner } from '../metrics/made-up.ts';
import { baseline } from '../store/values.ts';

const setup = (slotMs: number, words: Words): Setup => ({ slotMs, words });
const [server, version] = ['config_changed dns.servers', 'version_changed'];

const told = (stored: Setup | null, mine: Words | null, now: Setup): readonly string[] | null =>
  toldOf(stored, mine, now)?.changes.map(
    ({ subject, before, after }) => `${subject ?? ''} ${before ?? '-'} ${after ?? '-'}`,
  ) ?? null;

test('the first process ever has nothing to tell and notes what it examines with', () => {
  const now = setup(5, { [version]: '1' });
  assert.deepEqual(toldOf(null, null, now), { next: now, changes: [] });
});

test('a process that begins tells what is another than when it was told last', () => {
  const stored = setup(5, { [version]: '1', [server]: 'a' });
  assert.deepEqual(told(stored, null, setup(9, { [version]: '2', [server]: 'a' })), [' 1 2']);
  assert.equal(told(stored, null, setup(9, stored.words)), null);
  assert.deepEqual(told(stored, null, setup(9, { [version]: '1' })), ['dns.servers a -']);
});

test('an old process beside a new one tells only what changed in its own hands, and nothing back', () => {
  const [before, after] = [
    { [version]: '1', [server]: 'a' },
    { [version]: '1', [server]: 'b' },
  ];
  const stored = setup(5, { [version]: '2', [server]: 'a' });
  const found = toldOf(stored, before, setup(9, after));
  assert.deepEqual(found?.next, setup(9, { [version]: '2', [server]: 'b' }));
  assert.deepEqual(told(stored, before, setup(9, after)), ['dns.servers a b']);
  assert.equal(told(setup(5, { [version]: '2', [server]: 'b' }), before, setup(9, after)), null, 'another told it');
});

test('after the store lost everything a change is told by what the process knew; slots never stand still', () => {
  assert.deepEqual(told(null, { [version]: '1' }, setup(9, { [version]: '2' })), [' 1 2']);
  assert.equal(toldOf(setup(9, { [version]: '1' }), null, setup(3, { [version]: '2' }))?.next.slotMs, 10);
});

test('a new configuration of many values tells a bounded number of changes', () => {
  const words = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`config_changed k${String(at)}`, 'x']));
  assert.equal(told(setup(1, {}), null, setup(2, words))?.length, mostTold);
});

test('a setting of one partner: told at the first examination with it, kept by its baseline, silent before that', () => {
  const [old, sight] = [baseline('a.test', 60_000), { domain: 'a.test', atMs: 120_000, slotMs: 120_000 }];
  const first = followWords(old, old, { timeout: '30s' }, sight);
  assert.deepEqual([first.changes, first.baseline?.words], [[], { timeout: '30s' }]);
  const next = followWords(
    first.baseline,
    first.baseline,
    { timeout: '5s', 'route.host': 'sip.a.test' },
    {
      ...sight,
      slotMs: 180_000,
    },
  );
  assert.deepEqual(
    next.changes.map(({ domain, subject, before, after }) => [domain, subject, before, after]),
    [
      ['a.test', 'route.host', null, 'sip.a.test'],
      ['a.test', 'timeout', '30s', '5s'],
    ],
  );
  const again = followWords(next.baseline, next.baseline, next.baseline?.words ?? {}, { ...sight, slotMs: 240_000 });
  assert.deepEqual([again.changes, again.baseline], [[], next.baseline]);
  assert.deepEqual(followWords(null, null, { timeout: '5s' }, sight), { baseline: null, changes: [] });
});

test('a change of ours is in the story of whom it concerns', () => {
  const ours = { what: 'ours', domain: null, before: null, after: null, atMs: 0, slotMs: 0 } as const;
  const [usual, special] = [partner('a.test'), partner('b.test', { identity: 'special' })];
  const certificate = { ...ours, kind: 'certificate_changed', subject: 'default' } as const;
  assert.deepEqual(
    [usual, special].map((each) => concerns(certificate, each)),
    [true, false],
  );
  const settings = { ...ours, kind: 'config_changed', subject: 'trust' } as const;
  assert.deepEqual(
    [usual, special].map((each) => concerns(settings, each)),
    [true, true],
  );
  const own = { ...settings, domain: 'b.test' };
  assert.deepEqual(
    [usual, special].map((each) => concerns(own, each)),
    [false, true],
  );
});
