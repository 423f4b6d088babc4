import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposition, written, type Written } from '../../src/metrics/exposition.ts';
import { keptRuns, type Piece } from '../../src/metrics/runs.ts';
import { sample } from '../../src/metrics/sample.ts';
import { listOf, whole } from './whole.ts';

const count = 1_000;

/** A partner with one series that changes with every examination, and one that does not. */
function part(at: number, runs = 1): Written {
  const partner = `partner-${String(at)}.example`;
  return written(
    [
      sample('fedmon_partner_interval_seconds', { partner }, 60),
      sample('fedmon_checks_total', { partner, check: 'dns' }, runs),
    ],
    'partner',
  );
}

const fleet: readonly Written[] = Array.from({ length: count }, (_, at) => part(at));
const ofUs = (seconds: number): Written => written([sample('fedmon_exporter_collect_duration_seconds', {}, seconds)]);

function piecesOf(parts: readonly Written[], gather: ReturnType<typeof keptRuns>): Promise<readonly Piece[]> {
  return listOf(exposition(parts, 'text', () => Promise.resolve(), gather));
}

const others = (before: readonly Piece[], after: readonly Piece[]): readonly Piece[] =>
  after.filter((piece) => !before.includes(piece));

test('of a fleet of which nothing changed every piece is the one of last time, whatever we say of ourselves', async () => {
  const gather = keptRuns();
  const first = await piecesOf([ofUs(1), ...fleet], gather);
  assert.ok(first.length > 2 * (count / 200));
  const second = await piecesOf([ofUs(2), ofUs(3), ...fleet], gather);
  assert.deepEqual(others(first, second), [
    ['fedmon_exporter_collect_duration_seconds 2\n', 'fedmon_exporter_collect_duration_seconds 3\n'],
  ]);
});

test('one partner examined: one piece is another, that of the metric and the run in which it stands', async () => {
  const gather = keptRuns();
  const first = await piecesOf(fleet, gather);
  const next = fleet.with(count - 1, part(count - 1, 2));
  const fresh = others(first, await piecesOf(next, gather));
  assert.equal(fresh.length, 1);
  assert.equal(fresh[0]?.at(-1), `fedmon_checks_total{partner="partner-${String(count - 1)}.example",check="dns"} 2\n`);
});

test('a text made of what is kept says the same as one made anew, whatever comes and goes', async () => {
  const gather = keptRuns();
  for (const parts of [
    fleet,
    fleet.slice(1),
    fleet.with(500, part(500, 3)),
    [],
    fleet.slice(0, 250),
    fleet.toReversed(),
  ]) {
    assert.equal(await whole(exposition(parts, 'text', undefined, gather)), await whole(exposition(parts)));
  }
});
