import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { metricNames, metrics } from '../../src/metrics/catalogue.ts';
import { exposition, openMetricsEnd, plain, seriesPerSlice, written } from '../../src/metrics/exposition.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { project } from '../../src/metrics/project.ts';
import { sample } from '../../src/metrics/sample.ts';
import type { Sample } from '../../src/probe/probe.ts';
import { needs } from '../lab/debian.ts';
import { fleet } from './made-up.ts';
import { textOf } from './whole.ts';

const interval = (partner: string, value = 60): Sample => sample('fedmon_partner_interval_seconds', { partner }, value);

test('samples of one metric stand together in catalogue order with help and type', async () => {
  const text = await textOf([
    [interval('a'), sample('fedmon_store_up', {}, 1)],
    [sample('fedmon_partner_state_since_timestamp_seconds', { partner: 'a' }, 1.5), interval('b', 0.25)],
  ]);
  assert.equal(
    text,
    `# HELP fedmon_partner_state_since_timestamp_seconds Since when the published state holds.
# TYPE fedmon_partner_state_since_timestamp_seconds gauge
fedmon_partner_state_since_timestamp_seconds{partner="a"} 1.5
# HELP fedmon_partner_interval_seconds Time between two examinations of the partner as they are planned now; evidence is stale after three times as long.
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
  const text = await textOf([[interval('a\\b"c\nd')]]);
  assert.equal(text.split('\n')[2], 'fedmon_partner_interval_seconds{partner="a\\\\b\\"c\\nd"} 60');
});

test('what is not finite or not in the catalogue is left out', async () => {
  const stranger: Sample = { metric: 'fedmon_stranger', labels: {}, value: 1 };
  const prototype: Sample = { metric: 'constructor', labels: {}, value: 1 };
  assert.equal(await textOf([[interval('a', NaN), interval('a', Infinity), stranger, prototype]]), '');
});

test('others may run after every slice, while series are taken and while they are sent', async () => {
  let pauses = 0;
  const part = written(Array.from({ length: seriesPerSlice / 2 }, (_, at) => interval(String(at))));
  const pause = (): Promise<void> => {
    pauses += 1;
    return Promise.resolve();
  };
  const parts = Array.from({ length: 40 }, () => part);
  const all: string[] = [];
  for await (const piece of plain(exposition(parts, 'text', pause), pause)) all.push(piece);
  assert.equal(all.join('').split('\n').length, 20 * seriesPerSlice + 3);
  // The head is a piece of its own; each one is followed by a pause.
  assert.equal(pauses, 20 + all.length);
  assert.ok(all.length > 3 && all.every((each) => each.length < 200_000), String(all.map(({ length }) => length)));
});

test('OpenMetrics: counters are described without their ending, and the end is said once', async () => {
  const own = createOwnMetrics();
  own.jobDone('edge');
  const runs = sample('fedmon_checks_total', { partner: 'a', check: 'dns' }, 7);
  const text = (await textOf([[runs, interval('a')]], 'openmetrics')) + (await own.text('openmetrics'));
  for (const line of [
    '# TYPE fedmon_checks counter',
    'fedmon_checks_total{partner="a",check="dns"} 7',
    '# TYPE fedmon_partner_interval_seconds gauge',
    '# TYPE fedmon_jobs counter',
    'fedmon_jobs_total{queue="edge"} 1',
    '# TYPE fedmon_job_wait_seconds histogram',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.doesNotMatch(text, /^# (HELP|TYPE) \S+_total /m);
  assert.doesNotMatch(text, /^\n/m);
  assert.equal(text.indexOf(openMetricsEnd), text.length - openMetricsEnd.length);
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
  const text = (await textOf([project(fleet())])) + (await own.text());
  const names = typed(text);
  assert.equal(new Set(names).size, names.length);
  const { status, stdout, stderr } = spawnSync(tools[0].path, ['check', 'metrics'], {
    input: text,
    env: { ...process.env, ...tools[0].env },
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});
