import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { fleetQueries } from '../../dashboards/src/fleet-queries.ts';
import { everythingChosen, substitute, type VariableValues } from '../../dashboards/src/queries.ts';
import { partnerStates, type PartnerState } from '../../src/federation/state.ts';
import { promtool } from '../alert/promtool/promtool.ts';

interface Member {
  readonly tier: string;
  readonly state: PartnerState;
  readonly cause?: { readonly layer: string; readonly code: string };
  /** Minutes since the last examination at minute 30. */
  readonly agoMinutes: number;
  /** Was unreachable from minute 10 to 20. */
  readonly recovered?: boolean;
  /** The route is an address: no dns check. */
  readonly pinned?: boolean;
}

const members: Readonly<Record<string, Member>> = {
  'good.example': { tier: 'critical', state: 'healthy', agoMinutes: 1 },
  'fine.example': { tier: 'standard', state: 'healthy', agoMinutes: 0, pinned: true },
  'back.example': { tier: 'standard', state: 'healthy', agoMinutes: 1, recovered: true },
  'slow.example': {
    tier: 'standard',
    state: 'degraded',
    cause: { layer: 'tls', code: 'cert_expires_soon' },
    agoMinutes: 1,
  },
  'dead.example': {
    tier: 'critical',
    state: 'unreachable',
    cause: { layer: 'tcp', code: 'tcp_timeout' },
    agoMinutes: 1,
  },
  'lost.example': { tier: 'standard', state: 'unknown', agoMinutes: 9 },
  'away.example': { tier: 'standard', state: 'maintenance', agoMinutes: 1 },
};

/** Everyone was healthy until minute 10. */
function timeInState(state: PartnerState, member: Member): string {
  const now = state === member.state ? 1 : 0;
  const before = state === 'healthy' ? 1 : 0;
  if (member.recovered === true) return `${before}x9 ${state === 'unreachable' ? 1 : 0}x9 ${now}x20`;
  return `${before}x9 ${now}x30`;
}

function memberSeries(partner: string, member: Member): [string, string][] {
  const one = `job="fedmon",partner="${partner}"`;
  const lastRun = (30 - member.agoMinutes) * 60;
  return [
    [`fedmon_partner_info{${one},tier="${member.tier}",profile="sip",provider="",owner=""}`, '1x40'],
    [`fedmon_partner_interval_seconds{${one}}`, '120x40'],
    [`fedmon_partner_state_since_timestamp_seconds{${one}}`, '600x40'],
    [
      `fedmon_check_last_run_timestamp_seconds{${one},check="${member.pinned === true ? 'tcp' : 'dns'}"}`,
      `${lastRun}x40`,
    ],
    ...partnerStates.map((state): [string, string] => {
      return [`fedmon_partner_state{${one},state="${state}"}`, timeInState(state, member)];
    }),
    ...(member.cause === undefined
      ? []
      : [
          [
            `fedmon_partner_cause_info{${one},layer="${member.cause.layer}",code="${member.cause.code}"}`,
            '_x9 1x30',
          ] as [string, string],
        ]),
  ];
}

const series: readonly [string, string][] = [
  ...Object.entries(members).flatMap(([partner, member]) => memberSeries(partner, member)),
  ['fedmon_partner_info{job="elsewhere",partner="good.example",tier="critical"}', '1x40'],
  ['fedmon_partner_state{job="elsewhere",partner="good.example",state="unreachable"}', '1x40'],
  ['fedmon_store_up{job="fedmon"}', '1x40'],
  ['fedmon_edge_up{job="fedmon",edge="a:5061"}', '0x40'],
  ['fedmon_edge_partners{job="fedmon",edge="a:5061"}', '3x40'],
  ['fedmon_edge_up{job="fedmon",edge="b:5061"}', '1x40'],
  ['fedmon_edge_partners{job="fedmon",edge="b:5061"}', '9x40'],
  ['fedmon_tls_certificate_not_before_timestamp_seconds{job="fedmon",edge="a:5061"}', '0x40'],
  ['fedmon_tls_certificate_not_after_timestamp_seconds{job="fedmon",edge="a:5061"}', '3600x40'],
  ['fedmon_check_duration_seconds_count{job="fedmon",check="dns"}', '0+120x40'],
  ['fedmon_job_wait_seconds_bucket{job="fedmon",queue="route",le="1"}', '0+60x40'],
  ['fedmon_job_wait_seconds_bucket{job="fedmon",queue="route",le="+Inf"}', '0+60x40'],
];

