import type { Scenario } from './scenario.ts';

const alert = 'FedmonErrorBudgetBurn';

interface Watched {
  /** 1 while it works, by minute. */
  readonly healthy: string;
  readonly unknown?: string;
  readonly tier?: string;
}

function partners(watched: readonly Watched[], minutes = 210): Record<string, string> {
  const series: Record<string, string> = {};
  for (const [at, { healthy, unknown = `0x${String(minutes)}`, tier = 'critical' }] of watched.entries()) {
    const one = `job="fedmon",partner="p${String(at)}.example"`;
    series[`fedmon_partner_state{${one},state="healthy"}`] = healthy;
    series[`fedmon_partner_state{${one},state="degraded"}`] = `0x${String(minutes)}`;
    series[`fedmon_partner_state{${one},state="unknown"}`] = unknown;
    series[`fedmon_partner_info{${one},tier="${tier}",profile="sip",provider="",owner=""}`] = `1x${String(minutes)}`;
  }
  return series;
}

const silent = (...minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

function firing(severity: string, long: string, short: string, share: string, times: string) {
  return {
    labels: { severity, job: 'fedmon', tier: 'critical', long, short },
    description:
      `Over ${long} ${share} of the tier critical did not work, and over the last ${short} too many still do not. ` +
      `At this pace the error budget of 30 days is spent ${times} times too fast.`,
    dashboardQuery: '?var-tier=critical',
  };
}

const works = '1x200';

export const budgetScenarios: readonly Scenario[] = [
  {
    name: 'budget: one of five fails; all four windows in turn, and the short ones end it',
    series: partners([{ healthy: '0x185 1x20' }, ...Array<Watched>(4).fill({ healthy: works })]),
    expect: [
      ...silent(1),
      { minute: 5, alert, firing: [firing('critical', '1h', '5m', '20%', '14.4')] },
      {
        minute: 185,
        alert,
        firing: [
          firing('critical', '1h', '5m', '20%', '14.4'),
          firing('critical', '6h', '30m', '20%', '6'),
          firing('warning', '1d', '2h', '20%', '3'),
          firing('warning', '3d', '6h', '20%', '1'),
        ],
      },
      {
        minute: 195,
        alert,
        firing: [
          firing('critical', '6h', '30m', '18.98%', '6'),
          firing('warning', '1d', '2h', '18.98%', '3'),
          firing('warning', '3d', '6h', '18.98%', '1'),
        ],
      },
    ],
  },
  {
    name: 'budget: twenty minutes of one in five; each window ends its own',
    series: partners([{ healthy: '0x20 1x35' }, ...Array<Watched>(4).fill({ healthy: works })], 55),
    expect: [
      { minute: 10, alert, firing: [firing('critical', '1h', '5m', '20%', '14.4')] },
      { minute: 30, alert, firing: [firing('critical', '6h', '30m', '13.55%', '6')] },
      ...silent(55),
    ],
  },
  {
    name: 'budget: a minute of one in two in more than three hours is within it',
    series: partners([{ healthy: '1x100 0 1x100' }, { healthy: works }], 200),
    expect: silent(102, 105, 195),
  },
  {
    name: 'budget: what is unknown counts neither for nor against',
    series: partners([{ healthy: '0x60', unknown: '1x60' }, { healthy: works }], 60),
    expect: silent(10, 60),
  },
  {
    name: 'budget: a tier without an objective has none',
    series: partners(
      [
        { healthy: '0x60', tier: 'standard' },
        { healthy: works, tier: 'standard' },
      ],
      60,
    ),
    expect: silent(10, 60),
  },
  {
    name: 'availability: of a partner and of a tier, without the time in which nothing was known',
    series: partners([
      { healthy: '1x29 0x30', unknown: '0x60' },
      { healthy: '0x29 1x30', unknown: '1x29 0x30' },
    ]),
    expect: [],
    values: [
      {
        minute: 10,
        expr: 'job_partner_tier:fedmon_partner_available:max',
        samples: {
          'job_partner_tier:fedmon_partner_available:max{job="fedmon",partner="p0.example",tier="critical"}': 1,
        },
      },
      {
        minute: 40,
        expr: 'job_tier:fedmon_partner_available:avg',
        samples: { 'job_tier:fedmon_partner_available:avg{job="fedmon",tier="critical"}': 0.5 },
      },
      {
        minute: 59,
        expr: 'job_tier:fedmon_partner_failing:avg5m',
        samples: { 'job_tier:fedmon_partner_failing:avg5m{job="fedmon",tier="critical"}': 0.5 },
      },
      {
        minute: 55,
        expr: 'job_partner_tier:fedmon_partner_available:avg1d{partner="p1.example"}',
        samples: {
          'job_partner_tier:fedmon_partner_available:avg1d{job="fedmon",partner="p1.example",tier="critical"}': 1,
        },
      },
    ],
  },
];
