import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeLines } from '../../src/cli/render-changes.ts';
import { acceptanceObject, renderAcceptance, renderBaseline } from '../../src/cli/render-baseline.ts';
import { accept } from '../../src/federation/accept.ts';
import { driftKinds } from '../../src/federation/drift.ts';
import type { OursChange } from '../../src/federation/ours.ts';
import { live, sight, target, times } from '../federation/sights.ts';
import { baseline, driftChange } from '../store/values.ts';
import { golden } from './golden.ts';
import { fedmon } from './run-cli.ts';

const plain = { colour: false, columns: null };
const learned = live(times(3)).baseline;
const moved = { targets: [target('sip\u001b[31m.hosting.test')] };
const otherwise = live(times(3, moved), learned, 10).baseline;

test('what is expected of a partner, and what stands otherwise', () => {
  golden('baseline.txt', renderBaseline('contoso.test', otherwise, plain));
  assert.match(renderBaseline('contoso.test', live(times(2)).baseline, plain), /being learned, 2 of 3 examinations/);
  assert.match(renderBaseline('contoso.test', null, plain), /^Nothing is expected of contoso\.test yet: .*\n$/);
});

test('what was accepted, before → after', () => {
  const acceptance = accept(otherwise, sight(20, moved), Date.UTC(2026, 5, 1, 3));
  assert.ok(acceptance);
  golden('baseline-accepted.txt', renderAcceptance(acceptance, plain));
  const { schema, accepted, baseline: row } = acceptanceObject(acceptance);
  assert.deepEqual([schema, accepted.length, row?.acceptedAt], ['fedmon.baseline/1', 1, '2026-06-01T03:00:00.000Z']);
  const again = accept(acceptance.baseline, sight(21, moved), Date.UTC(2026, 5, 1, 4));
  assert.ok(again);
  assert.match(renderAcceptance(again, plain), /^contoso\.test was as expected already\n/);
});

test('every kind of change has words, and ten of them are shown', () => {
  const all = driftKinds.map((kind) => driftChange(baseline('a.test', 1_000), kind));
  const lines = changeLines(all, 200);
  assert.equal(lines.length, 10);
  assert.ok(
    lines.every((line) => /^ {2}1970-01-01 00:00:01 UTC {2}[A-Z]\S.*: nothing → new\.a\.test:5061$/.test(line)),
    lines.join('\n'),
  );
});

test('changes of ours are told in the story of a partner, with what was before and is now', () => {
  const head = { what: 'ours', atMs: 1_000, slotMs: 1_000 } as const;
  const changes: readonly OursChange[] = [
    { ...head, kind: 'version_changed', domain: null, subject: null, before: '1.0.0', after: '1.1.0' },
    { ...head, kind: 'config_changed', domain: 'a.test', subject: 'timeout', before: '20s', after: null },
    { ...head, kind: 'config_changed', domain: null, subject: 'trust', before: null, after: 'mozilla' },
  ];
  const lines = changeLines(changes, 200);
  assert.deepEqual(
    lines.map((line) => line.trim().slice('1970-01-01 00:00:01 UTC  '.length)),
    [
      'Our version of fedmon: 1.0.0 → 1.1.0',
      'Our configuration (timeout): 20s → as for all',
      'Our configuration (trust): nothing → mozilla',
    ],
  );
});

test('the command line: what is wrong, and what to type', async () => {
  const none = await fedmon(['baseline', 'accept']);
  assert.deepEqual([none.code, none.out], [2, '']);
  assert.match(none.err, /missing required argument 'domain'/);
  const address = await fedmon(['baseline', 'accept', 'https://contoso.com/']);
  assert.deepEqual([address.code, address.out], [2, '']);
  const lost = await fedmon(['baseline', 'show', 'contoso.com', '--config', '/nowhere/fedmon.yaml']);
  assert.deepEqual([lost.code, lost.out], [2, '']);
  assert.match(lost.err, /nowhere/);
});
