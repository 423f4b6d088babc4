import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needs } from '../lab/debian.ts';
import { compare } from './beside.ts';
import { median, ratioOf, total } from './report.ts';

/** At a slow pace and in one short round a probe costs more, ours more than theirs; what is beyond this went wrong. */
const farOutside = 6;

test('the middle of three, the mean of the two in the middle of four', () => {
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])], [2, 2.5, 7]);
});

test('short form: a probe costs no multiple of one by blackbox_exporter and Prometheus', async (t) => {
  const tools = await needs(t, 'redis-server', 'prometheus', 'blackbox-exporter');
  if (tools === null) return;
  const [, prometheus, blackbox] = tools;
  const compared = await compare('p-256', {
    edges: 50,
    everyMs: 5_000,
    rounds: 1,
    windowMs: 10_000,
    tools: { prometheus, blackbox },
  });
  for (const side of ['ours', 'theirs'] as const) {
    for (const { probes, parts } of compared[side]) t.diagnostic(`${side}: ${String(probes)} ${JSON.stringify(parts)}`);
    assert.ok(
      compared[side].every((each) => each.probes >= 75 && total(each) > 0),
      `${side}: too few were answered`,
    );
  }
  assert.ok(ratioOf(compared) < farOutside, `ratio ${ratioOf(compared).toFixed(2)}`);
});
