import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sectionOf, withSection, type Row } from './report.ts';

const row = (wrong: readonly string[]): Row => ({
  scenario: { name: 'kills', says: 'Things are killed.' },
  size: 0.5,
  seed: 42,
  result: { figures: { faults: 7 }, wrong },
  tookMs: 61_400,
});

test('a section names the command that made it, and what did not hold', () => {
  const good = sectionOf(row([]), 'two cores', '2026-06-01T12:00Z');
  assert.match(
    good,
    /`npm run chaos -- --long --share 0.5 --only kills --seed 42`, 2026-06-01T12:00Z, 61 s. two cores\./,
  );
  assert.match(good, /\n\| figure \| value \|\n\| ------ \| ----- \|\n\| faults \| 7     \|\n/);
  assert.match(good, /All held\./);
  const bad = sectionOf(row(['a slot was lost']), 'two cores', '2026-06-01T12:00Z');
  assert.match(bad, /\*\*Not held:\*\*\n\n- a slot was lost/);
  assert.doesNotMatch(bad, /All held/);
});

test('a section takes the place of the one of its name, and the others stay', () => {
  const first = withSection('# Report\n', 'a', '## a\n\none\n');
  const second = withSection(first, 'b', '## b\n\ntwo\n');
  assert.equal(withSection(second, 'a', '## a\n\nthree\n'), '# Report\n\n## a\n\nthree\n\n## b\n\ntwo\n');
});