interface Sample {
  readonly labels: string;
  readonly value: number;
}

const values: VariableValues = { ...everythingChosen, job: 'fedmon', __range: '30m', __rate_interval: '4m' };
const at = (labels: string, value: number): Sample => ({ labels, value });
const of = (labels: Record<string, string>, value: number): Sample =>
  at(
    `{${Object.entries(labels)
      .map(([name, text]) => `${name}="${text}"`)
      .join(', ')}}`,
    value,
  );

const expected: Readonly<Record<keyof typeof fleetQueries, readonly Sample[]>> = {
  healthy: [at('{}', 0.5)],
  criticalHealthy: [at('{}', 0.5)],
  byState: partnerStates.map((state) =>
    of({ state }, Object.values(members).filter((member) => member.state === state).length),
  ),
  storeUp: [at('{}', 1)],
  fresh: [at('{}', 6 / 7)],
  trouble: [
    of({ partner: 'dead.example', state: 'unreachable' }, 6),
    of({ partner: 'lost.example', state: 'unknown' }, 3),
    of({ partner: 'slow.example', state: 'degraded' }, 2),
  ],
  troubleTier: [
    of({ partner: 'dead.example', tier: 'critical' }, 1),
    of({ partner: 'lost.example', tier: 'standard' }, 1),
    of({ partner: 'slow.example', tier: 'standard' }, 1),
  ],
  troubleCause: [
    of({ code: 'cert_expires_soon', layer: 'tls', partner: 'slow.example' }, 1),
    of({ code: 'tcp_timeout', layer: 'tcp', partner: 'dead.example' }, 1),
  ],
  troubleSince: ['dead.example', 'lost.example', 'slow.example'].map((partner) => of({ partner }, 600_000)),
  timeline: [
    of({ partner: 'away.example' }, 1),
    of({ partner: 'back.example' }, 0),
    of({ partner: 'dead.example' }, 6),
    of({ partner: 'lost.example' }, 3),
    of({ partner: 'slow.example' }, 2),
  ],
  failingByLayer: [of({ layer: 'tcp' }, 1), of({ layer: 'tls' }, 1)],
  edgesDown: [of({ edge: 'a:5061', job: 'fedmon' }, 3)],
  certificates: [of({ edge: 'a:5061' }, 0.5)],
  checksPerSecond: [of({ check: 'dns' }, 2)],
  waitHalf: [at('{}', 0.5)],
  waitMost: [at('{}', 0.95)],
};

/** The same with other choices at the top of the dashboard. */
const chosen: readonly [keyof typeof fleetQueries, VariableValues, readonly Sample[]][] = [
  ['healthy', { tier: 'standard' }, [at('{}', 2 / 4)]],
  ['criticalHealthy', { tier: 'standard' }, [at('{}', 0.5)]],
  ['fresh', { partner: 'lost.example|good.example' }, [at('{}', 0.5)]],
  ['trouble', { tier: 'critical' }, [of({ partner: 'dead.example', state: 'unreachable' }, 6)]],
  ['trouble', { partner: 'slow.example' }, [of({ partner: 'slow.example', state: 'degraded' }, 2)]],
  ['healthy', { partner: 'dead.example' }, [at('{}', 0)]],
  ['healthy', { partner: 'nobody.example' }, []],
];

it('every query of the fleet dashboard gives the numbers its panel promises', async (t) => {
  const asked = [
    ...Object.entries(expected).map(([name, samples]) => ({ name, values, samples })),
    ...chosen.map(([name, choice, samples]) => ({ name, values: { ...values, ...choice }, samples })),
  ];
  const file = stringify(
    {
      rule_files: [],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([name, points]) => ({ series: name, values: points })),
          promql_expr_test: asked.map((each) => ({
            expr: substitute(fleetQueries[each.name as keyof typeof fleetQueries], each.values),
            eval_time: '30m',
            exp_samples: each.samples,
          })),
        },
      ],
    },
    { lineWidth: 0 },
  );
  const verdict = await promtool(t, ['test', 'rules', 'queries.yaml'], { 'queries.yaml': file });
  if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
});
