import type { Firing, Scenario } from './scenario.ts';

const alert = 'FedmonSharedCause';
const helper = 'FedmonPartnerSharesCause';
const cause = 'edge-0a1b2c3d';
const name = 'sip.hoster.example:5061 (192.0.2.7)';
/** From minute 5 to 19. */
const meanwhile = '_x5 1x14 stale';

interface Shared {
  /** So many partners there are, and the first of them share the cause. */
  readonly of: number;
  readonly members: number;
  readonly tier?: string;
  readonly kind?: string;
  readonly partners?: string;
  readonly doublings?: string;
}

function fleet({ of, members, tier = 'standard', kind = 'edge', partners, doublings }: Shared): Record<string, string> {
  const it = `job="fedmon",cause="${cause}"`;
  const code = kind === 'canary' ? 'blind_canary' : `shared_${kind}`;
  const series: Record<string, string> = {
    [`fedmon_cause_partners{${it},kind="${kind}"}`]: partners ?? `_x5 ${String(members)}x14 stale`,
    [`fedmon_cause_doublings{${it},kind="${kind}"}`]: doublings ?? '_x5 0x14 stale',
    [`fedmon_cause_info{${it},kind="${kind}",code="${code}",side="theirs",name="${name}"}`]: meanwhile,
    [`fedmon_cause_since_timestamp_seconds{${it}}`]: '_x5 240x14 stale',
  };
  for (let at = 0; at < of; at += 1) {
    const one = `job="fedmon",partner="p${String(at).padStart(2, '0')}.example"`;
    const its = at === 0 ? tier : 'standard';
    series[`fedmon_partner_info{${one},tier="${its}",profile="sip",provider="",owner=""}`] = '1x50';
    if (at >= members || kind === 'canary') continue;
    const failsWith = at === 1 ? 'tcp_refused' : 'tcp_silent';
    series[`fedmon_partner_shared_cause_info{${one},cause="${cause}",kind="${kind}"}`] = meanwhile;
    series[`fedmon_partner_cause_info{${one},layer="tcp",code="${failsWith}",side="theirs"}`] = meanwhile;
  }
  return series;
}

function firing(severity: string, members: number, { doublings = '0' } = {}): Firing {
  const listed = Array.from({ length: members }, (_, at) => ` p${String(at).padStart(2, '0')}.example`).join('');
  const evidence =
    ` They share the edge ${name}, side: theirs; what it means: fedmon explain shared_edge.` +
    ` They fail with tcp_refused (1) tcp_silent (${String(members - 1)}).` +
    ` Since 1970-01-01 00:04:00 +0000 UTC. Members:${listed}.`;
  return {
    labels: { severity, job: 'fedmon', cause, kind: 'edge', doublings },
    description: `${String(members)} partners fail together.${evidence}`,
  };
}

const silent = (...minutes: readonly number[]): Scenario['expect'] =>
  minutes.map((minute) => ({ minute, alert, firing: [] }));

export const causeScenarios: readonly Scenario[] = [
  {
    name: 'cause: six of twenty-six behind an edge fire once, with their names; it is held and clears',
    series: fleet({ of: 26, members: 6 }),
    expect: [
      ...silent(4, 5),
      { minute: 6, alert, firing: [firing('warning', 6)] },
      { minute: 19, alert, firing: [firing('warning', 6)] },
      { minute: 22, alert, firing: [firing('warning', 6)] },
      ...silent(24),
    ],
  },
  {
    name: 'cause: with a partner of the critical tier it wakes somebody',
    series: fleet({ of: 20, members: 3, tier: 'critical' }),
    expect: [...silent(5), { minute: 6, alert, firing: [firing('critical', 3)] }, ...silent(24)],
  },
  {
    name: 'cause: of more than a quarter of all partners it wakes somebody, of a quarter it does not',
    series: fleet({ of: 12, members: 4 }),
    expect: [...silent(5), { minute: 10, alert, firing: [firing('critical', 4)] }, ...silent(24)],
  },
  {
    name: 'cause: a quarter of all partners is work for the day',
    series: fleet({ of: 12, members: 3 }),
    expect: [...silent(5), { minute: 10, alert, firing: [firing('warning', 3)] }, ...silent(24)],
  },
  {
    name: 'cause: growth within a step changes the words alone; a doubling is an alert of its own',
    series: fleet({ of: 37, members: 9, partners: '_x5 4x4 9x9 stale', doublings: '_x5 0x4 1x9 stale' }),
    expect: [
      {
        minute: 9,
        alert,
        firing: [
          {
            ...firing('warning', 9),
            description: firing('warning', 9).description.replace('9 partners', '4 partners'),
          },
        ],
      },
      { minute: 15, alert, firing: [firing('warning', 9, { doublings: '1' })] },
      ...silent(24),
    ],
  },
  {
    name: 'cause: one whose members all work again is quiet, and so is our blindness',
    series: { ...fleet({ of: 20, members: 3, partners: '_x5 0x14 stale' }) },
    expect: silent(10, 19),
  },
  {
    name: 'cause: that we do not see is told by FedmonBlind alone',
    series: fleet({ of: 20, members: 20, kind: 'canary' }),
    expect: [...silent(10, 19), { minute: 10, alert: helper, firing: [] }],
  },
  {
    name: 'cause: each member is held back at once, and longer than its own alert is held',
    series: fleet({ of: 20, members: 1 }),
    expect: [
      { minute: 4, alert: helper, firing: [] },
      ...[5, 19, 23].map((minute) => ({
        minute,
        alert: helper,
        firing: [
          {
            labels: { severity: 'none', job: 'fedmon', partner: 'p00.example', cause, kind: 'edge' },
            description: 'p00.example fails together with others (edge). FedmonSharedCause says why.',
            dashboardQuery: '?var-partner=p00.example',
          },
        ],
      })),
      { minute: 26, alert: helper, firing: [] },
    ],
  },
];
