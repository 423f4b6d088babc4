import type { Firing, Scenario } from './scenario.ts';

const blind = 'FedmonBlind';
const failing = 'FedmonCanaryFailing';
const about = (alert: string, ...minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

/** Partners of one minute that are unknown and examined as `lastRun` says. */
function unknown(lastRun: string): Record<string, string> {
  const series: Record<string, string> = {};
  for (const at of [0, 1, 2]) {
    const partner = `job="fedmon",partner="p${String(at)}.example"`;
    series[`fedmon_partner_info{${partner},tier="critical",profile="sip",provider="",owner=""}`] = '1x90';
    series[`fedmon_partner_interval_seconds{${partner}}`] = '60x90';
    series[`fedmon_partner_state{${partner},state="unknown"}`] = '1x90';
    series[`fedmon_partner_state{${partner},state="unreachable"}`] = '0x90';
    series[`fedmon_check_last_run_timestamp_seconds{${partner},check="dns"}`] = lastRun;
  }
  return series;
}

const seen = (vantage: string, reason: string, values: string): Record<string, string> => ({
  [`fedmon_blind{job="fedmon",vantage="${vantage}",reason="${reason}"}`]: values,
});

const firing = (vantage: string, reason: string): Firing => ({
  labels: { severity: 'critical', job: 'fedmon', vantage },
  description:
    `From ${vantage} our canary does not pass, or nearly all partners fail at once. Partners seen from there are unknown, ` +
    `and what fails counts against none of them. Reason: ${reason}; what it means: fedmon explain blind_${reason}.`,
});

const everywhere = 'FedmonBlindEverywhere';
const everywhereFiring: Firing = {
  labels: { severity: 'none', job: 'fedmon' },
  description: 'The canary fails from every vantage. FedmonBlind says why, by vantage.',
};

const canary = 'fedmon_canary_last_success_timestamp_seconds{job="fedmon",vantage="paris-1"}';

export const blindScenarios: readonly Scenario[] = [
  {
    name: 'blind: fires after two minutes, names the reason, clears when we see',
    series: {
      ...seen('paris-1', 'canary', '0x90'),
      ...seen('paris-1', 'resolver', '0x4 1x20 0x60'),
      ...seen('rome-1', 'resolver', '0x90'),
    },
    expect: [
      ...about(blind, 4, 6),
      { minute: 8, alert: blind, firing: [firing('paris-1', 'resolver')] },
      { minute: 24, alert: blind, firing: [firing('paris-1', 'resolver')] },
      { minute: 29, alert: blind, firing: [firing('paris-1', 'resolver')] },
      ...about(blind, 33),
    ],
  },
  {
    name: 'blind everywhere: holds others back at once, and no longer than blind itself',
    series: { ...seen('paris-1', 'canary', '0x4 1x20 0x60'), ...seen('rome-1', 'uplink', '0x4 1x20 0x60') },
    expect: [
      ...about(everywhere, 4),
      { minute: 5, alert: everywhere, firing: [everywhereFiring] },
      { minute: 29, alert: everywhere, firing: [everywhereFiring] },
      ...about(everywhere, 32),
    ],
  },
  {
    name: 'blind everywhere: one of two vantages that sees is enough',
    series: { ...seen('paris-1', 'canary', '1x60'), ...seen('rome-1', 'uplink', '0x60') },
    expect: about(everywhere, 0, 30, 60),
  },
  {
    name: 'blind: another reason is no other alert',
    series: { ...seen('paris-1', 'canary', '0x4 1x10 0x60'), ...seen('paris-1', 'uplink', '0x15 1x30 0x60') },
    expect: [
      { minute: 14, alert: blind, firing: [firing('paris-1', 'canary')] },
      { minute: 17, alert: blind, firing: [firing('paris-1', 'uplink')] },
    ],
  },
  {
    name: 'blind: suspected for the first time, without a canary, is one alert and no word of partners',
    series: { ...seen('paris-1', 'suspected', '_x4 1x80'), ...unknown('0+60x90') },
    expect: [
      { minute: 40, alert: blind, firing: [firing('paris-1', 'suspected')] },
      ...['FedmonProbesStale', 'FedmonPartnerUnknown', 'FedmonPartnerUnreachable', failing].flatMap((alert) =>
        about(alert, 20, 40, 80),
      ),
    ],
  },
  {
    name: 'blind: a minute of it is silent',
    series: seen('paris-1', 'canary', '0x4 1x1 0x60'),
    expect: about(blind, 5, 6, 7, 10),
  },
  {
    name: 'blind everywhere: nothing else speaks, of stale partners neither',
    series: { ...seen('paris-1', 'uplink', '0x4 1x80'), ...unknown('0+60x5 300x85') },
    expect: [
      { minute: 40, alert: blind, firing: [firing('paris-1', 'uplink')] },
      ...['FedmonProbesStale', 'FedmonPartnerUnknown', 'FedmonPartnerUnreachable'].flatMap((alert) =>
        about(alert, 20, 40, 80),
      ),
    ],
  },
  {
    name: 'blind at one of two vantages: stale partners are told all the same',
    series: {
      ...seen('paris-1', 'uplink', '1x90'),
      ...seen('rome-1', 'uplink', '0x90'),
      ...unknown('0+60x5 300x85'),
    },
    expect: [
      {
        minute: 40,
        alert: 'FedmonProbesStale',
        firing: [
          {
            labels: { severity: 'critical', job: 'fedmon' },
            description:
              '100% of the partners were last examined more than three intervals ago. ' +
              'What fedmon shows about them is unknown, not good.',
          },
        ],
      },
    ],
  },
  {
    name: 'canary: fails while we see, fires after twenty minutes, clears',
    series: { ...seen('paris-1', 'canary', '0x90'), [canary]: '0+60x5 300x40 2820+60x40' },
    expect: [
      ...about(failing, 10, 24),
      {
        minute: 27,
        alert: failing,
        firing: [
          {
            labels: { severity: 'warning', job: 'fedmon', vantage: 'paris-1' },
            description:
              'From paris-1 our canary has not passed for 22m 0s, and most of the controls pass: it is the canary. Until it ' +
              'passes, only the controls tell our blindness from a failure of partners.',
          },
        ],
      },
      ...about(failing, 50),
    ],
  },
  {
    name: 'canary: while we are blind only that is told',
    series: { ...seen('paris-1', 'canary', '0x5 1x85'), [canary]: '0+60x5 300x85' },
    expect: about(failing, 20, 40, 80),
  },
];
