import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { checks } from '../federation/observation.ts';
import { queueNames } from '../queue/job.ts';
import { version } from '../version.ts';
import { metrics, type LabelName, type MetricName } from './catalogue.ts';
import { asOpenMetrics } from './exposition.ts';
import type { OwnMetrics } from './own.ts';

/** Sized to the job: a loopback answer, a far edge, a step's budget, a whole examination. Seconds. */
const buckets = [0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How often the event loop is asked for its delay, milliseconds; an idle loop measures this much too. */
const lagResolutionMs = 20;

/** The library watches the loop too, a hundred times a second unless told, for metrics that are taken out below. */
const unwatchedMs = 60_000;

/** What to register: the name's help and labels come from the catalogue. */
function entry<Name extends MetricName>(name: Name, register: Registry) {
  const { help, labels } = metrics[name];
  return { name, help, labelNames: labels as readonly LabelName<Name>[], registers: [register] };
}

/** The 99th percentile of the loop's delay since it was last read, seconds. */
function lagReader(): () => number {
  const delay = monitorEventLoopDelay({ resolution: lagResolutionMs });
  delay.enable();
  return () => {
    const late = delay.percentile(99) / 1e9 - lagResolutionMs / 1000;
    delay.reset();
    return Number.isFinite(late) ? Math.max(0, late) : 0;
  };
}

function registerProcess(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: unwatchedMs });
  // Ours replaces the loop's; the others break the naming rules that promtool checks.
  for (const { name } of register.getMetricsAsArray()) {
    if (/^nodejs_(eventloop|active)_/.test(name)) register.removeSingleMetric(name);
  }
  const lag = lagReader();
  new Gauge({
    ...entry('fedmon_event_loop_lag_seconds', register),
    collect() {
      this.set(lag());
    },
  });
  new Gauge(entry('fedmon_build_info', register)).set({ version }, 1);
}

/** Known series start at 0, so that the first increase is seen. */
function initialise(counters: readonly Counter<'queue'>[]): void {
  for (const counter of counters) for (const queue of queueNames) counter.inc({ queue }, 0);
}

/** The metrics of one process in a registry of its own; never the library's global one. */
export function createOwnMetrics(): OwnMetrics {
  const register = new Registry();
  registerProcess(register);
  const jobs = new Counter(entry('fedmon_jobs_total', register));
  const failures = new Counter(entry('fedmon_job_failures_total', register));
  const stalled = new Counter(entry('fedmon_jobs_stalled_total', register));
  const quarantined = new Counter(entry('fedmon_jobs_quarantined_total', register));
  initialise([jobs, failures, stalled, quarantined]);
  const late = new Counter(entry('fedmon_jobs_skipped_late_total', register));
  const withheld = new Counter(entry('fedmon_examinations_withheld_total', register));
  const inFlight = new Gauge(entry('fedmon_probes_in_flight', register));
  const wait = new Histogram({ ...entry('fedmon_job_wait_seconds', register), buckets });
  for (const queue of queueNames) wait.zero({ queue });
  const took = new Histogram({ ...entry('fedmon_check_duration_seconds', register), buckets });
  for (const check of checks) took.zero({ check });
  const fired = new Gauge(entry('fedmon_scheduler_last_fire_timestamp_seconds', register));
  const missed = new Counter(entry('fedmon_scheduler_slots_missed_total', register));
  const certificates = {
    from: new Gauge(entry('fedmon_own_certificate_not_before_timestamp_seconds', register)),
    until: new Gauge(entry('fedmon_own_certificate_not_after_timestamp_seconds', register)),
    client: new Gauge(entry('fedmon_own_certificate_client_auth', register)),
    read: new Gauge(entry('fedmon_own_certificate_last_read_successful', register)),
  };
  const identities = new Gauge(entry('fedmon_identity_last_reload_successful', register));
  const store = new Gauge(entry('fedmon_store_up', register));
  const dropped = new Counter(entry('fedmon_exporter_series_dropped_total', register));
  const ahead = new Gauge(entry('fedmon_clock_ahead_seconds', register));
  const reloaded = new Gauge(entry('fedmon_config_last_reload_successful', register));
  const reloadedAt = new Gauge(entry('fedmon_config_last_reload_success_timestamp_seconds', register));
  // "Not looked yet" is absent, never 0.
  for (const gauge of [store, ahead, reloaded, reloadedAt]) gauge.remove();

  return {
    jobDone: (queue) => jobs.inc({ queue }),
    jobFailed: (queue) => failures.inc({ queue }),
    jobStalled: (queue) => stalled.inc({ queue }),
    jobQuarantined: (queue) => quarantined.inc({ queue }),
    jobWaited: (queue, seconds) => wait.observe({ queue }, seconds),
    skippedLate: (slots) => late.inc(slots),
    withheld: (examinations) => withheld.inc(examinations),
    probeStarted: () => inFlight.inc(),
    probeEnded: () => inFlight.dec(),
    checkTook: (check, seconds) => took.observe({ check }, seconds),
    schedulerFired(schedule, atMs) {
      fired.set({ schedule }, atMs / 1000);
      missed.inc({ schedule }, 0);
    },
    slotsMissed: (schedule, slots) => missed.inc({ schedule }, slots),
    configRead(good, atMs) {
      reloaded.set(good ? 1 : 0);
      if (good) reloadedAt.set(atMs / 1000);
    },
    ownCertificate(certificate, seen) {
      const { from, until, client, read } = certificates;
      for (const each of Object.values(certificates)) each.remove({ certificate });
      if (seen === null) return;
      read.set({ certificate }, seen.readable ? 1 : 0);
      if (seen.dates !== null) from.set({ certificate }, seen.dates.notBefore);
      if (seen.dates !== null) until.set({ certificate }, seen.dates.notAfter);
      if (seen.clientAuth !== null) client.set({ certificate }, seen.clientAuth ? 1 : 0);
    },
    identityReloaded(identity, ok) {
      if (ok === null) identities.remove({ identity });
      else identities.set({ identity }, ok ? 1 : 0);
    },
    storeUp: (up) => store.set(up ? 1 : 0),
    clockAhead: (seconds) => ahead.set(seconds),
    seriesDropped: (series) => dropped.inc(series),
    async text(format = 'text') {
      const made = await register.metrics();
      const text = made.endsWith('\n') ? made : `${made}\n`;
      return format === 'openmetrics' ? asOpenMetrics(text) : text;
    },
  };
}
