import type { PartnerState } from '../../../src/federation/state.ts';
import type { Firing, Scenario } from './scenario.ts';

const degraded = 'FedmonPartnerDegraded';
const unknown = 'FedmonPartnerUnknown';
const partner = 'p0.example';

interface Watched {
  readonly tier?: string;
  /** Values of the state by minute. */
  readonly state: string;
  readonly lastRun?: string;
  readonly check?: 'dns' | 'tcp';
}

/** Partners of one minute, each in `state` as its values say. */
function fleet(state: PartnerState, partners: readonly Watched[]): Record<string, string> {
  const series: Record<string, string> = {};
  for (const [at, { tier = 'standard', state: values, lastRun = '0+60x90', check = 'dns' }] of partners.entries()) {
    const one = `job="fedmon",partner="p${String(at)}.example"`;
    series[`fedmon_partner_state{${one},state="${state}"}`] = values;
    series[`fedmon_partner_info{${one},tier="${tier}",profile="sip",provider="",owner=""}`] = '1x90';
    series[`fedmon_partner_interval_seconds{${one}}`] = '60x90';
    series[`fedmon_partner_state_since_timestamp_seconds{${one}}`] = '300x90';
    if (lastRun !== '') series[`fedmon_check_last_run_timestamp_seconds{${one},check="${check}"}`] = lastRun;
  }
  return series;
}

const since = 'Since 1970-01-01 00:05:00 +0000 UTC.';

function firing(tier: string, says: string): Firing {
  return {
    labels: { severity: 'warning', job: 'fedmon', partner, tier },
    description: `${partner} (tier ${tier}) ${says} ${since}`,
    dashboardQuery: `?var-partner=${partner}`,
    partnerText: `fedmon partners show ${partner} --letter`,
  };
}

const degradedFiring = firing('critical', 'works, but not all of it.');
const unknownFiring = firing('standard', 'is examined on time, and it could not be proven whether it works.');

const silent = (alert: string, minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

/** So from minute 5 to 49. */
const long = '0x4 1x44 0x40';
const never = '0x90';

const degradedScenarios: readonly Scenario[] = [
  {
    name: 'degraded, tier critical: fires after a quarter of an hour, clears',
    series: fleet('degraded', [{ tier: 'critical', state: long }]),
    expect: [
      ...silent(degraded, [4, 19]),
      { minute: 21, alert: degraded, firing: [degradedFiring] },
      { minute: 51, alert: degraded, firing: [degradedFiring] },
      ...silent(degraded, [56]),
    ],
  },
  {
    name: 'degraded, tier standard: silent',
    series: fleet('degraded', [{ tier: 'standard', state: long }]),
    expect: silent(degraded, [21, 49]),
  },
  {
    name: 'degraded for fourteen minutes: silent',
    series: fleet('degraded', [{ tier: 'critical', state: '0x4 1x14 0x70' }]),
    expect: silent(degraded, [10, 19, 21, 40]),
  },
];

const unknownScenarios: readonly Scenario[] = [
  {
    name: 'unknown with fresh results: fires after half an hour, clears',
    series: fleet('unknown', [{ state: long }, { state: never }, { state: never }]),
    expect: [
      ...silent(unknown, [4, 34]),
      { minute: 36, alert: unknown, firing: [unknownFiring] },
      { minute: 51, alert: unknown, firing: [unknownFiring] },
      ...silent(unknown, [56]),
    ],
  },
  {
    name: 'unknown behind a route pinned to an address: its tcp check counts',
    series: fleet('unknown', [{ state: long, check: 'tcp' }, { state: never }, { state: never }]),
    expect: [{ minute: 36, alert: unknown, firing: [unknownFiring] }, ...silent(unknown, [56])],
  },
  {
    name: 'unknown as half of the partners: it is about us',
    series: fleet('unknown', [{ state: long }, { state: long }, { state: never }, { state: never }]),
    expect: silent(unknown, [36, 49]),
  },
  {
    name: 'unknown because nothing was examined lately: not this alert',
    series: fleet('unknown', [{ state: long, lastRun: '0+60x5 300x84' }, { state: never }, { state: never }]),
    expect: silent(unknown, [36, 49]),
  },
  {
    name: 'unknown at first sight, never examined: not this alert',
    series: fleet('unknown', [{ state: '1x90', lastRun: '' }, { state: never }, { state: never }]),
    expect: silent(unknown, [31, 60, 90]),
  },
];

/** Partners that are neither well nor broken. */
export const greyScenarios: readonly Scenario[] = [...degradedScenarios, ...unknownScenarios];
