import type { Scenario } from './scenario.ts';

const silent = (alert: string, ...minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

const stopped = 'FedmonSchedulerStopped';
const lastFire = 'fedmon_scheduler_last_fire_timestamp_seconds{job="fedmon",instance="s:1",schedule="partners"}';
const stoppedFiring = (age: string) => ({
  labels: { severity: 'warning', job: 'fedmon' },
  description: `The last look was ${age} ago: nothing new is put on the queue. After three intervals every partner is unknown.`,
});

const scheduler: readonly Scenario[] = [
  {
    name: 'scheduler: stands still, fires, clears when it looks again',
    series: { [lastFire]: '0+60x10 600x19 1800+60x30' },
    expect: [
      ...silent(stopped, 13, 15),
      { minute: 16, alert: stopped, firing: [stoppedFiring('6m 0s')] },
      ...silent(stopped, 31),
    ],
  },
  {
    name: 'scheduler: gone with its series is missed for an hour',
    series: { [lastFire]: '0+60x10 stale' },
    expect: [{ minute: 30, alert: stopped, firing: [stoppedFiring('20m 0s')] }],
  },
  {
    name: 'scheduler: one of two is enough',
    series: { [lastFire]: '0x60', [lastFire.replace('s:1', 's:2')]: '0+60x60' },
    expect: silent(stopped, 20, 60),
  },
];

const dropped = 'FedmonSeriesDropped';
const droppedBy = (instance: string) => `fedmon_exporter_series_dropped_total{job="fedmon",instance="${instance}"}`;
const droppedFiring = {
  labels: { severity: 'warning', job: 'fedmon' },
  description:
    'fedmon (fedmon) leaves series out of every scrape. Partners at the end of the config are examined and have no ' +
    'series, so that no alert about them can fire.',
};

const budget: readonly Scenario[] = [
  {
    name: 'series: left out at every scrape, fires once for all exporters, holds, clears when all fit again',
    series: { [droppedBy('a')]: '0x9 0+94x30 2820x30', [droppedBy('b')]: '0x9 0+94x30 2820x30' },
    expect: [
      ...silent(dropped, 9, 19),
      { minute: 22, alert: dropped, firing: [droppedFiring] },
      { minute: 45, alert: dropped, firing: [droppedFiring] },
      ...silent(dropped, 52),
    ],
  },
  {
    name: 'series: a config that is undone after three minutes, and an exporter that starts again, are silent',
    series: { [droppedBy('a')]: '0x9 0+94x3 282x20 0x20' },
    expect: silent(dropped, 12, 18, 24, 36, 50),
  },
  {
    name: 'series: what was once left out is no news',
    series: { [droppedBy('a')]: '2820x60' },
    expect: silent(dropped, 11, 60),
  },
];

const behind = 'FedmonQueueBehind';
/** Jobs of a queue by minute: all of them, and those that began within 30 s. */
const waits = (all: string, inTime: string, le = '30'): Scenario['series'] => ({
  [`fedmon_job_wait_seconds_count{job="fedmon",queue="edge"}`]: all,
  [`fedmon_job_wait_seconds_bucket{job="fedmon",queue="edge",le="${le}"}`]: inTime,
});
const behindFiring = (share: string) => ({
  labels: { severity: 'warning', job: 'fedmon', queue: 'edge' },
  description:
    `${share} of the jobs of the queue edge began more than 30 s after their time. ` +
    'What comes too late is skipped, and partners turn stale.',
});

const queue: readonly Scenario[] = [
  {
    name: 'queue: every fifth job late for an hour, fires and clears',
    series: waits('0+100x120', '0+80x60 4900+100x59'),
    expect: [
      ...silent(behind, 3),
      { minute: 30, alert: behind, firing: [behindFiring('20%')] },
      { minute: 70, alert: behind, firing: [behindFiring('10.67%')] },
      ...silent(behind, 80),
    ],
  },
  {
    name: 'queue: the bucket of OpenMetrics is the same',
    series: waits('0+100x60', '0+75x60', '30.0'),
    expect: [{ minute: 30, alert: behind, firing: [behindFiring('25%')] }],
  },
  {
    name: 'queue: every twentieth job late is silent',
    series: waits('0+100x60', '0+95x60'),
    expect: silent(behind, 30, 60),
  },
];

const lost = 'FedmonSlotsLost';
const lostFiring = {
  labels: { severity: 'warning', job: 'fedmon' },
  description:
    '37.5% of the examinations that were due in the last hour were not carried out, because nothing was there to plan ' +
    'them, or because they came too late.',
};

/** Two partners of five minutes: 24 examinations an hour. */
const intervals = Object.fromEntries(
  ['a', 'b'].map((name) => [`fedmon_partner_interval_seconds{job="fedmon",partner="${name}.example"}`, '300x180']),
);
const missed = 'fedmon_scheduler_slots_missed_total{job="fedmon",schedule="partners"}';
const late = 'fedmon_jobs_skipped_late_total{job="fedmon"}';

const slots: readonly Scenario[] = [
  {
    name: 'slots: nine of 24 are lost within an hour, fires and clears',
    series: { ...intervals, [missed]: '0x30 3x150', [late]: '0x30 6x150' },
    expect: [
      ...silent(lost, 30, 34),
      {
        minute: 60,
        alert: lost,
        firing: [lostFiring],
      },
      {
        minute: 93,
        alert: lost,
        firing: [lostFiring],
      },
      ...silent(lost, 100),
    ],
  },
  {
    name: 'slots: a quarter of them is an outage of a quarter of an hour, which was told',
    series: { ...intervals, [missed]: '0x30 2x150', [late]: '0x30 4x150' },
    expect: silent(lost, 60, 100),
  },
];

const watchdog: Scenario = {
  name: 'watchdog: fires from the first minute on, whatever else there is',
  series: { 'up{job="other"}': '1x10' },
  expect: [0, 10].map((minute) => ({
    minute,
    alert: 'FedmonWatchdog',
    firing: [
      {
        labels: { severity: 'none', job: 'fedmon' },
        description:
          'Nothing is wrong. Send it to a dead-man’s switch outside, and have that call you when it stays away.',
      },
    ],
  })),
};

/** From the clock to the worker, from the store to Prometheus, and the alert that always fires. */
export const workScenarios: readonly Scenario[] = [...scheduler, ...queue, ...slots, ...budget, watchdog];
