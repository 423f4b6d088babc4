import { partnerStates, type PartnerState } from '../../../src/federation/state.ts';
import type { Firing, Scenario } from './scenario.ts';

const alertOf = {
  unreachable: 'FedmonPartnerUnreachable',
  misconfigured: 'FedmonPartnerMisconfigured',
  refused: 'FedmonPartnerRefused',
} as const;
type AlertedState = keyof typeof alertOf;

const says: Readonly<Record<AlertedState, string>> = {
  unreachable: 'cannot be reached: no edge of its route gives a valid answer.',
  misconfigured: 'answers but breaks a rule that federation needs.',
  refused: 'answers and does not admit us.',
};

const partnerAlerts = Object.values(alertOf);
const partner = 'contoso.com';
const one = `job="fedmon",partner="${partner}"`;

/** The series of one partner; the first minutes before `state` are healthy, so are those after it. */
function partnerSeries(tier: string, state: PartnerState, values: string, healthy: string): Record<string, string> {
  const states = partnerStates.map((each) => [
    `fedmon_partner_state{${one},state="${each}"}`,
    each === state ? values : each === 'healthy' ? healthy : '0x40',
  ]);
  return {
    ...(Object.fromEntries(states) as Record<string, string>),
    [`fedmon_partner_info{${one},tier="${tier}",profile="sip",provider="",owner="uc"}`]: '1x40',
    [`fedmon_partner_cause_info{${one},layer="tcp",code="tcp_timeout",side="path"}`]: '_x4 1x14 _x20',
    [`fedmon_partner_state_since_timestamp_seconds{${one}}`]: '300x40',
  };
}

function firing(state: AlertedState, tier: string): Firing {
  return {
    labels: { severity: tier === 'critical' ? 'critical' : 'warning', job: 'fedmon', partner, tier },
    description:
      `${partner} (tier ${tier}) ${says[state]} First failing layer: tcp (tcp_timeout), side: path; ` +
      'what it means: fedmon explain tcp_timeout. Since 1970-01-01 00:05:00 +0000 UTC.',
    dashboardQuery: `?var-partner=${partner}`,
    partnerText: `fedmon partners show ${partner} --letter`,
  };
}

const nothing = (minute: number): Scenario['expect'] => partnerAlerts.map((alert) => ({ minute, alert, firing: [] }));

/** Broken from minute 5 to 19: quiet before, pending at 5, firing from 6, held until 22, clear after that. */
function firesAndClears(state: AlertedState, tier: string): Scenario {
  const alert = alertOf[state];
  const others = partnerAlerts.filter((each) => each !== alert);
  return {
    name: `${state}, tier ${tier}: fires and clears`,
    series: partnerSeries(tier, state, '0x4 1x14 0x20', '1x4 0x14 1x20'),
    expect: [
      ...nothing(4),
      { minute: 5, alert, firing: [] },
      { minute: 7, alert, firing: [firing(state, tier)] },
      ...others.map((other) => ({ minute: 12, alert: other, firing: [] })),
      { minute: 19, alert, firing: [firing(state, tier)] },
      { minute: 22, alert, firing: [firing(state, tier)] },
      ...nothing(24),
    ],
  };
}

/** It recovers while the rule is evaluated: what is told to the end has the cause. */
const causeGoneFirst: Scenario = {
  ...firesAndClears('unreachable', 'gold'),
  name: 'the cause is gone one evaluation before the state',
  series: {
    ...partnerSeries('gold', 'unreachable', '0x4 1x14 0x20', '1x4 0x14 1x20'),
    [`fedmon_partner_cause_info{${one},layer="tcp",code="tcp_timeout",side="path"}`]: '_x4 1x13 stale _x20',
  },
};

/** A partner in any other state fires none of the partner alerts, however long it lasts. */
function silentIn(state: Exclude<PartnerState, AlertedState>): Scenario {
  return {
    name: `${state}: no partner alert`,
    series: partnerSeries('critical', state, '1x40', state === 'healthy' ? '1x40' : '0x40'),
    expect: [...nothing(3), ...nothing(20), ...nothing(40)],
  };
}

/** The exporter restarts: two scrapes are missing, the partner is broken all along. */
const missedScrape: Scenario = {
  name: 'a missed scrape does not resolve',
  series: {
    [`fedmon_partner_state{${one},state="unreachable"}`]: '1x9 stale stale 1x20',
    [`fedmon_partner_info{${one},tier="gold",profile="sip",provider="",owner=""}`]: '1x9 stale stale 1x20',
  },
  expect: [9, 10, 11, 12, 20].map((minute) => ({
    minute,
    alert: alertOf.unreachable,
    firing: [
      {
        labels: { severity: 'warning', job: 'fedmon', partner, tier: 'gold' },
        description: `${partner} (tier gold) ${says.unreachable}`,
        dashboardQuery: `?var-partner=${partner}`,
        partnerText: `fedmon partners show ${partner} --letter`,
      },
    ],
  })),
};

const oneSample: Scenario = {
  name: 'a single sample does not fire',
  series: partnerSeries('critical', 'unreachable', '0x4 1 0x30', '1x4 0 1x30'),
  expect: [5, 6, 7, 10].flatMap(nothing),
};

export const partnerScenarios: readonly Scenario[] = [
  ...(Object.keys(alertOf) as AlertedState[]).flatMap((state) =>
    ['critical', 'standard'].map((tier) => firesAndClears(state, tier)),
  ),
  ...partnerStates
    .filter((state) => !(state in alertOf))
    .map((state) => silentIn(state as Exclude<PartnerState, AlertedState>)),
  missedScrape,
  causeGoneFirst,
  oneSample,
];
