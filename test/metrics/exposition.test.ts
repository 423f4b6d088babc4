import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { metricNames, metrics } from '../../src/metrics/catalogue.ts';
import { exposition, linesPerSlice } from '../../src/metrics/exposition.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { project } from '../../src/metrics/project.ts';
import { sample } from '../../src/metrics/sample.ts';
import type { Sample } from '../../src/probe/probe.ts';
import { needs } from '../lab/debian.ts';
import { fleet } from './made-up.ts';

const interval = (partner: string, value = 60): Sample => sample('fedmon_partner_interval_seconds', { partner }, value);

test('samples of one metric stand together in catalogue order with help and type', async () => {
  const text = await exposition([
    [interval('a'), sample('fedmon_store_up', {}, 1)],
    [sample('fedmon_partner_state_since_timestamp_seconds', { partner: 'a' }, 1.5), interval('b', 0.25)],
  ]);
  assert.equal(
    text,
    `# HELP fedmon_partner_state_since_timestamp_seconds Since when the published state holds.
# TYPE fedmon_partner_state_since_timestamp_seconds gauge
fedmon_partner_state_since_timestamp_seconds{partner="a"} 1.5
# HELP fedmon_partner_interval_seconds Configured time between two examinations of the partner.
# TYPE fedmon_partner_interval_seconds gauge
fedmon_partner_interval_seconds{partner="a"} 60
fedmon_partner_interval_seconds{partner="b"} 0.25
# HELP fedmon_store_up Whether the last use of the store succeeded. Absent until it was used.
# TYPE fedmon_store_up gauge
fedmon_store_up 1
`,
  );
});

test('backslash, quote and newline are escaped in a label', async () => {
  const text = await exposition([[interval('a\\b"c\nd')]]);
  assert.equal(text.split('\n')[2], 'fedmon_partner_interval_seconds{partner="a\\\\b\\"c\\nd"} 60');
});

test('what is not finite or not in the catalogue is left out', async () => {
  const stranger: Sample = { metric: 'fedmon_stranger', labels: {}, value: 1 };
  const prototype: Sample = { metric: 'constructor', labels: {}, value: 1 };
  assert.equal(await exposition([[interval('a', NaN), interval('a', Infinity), stranger, prototype]]), '');
});

test('others may run after every slice of lines', async () => {
  let pauses = 0;
  const parts = Array.from({ length: 10 }, () =>
    Array.from({ length: linesPerSlice / 2 }, (_, at) => interval(String(at))),
  );
  const text = await exposition(parts, () => {
    pauses += 1;
    return Promise.resolve();
  });
  assert.equal(text.split('\n').length, 5 * linesPerSlice + 3);
  // Five while the lines are made, five while they are put together.
  assert.equal(pauses, 10);
});

/** Names of the metrics a text holds, from its TYPE lines. */
function typed(text: string): readonly string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1] ?? '');
}

test('a process exposes every metric of its own, and none of the fleet', async () => {
  const own = createOwnMetrics();
  const names = typed(await own.text());
  assert.deepEqual(
    names.filter((name) => name.startsWith('fedmon_')).sort(),
    metricNames.filter((name) => metrics[name].about === 'process').sort(),
  );
  assert.equal(names.includes('process_cpu_seconds_total'), true);
});

test('what a process counts is shown; what it does not know yet is absent', async () => {
  const own = createOwnMetrics();
  const lines = async (prefix: string): Promise<readonly string[]> =>
    (await own.text()).split('\n').filter((line) => line.startsWith(prefix));
  assert.deepEqual(await lines('fedmon_store_up'), []);
  assert.deepEqual(await lines('fedmon_scheduler'), []);
  assert.deepEqual(await lines('fedmon_jobs_total'), [
    'fedmon_jobs_total{queue="route"} 0',
    'fedmon_jobs_total{queue="edge"} 0',
  ]);

  own.jobDone('edge');
  own.jobFailed('route');
  own.jobStalled('edge');
  own.skippedLate(3);
  own.probeStarted();
  own.probeStarted();
  own.probeEnded();
  own.jobWaited('route', 0.2);
  own.checkTook('tls', 0.03);
  own.schedulerFired('partners', 1_500);
  own.slotsMissed('partners', 2);
  own.storeUp(false);
  const text = await own.text();
  for (const line of [
    'fedmon_jobs_total{queue="edge"} 1',
    'fedmon_job_failures_total{queue="route"} 1',
    'fedmon_jobs_stalled_total{queue="edge"} 1',
    'fedmon_jobs_skipped_late_total 3',
    'fedmon_probes_in_flight 1',
    'fedmon_job_wait_seconds_bucket{le="0.25",queue="route"} 1',
    'fedmon_job_wait_seconds_bucket{le="0.1",queue="route"} 0',
    'fedmon_check_duration_seconds_count{check="tls"} 1',
    'fedmon_scheduler_last_fire_timestamp_seconds{schedule="partners"} 1.5',
    'fedmon_scheduler_slots_missed_total{schedule="partners"} 2',
    'fedmon_store_up 0',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.doesNotMatch(text, / nan$/im);
});

test('two processes in one count apart', async () => {
  const [first, second] = [createOwnMetrics(), createOwnMetrics()];
  first.skippedLate(5);
  assert.ok((await second.text()).includes('fedmon_jobs_skipped_late_total 0\n'));
});

test('promtool finds nothing to complain about', async (t) => {
  const tools = await needs(t, 'promtool');
  if (tools === null) return;
  const own = createOwnMetrics();
  own.storeUp(true);
  own.schedulerFired('partners', 1_000);
  const text = (await exposition([project(fleet())])) + (await own.text());
  const names = typed(text);
  assert.equal(new Set(names).size, names.length);
  const { status, stdout, stderr } = spawnSync(tools[0].path, ['check', 'metrics'], {
    input: text,
    env: { ...process.env, ...tools[0].env },
    encoding: 'utf8',
  });
  const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !/^(nodejs|process)_/.test(line));
  assert.deepEqual(complaints, []);
  // 3 is lint only, and every complaint left is about the names of the library's process metrics.
  assert.ok(status === 0 || status === 3, String(status));
});
