import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { fleetQueries } from '../../dashboards/src/fleet-queries.ts';
import { everythingChosen, substitute, type VariableValues } from '../../dashboards/src/queries.ts';
import { partnerStates } from '../../src/federation/state.ts';
import { promtool } from '../alert/promtool/promtool.ts';
import { recordingRules } from './recording-rules.ts';
import { members, series } from './small-fleet.ts';

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

const both = (critical: number, standard: number): readonly Sample[] => [
  of({ tier: 'critical' }, critical),
  of({ tier: 'standard' }, standard),
];
const troubled = {
  dead: of(
    {
      code: 'tcp_timeout',
      job: 'fedmon',
      layer: 'tcp',
      partner: 'dead.example',
      rank: '6',
      side: 'path',
      state: 'unreachable',
      tier: 'critical',
    },
    600_000,
  ),
  slow: of(
    {
      code: 'cert_expires_soon',
      job: 'fedmon',
      layer: 'tls',
      partner: 'slow.example',
      rank: '3',
      side: 'theirs',
      state: 'degraded',
      tier: 'standard',
    },
    600_000,
  ),
  lost: of({ job: 'fedmon', partner: 'lost.example', rank: '2', state: 'unknown', tier: 'standard' }, 600_000),
};
/** The same as `round(…, 0.0001)` of Prometheus: means over time differ in the last bit. */
const rounded = (value: number): number => Math.floor(value * 10_000 + 0.5) / 10_000;
const means: ReadonlySet<string> = new Set(['availableDay', 'availableMonth', 'budgetLeft', 'burn']);
// Of two critical partners both worked for ten minutes and one for the next twenty-one.
const half = (10 + 21 / 2) / 31;
// Of three standard ones, of which something was known, one failed for ten minutes.
const mostly = (10 + 10 * (2 / 3) + 11) / 31;

const expected: Readonly<Record<keyof typeof fleetQueries, readonly Sample[]>> = {
  healthy: [at('{}', 0.5)],
  healthyByTier: both(1 / 2, 2 / 4),
  byState: partnerStates.map((state) =>
    of({ state }, Object.values(members).filter((member) => member.state === state).length),
  ),
  believable: [at('{}', 1)],
  canary: [of({ vantage: 'here' }, 60)],
  fresh: [at('{}', 6 / 7)],
  causePartners: [of({ cause: 'c1', kind: 'edge' }, 2)],
  causeInfo: [of({ cause: 'c1', code: 'shared_edge', kind: 'edge', name: 'a:5061', side: 'theirs' }, 1)],
  causeSince: [of({ cause: 'c1' }, 900_000)],
  alerts: [of({ alertname: 'FedmonPartnerUnreachable', alertstate: 'firing', severity: 'critical' }, 2)],
  trouble: [troubled.dead, troubled.slow, troubled.lost],
  timeline: [
    of({ partner: 'dead.example' }, 6),
    of({ partner: 'lost.example' }, 2),
    of({ partner: 'slow.example' }, 3),
  ],
  byLayer: [of({ layer: 'tcp' }, 1), of({ layer: 'tls' }, 1)],
  byCode: [of({ code: 'tcp_timeout', side: 'path' }, 1), of({ code: 'cert_expires_soon', side: 'theirs' }, 1)],
  byProvider: [of({ provider: 'microsoft' }, 1), of({ provider: 'no known provider' }, 1)],
  edgesDown: [of({ edge: 'a:5061' }, 3)],
  available: both(0.5, 1),
  availableDay: both(rounded(half), rounded(mostly)),
  availableMonth: both(rounded(half), rounded(mostly)),
  objective: [of({ tier: 'critical' }, 0.99)],
  budgetLeft: [of({ tier: 'critical' }, rounded(1 - (1 - half) / (1 - 0.99)))],
  burn: [of({ tier: 'critical' }, rounded((1 - half) / (1 - 0.99)))],
  certificates: [of({ edge: 'a:5061' }, 0.5)],
};

/** The same with other choices at the top of the dashboard. */
const chosen: readonly [keyof typeof fleetQueries, VariableValues, readonly Sample[]][] = [
  ['healthy', { tier: 'standard' }, [at('{}', 2 / 4)]],
  ['fresh', { tier: 'standard' }, [at('{}', 4 / 5)]],
  ['healthy', { tier: 'nobody' }, []],
  ['trouble', { tier: 'critical' }, [troubled.dead]],
  ['trouble', { partner: 'slow.example' }, [troubled.slow]],
  ['timeline', { partner: 'slow.example' }, [of({ partner: 'slow.example' }, 3)]],
  ['believable', { job: 'nobody' }, []],
];

function asked(name: keyof typeof fleetQueries, choice: VariableValues): string {
  const expr = substitute(fleetQueries[name], choice);
  return means.has(name) ? `round(${expr}, 0.0001)` : expr;
}

it('every query of the fleet dashboard gives the numbers its panel promises', async (t) => {
  const cases = [
    ...Object.entries(expected).map(([name, samples]) => ({ name, values, samples })),
    ...chosen.map(([name, choice, samples]) => ({ name, values: { ...values, ...choice }, samples })),
  ];
  const groups = recordingRules();
  const file = stringify(
    {
      rule_files: ['rules.yaml'],
      // Left alone, promtool takes them in any order, and what one records comes to another a minute later or not.
      group_eval_order: groups.map(({ name }) => name),
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([name, points]) => ({ series: name, values: points })),
          promql_expr_test: cases.map((each) => ({
            expr: asked(each.name as keyof typeof fleetQueries, each.values),
            eval_time: '30m',
            exp_samples: each.samples,
          })),
        },
      ],
    },
    { lineWidth: 0 },
  );
  const verdict = await promtool(t, ['test', 'rules', 'queries.yaml'], {
    'queries.yaml': file,
    'rules.yaml': stringify({ groups }),
  });
  if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
});
