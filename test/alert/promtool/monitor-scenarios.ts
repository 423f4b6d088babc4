import type { Firing, Scenario } from './scenario.ts';

const edge = 'job="fedmon",edge="sip.contoso.com:5061"';
const day = 86_400;

const certificate = 'FedmonPartnerCertificateExpiring';
const notBefore = `fedmon_tls_certificate_not_before_timestamp_seconds{${edge}}`;
const notAfter = `fedmon_tls_certificate_not_after_timestamp_seconds{${edge}}`;

const expiringFiring = (left: string): Firing => ({
  labels: { severity: 'warning', job: 'fedmon', edge: 'sip.contoso.com:5061' },
  description:
    `The certificate of edge sip.contoso.com:5061 has ${left} of its lifetime left. ` +
    'It ends 1970-01-10 00:00:00 +0000 UTC. Partners behind it: 3. Among them: a.example b.example c.example.',
});

/** A certificate of 100 days, 9 of them left at the start and renewed at minute 30. */
const expiring: Scenario = {
  name: 'certificate: fires below a tenth, clears when renewed',
  series: {
    [notBefore]: `${-91 * day}x29 0x30`,
    [notAfter]: `${9 * day}x29 ${90 * day}x30`,
    [`fedmon_edge_partners{${edge}}`]: '3x60',
    ...Object.fromEntries(
      ['c', 'a', 'b'].map((each) => [`fedmon_partner_edge_info{${edge},partner="${each}.example"}`, '1x60']),
    ),
    'fedmon_partner_edge_info{job="fedmon",edge="sip.fabrikam.com:5061",partner="d.example"}': '1x60',
    'fedmon_partner_edge_info{job="elsewhere",edge="sip.contoso.com:5061",partner="e.example"}': '1x60',
  },
  expect: [
    { minute: 14, alert: certificate, firing: [] },
    {
      minute: 20,
      alert: certificate,
      firing: [expiringFiring('8.986%')],
    },
    {
      minute: 31,
      alert: certificate,
      firing: [expiringFiring('8.98%')],
    },
    { minute: 36, alert: certificate, firing: [] },
  ],
};

/** One day left is plenty for a certificate of six days. */
const shortLived: Scenario = {
  name: 'certificate: a short-lived one with a sixth left is silent',
  series: { [notBefore]: `${-5 * day}x60`, [notAfter]: `${day}x60` },
  expect: [{ minute: 60, alert: certificate, firing: [] }],
};

/** It ended a day ago: the partners behind it are misconfigured, and nothing expires soon. */
const expired: Scenario = {
  name: 'certificate: an expired one does not expire soon',
  series: { [notBefore]: `${-101 * day}x60`, [notAfter]: `${-day}x60` },
  expect: [16, 60].map((minute) => ({ minute, alert: certificate, firing: [] })),
};

const reload: Scenario = {
  name: 'reload: fires after five minutes of one process, clears when the mistake is mended',
  series: {
    'fedmon_config_last_reload_successful{job="fedmon",instance="worker:9466"}': '1x9 0x20 1x30',
    'fedmon_config_last_reload_successful{job="fedmon",instance="scheduler:9465"}': '1x60',
  },
  expect: [
    { minute: 14, alert: 'FedmonConfigReloadFailed', firing: [] },
    {
      minute: 16,
      alert: 'FedmonConfigReloadFailed',
      firing: [
        {
          labels: { severity: 'warning', job: 'fedmon', instance: 'worker:9466' },
          description:
            'worker:9466 (fedmon) could not use the configuration when it last read it, and works with the one before. ' +
            'Partners that were added are not watched.',
        },
      ],
    },
    { minute: 32, alert: 'FedmonConfigReloadFailed', firing: [] },
  ],
};

/** Mended within four minutes: nobody is told. */
const reloadShort: Scenario = {
  name: 'reload: a mistake of four minutes is silent',
  series: { 'fedmon_config_last_reload_successful{job="fedmon",instance="a:1"}': '1x9 0x3 1x30' },
  expect: [12, 14, 20].map((minute) => ({ minute, alert: 'FedmonConfigReloadFailed', firing: [] })),
};

