import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clean, jsonLine, paintFor } from '../../src/cli/paint.ts';
import { renderCheck } from '../../src/cli/render-check.ts';
import { exitOf, renderNagios, renderTap } from '../../src/cli/render-machines.ts';
import { table } from '../../src/cli/table.ts';
import { labelled, took, wrap } from '../../src/cli/words.ts';
import { golden } from './golden.ts';
import { blind, degraded, denied, healthy, planned, unreachable } from './reports.ts';

const plain = { paint: paintFor(false), trace: false, live: true, columns: null };
const all = [healthy, degraded, unreachable, blind, planned];
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe('one examination for a person', () => {
  test('healthy', () => golden('healthy.txt', renderCheck(healthy, plain)));
  test('degraded, with its trail', () =>
    golden('degraded-trace.txt', renderCheck(degraded, { ...plain, trace: true })));
  test('unreachable', () => golden('unreachable.txt', renderCheck(unreachable, plain)));
  test('unknown', () => golden('unknown.txt', renderCheck(blind, plain)));
  test('planned work', () => golden('maintenance.txt', renderCheck(planned, plain)));
  test('a private address: how to allow it, for who examines now; a missing family is no fault', () => {
    golden('denied-trace.txt', renderCheck(denied, { ...plain, trace: true }));
    assert.match(renderCheck(denied, plain), /--allow CIDR, such as --allow 10\.1\.2\.3\./);
    assert.doesNotMatch(renderCheck(denied, { ...plain, live: false }), /--allow/);
  });
  test('on a narrow terminal with colours', () => {
    golden(
      'degraded-colour.txt',
      renderCheck(degraded, { paint: paintFor(true), trace: false, live: true, columns: 60 }),
    );
  });
  test('nothing that a peer sent steers the terminal', () => {
    for (const report of all) assert.doesNotMatch(renderCheck(report, { ...plain, trace: true }), steering);
    assert.doesNotMatch(renderTap(all), steering);
    assert.doesNotMatch(renderNagios(all).text, steering);
    assert.doesNotMatch(jsonLine(degraded), steering);
    assert.deepEqual(JSON.parse(jsonLine(degraded)), degraded, 'JSON keeps the value');
  });
});

describe('for machines', () => {
  test('TAP', () => golden('check.tap', renderTap(all)));
  test('Nagios, several', () => {
    const { text, code } = renderNagios(all);
    golden('check.nagios', text);
    assert.equal(code, 2);
  });
  test('Nagios: the worst state is the exit code', () => {
    assert.deepEqual(
      [[healthy], [healthy, degraded], [degraded, blind], [blind, unreachable]].map((each) => renderNagios(each).code),
      [0, 1, 3, 2],
    );
    assert.deepEqual(renderNagios([planned]), {
      text: "FEDMON OK - moving.example maintenance until 2026-03-01 12:00:00 UTC (new / edge) | 'moving.example'=0.143s\n",
      code: 0,
    });
    assert.equal(renderNagios([healthy]).text, "FEDMON OK - contoso.com healthy | 'contoso.com'=0.143s\n");
  });
  test('exit codes: warnings pass, unknown does not, 3 only when nothing could be run', () => {
    const unproven = { ...blind, steps: healthy.steps };
    assert.deepEqual(
      [
        [healthy],
        [healthy, degraded],
        [healthy, unreachable],
        [healthy, blind],
        [unproven],
        [blind],
        [unreachable],
        [planned],
      ].map(exitOf),
      [0, 0, 1, 1, 1, 3, 1, 0],
    );
  });
});

test('a table is whole in a pipe and fits a terminal', () => {
  const rows = [
    ['a', 'x'.repeat(70)],
    ['bbb', 'y'],
  ];
  const paint = paintFor(false);
  assert.equal(table(['ONE', 'TWO'], rows, paint, null), `ONE  TWO\na    ${'x'.repeat(70)}\nbbb  y\n`);
  assert.equal(table(['ONE', 'TWO'], rows, paint, 12), 'ONE  TWO\na    xxxxxx…\nbbb  y\n');
});

test('texts are wrapped at spaces, times keep their unit', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('unbreakable', 3), ['unbreakable']);
  assert.deepEqual(labelled('Side', 'theirs and ours', 2, 18), ['  Side    theirs', '          and ours']);
  assert.deepEqual([0.25, 9.96, 143, 999, 2143].map(took), ['0.3 ms', '10.0 ms', '143 ms', '999 ms', '2.1 s']);
  assert.deepEqual(clean({ a: ['\u001b[1m', 1, null] }), { a: ['?[1m', 1, null] });
});
