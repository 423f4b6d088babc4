import type { PartnerState } from '../../../src/federation/state.ts';
import type { Scenario } from './scenario.ts';

const alert = 'FedmonManyPartnersFailing';
/** Failing from minute 5 to 19. */
const failing = '0x4 1x14 0x30';
const never = '0x50';

/** As many partners as there are values, each in a state as they say. */
function fleet(values: readonly string[], state: PartnerState = 'unreachable'): Record<string, string> {
  const series: Record<string, string> = {};
  for (const [at, each] of values.entries()) {
    const one = `job="fedmon",partner="p${String(at)}.example"`;
    series[`fedmon_partner_state{${one},state="${state}"}`] = each;
    series[`fedmon_partner_info{${one},tier="standard",profile="sip",provider="",owner=""}`] = '1x50';
  }
  return series;
}

const silent = (...minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

const firing = (share: string) => ({
  labels: { severity: 'critical', job: 'fedmon' },
  description:
    `${share} of the partners fail, each as if alone. So many at once have a reason in common: look for it on our side ` +
    'first (certificate, egress, resolver), then at what the failing ones share.',
});

export const fleetScenarios: readonly Scenario[] = [
  {
    name: 'many: three of five fail, fires, is held through two minutes, clears',
    series: fleet([failing, failing, failing, never, never]),
    expect: [
      ...silent(4, 9),
      { minute: 10, alert, firing: [firing('60%')] },
      { minute: 19, alert, firing: [firing('60%')] },
      { minute: 22, alert, firing: [firing('60%')] },
      ...silent(24),
    ],
  },
  {
    name: 'many: a quarter is not many',
    series: fleet([...Array<string>(3).fill(failing), ...Array<string>(9).fill(never)]),
    expect: silent(10, 19),
  },
  {
    name: 'many: two are never many, of however few',
    series: fleet([failing, failing, never]),
    expect: silent(10, 19),
  },
  {
    name: 'many: who shares a cause is told of with it',
    series: {
      ...fleet([failing, failing, failing, never, never]),
      'fedmon_partner_shared_cause_info{job="fedmon",partner="p1.example",cause="edge-00000001",kind="edge"}':
        '_x4 1x14',
    },
    expect: silent(10, 19),
  },
  {
    name: 'many: degraded and unknown partners do not fail',
    series: { ...fleet([failing, failing, failing, never], 'degraded') },
    expect: silent(10, 19),
  },
];