const staleAlert = 'FedmonProbesStale';
const everyMinute = '0+60x60';

/** Partners of one minute by their last runs of `check` in promtool's notation; null: never ran. */
function fleet(lastRun: readonly (string | null)[], check: 'dns' | 'tcp' = 'dns'): Record<string, string> {
  const series: Record<string, string> = {};
  for (const [index, values] of lastRun.entries()) {
    const partner = `job="fedmon",partner="p${index}.example"`;
    series[`fedmon_partner_info{${partner},tier="standard",profile="sip",provider="",owner=""}`] = '1x60';
    series[`fedmon_partner_interval_seconds{${partner}}`] = '60x60';
    if (values !== null) series[`fedmon_check_last_run_timestamp_seconds{${partner},check="${check}"}`] = values;
  }
  return series;
}

/** Runs until minute 10, then not until minute 30. */
const interrupted = '0+60x10 600x18 1800+60x30';

const staleFiring = (share: string): Firing => ({
  labels: { severity: 'critical', job: 'fedmon' },
  description:
    `${share} of the partners were last examined more than three intervals ago. ` +
    'What fedmon shows about them is unknown, not good.',
});

const stale: readonly Scenario[] = [
  {
    name: 'stale: three of four fire and clear',
    series: fleet([interrupted, interrupted, interrupted, everyMinute]),
    expect: [
      { minute: 13, alert: staleAlert, firing: [] },
      { minute: 15, alert: staleAlert, firing: [] },
      { minute: 17, alert: staleAlert, firing: [staleFiring('75%')] },
      { minute: 28, alert: staleAlert, firing: [staleFiring('75%')] },
      { minute: 33, alert: staleAlert, firing: [staleFiring('75%')] },
      { minute: 37, alert: staleAlert, firing: [] },
    ],
  },
  {
    name: 'stale: routes pinned to an address begin with their tcp check',
    series: fleet([interrupted, interrupted, interrupted, everyMinute], 'tcp'),
    expect: [
      { minute: 17, alert: staleAlert, firing: [staleFiring('75%')] },
      { minute: 37, alert: staleAlert, firing: [] },
    ],
  },
  {
    name: 'stale: pinned routes have no dns check and are not unexamined for that',
    series: fleet([everyMinute, everyMinute, everyMinute, everyMinute], 'tcp'),
    expect: [{ minute: 60, alert: staleAlert, firing: [] }],
  },
  {
    name: 'stale: half of them is not more than half',
    series: fleet([interrupted, interrupted, everyMinute, everyMinute]),
    expect: [{ minute: 28, alert: staleAlert, firing: [] }],
  },
  {
    name: 'stale: never examined is a warning after half an hour',
    series: fleet([null, null, null, everyMinute]),
    expect: [
      { minute: 29, alert: staleAlert, firing: [] },
      {
        minute: 31,
        alert: staleAlert,
        firing: [
          {
            labels: { severity: 'warning', job: 'fedmon' },
            description: '75% of the partners have not been examined at all.',
          },
        ],
      },
    ],
  },
  {
    name: 'stale: a new installation that gets going is silent',
    series: fleet(['_x5 300+60x55', '_x6 360+60x54', '_x7 420+60x53', everyMinute]),
    expect: [10, 31, 60].map((minute) => ({ minute, alert: staleAlert, firing: [] })),
  },
];

const storeAlert = 'FedmonStoreDown';
const storeFiring: Firing = {
  labels: { severity: 'critical', job: 'fedmon' },
  description:
    'fedmon (fedmon) has not reached Redis for two minutes: nothing is examined, and partner alerts are ' +
    'silent or resolve without any partner having recovered.',
};
const storeDown: readonly Scenario[] = [
  {
    name: 'store: fires when no process reaches it, and clears',
    series: {
      'fedmon_store_up{job="fedmon",instance="a"}': '1x4 0x9 1x20',
      'fedmon_store_up{job="fedmon",instance="b"}': '1x4 0x9 1x20',
    },
    expect: [
      { minute: 6, alert: storeAlert, firing: [] },
      {
        minute: 8,
        alert: storeAlert,
        firing: [storeFiring],
      },
      {
        minute: 17,
        alert: storeAlert,
        firing: [storeFiring],
      },
      { minute: 22, alert: storeAlert, firing: [] },
    ],
  },
  {
    name: 'store: one process of two is not the store',
    series: {
      'fedmon_store_up{job="fedmon",instance="a"}': '0x20',
      'fedmon_store_up{job="fedmon",instance="b"}': '1x20',
    },
    expect: [{ minute: 20, alert: storeAlert, firing: [] }],
  },
];

const absentAlert = 'FedmonAbsent';
const absentFiring: Firing = {
  labels: { severity: 'critical', job: 'fedmon' },
  description: 'No target of the scrape job fedmon answers: nobody is watching the federation partners.',
};
const absent: readonly Scenario[] = [
  {
    name: 'absent: a target that fails fires and clears',
    series: { 'up{job="fedmon",instance="a"}': '1x4 0x10 1x20', 'up{job="other",instance="b"}': '1x40' },
    expect: [
      { minute: 9, alert: absentAlert, firing: [] },
      { minute: 11, alert: absentAlert, firing: [absentFiring] },
      { minute: 17, alert: absentAlert, firing: [] },
    ],
  },
  {
    name: 'absent: a target that is gone fires',
    series: { 'up{job="fedmon",instance="a"}': '1x4 stale', 'up{job="other",instance="b"}': '1x40' },
    expect: [{ minute: 12, alert: absentAlert, firing: [absentFiring] }],
  },
  {
    name: 'absent: one target of two is silent',
    series: { 'up{job="fedmon",instance="a"}': '0x20', 'up{job="fedmon",instance="b"}': '1x20' },
    expect: [{ minute: 20, alert: absentAlert, firing: [] }],
  },
];

const ownAlert = 'FedmonOwnCertificateExpiring';
const ownFrom = 'fedmon_own_certificate_not_before_timestamp_seconds{job="fedmon",certificate="edge"}';
const ownUntil = 'fedmon_own_certificate_not_after_timestamp_seconds{job="fedmon",certificate="edge"}';
const ownFiring = (severity: string, left: string): Firing => ({
  labels: { severity, job: 'fedmon', certificate: 'edge' },
  description:
    `Our certificate edge has ${left} of its lifetime left. ` +
    'When it ends, every partner that checks certificates refuses us.',
});

/** Certificates of 100 days. */
const own: readonly Scenario[] = [
  {
    name: 'own certificate: a warning below a quarter, clears when renewed',
    series: { [ownFrom]: `${-80 * day}x29 0x30`, [ownUntil]: `${20 * day}x29 ${90 * day}x30` },
    expect: [
      { minute: 14, alert: ownAlert, firing: [] },
      { minute: 20, alert: ownAlert, firing: [ownFiring('warning', '19.99%')] },
      { minute: 33, alert: ownAlert, firing: [ownFiring('warning', '19.98%')] },
      { minute: 36, alert: ownAlert, firing: [] },
    ],
  },
  {
    name: 'own certificate: critical below an eighth, and goes on when it has expired',
    series: { [ownFrom]: `${-101 * day}x60`, [ownUntil]: `${-day}x60` },
    expect: [
      { minute: 20, alert: ownAlert, firing: [ownFiring('critical', '-1.014%'), ownFiring('warning', '-1.014%')] },
    ],
  },
  {
    name: 'own certificate: a quarter left is silent',
    series: { [ownFrom]: `${-74 * day}x60`, [ownUntil]: `${26 * day}x60` },
    expect: [{ minute: 60, alert: ownAlert, firing: [] }],
  },
];

export const monitorScenarios: readonly Scenario[] = [
  ...own,
  expiring,
  shortLived,
  expired,
  reload,
  reloadShort,
  ...stale,
  ...storeDown,
  ...absent,
];
