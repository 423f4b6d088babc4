import { partnerStates, type PartnerState } from '../../src/federation/state.ts';

interface Member {
  readonly tier: string;
  readonly state: PartnerState;
  readonly cause?: { readonly layer: string; readonly code: string; readonly side: string };
  readonly provider?: string;
  /** Minutes since the last examination at minute 30. */
  readonly agoMinutes: number;
  /** Was unreachable from minute 10 to 20. */
  readonly recovered?: boolean;
  /** The route is an address: no dns check. */
  readonly pinned?: boolean;
}

/** A fleet small enough to count by hand. */
export const members: Readonly<Record<string, Member>> = {
  'good.example': { tier: 'critical', state: 'healthy', agoMinutes: 1 },
  'fine.example': { tier: 'standard', state: 'healthy', agoMinutes: 0, pinned: true },
  'back.example': { tier: 'standard', state: 'healthy', agoMinutes: 1, recovered: true },
  'slow.example': {
    tier: 'standard',
    state: 'degraded',
    cause: { layer: 'tls', code: 'cert_expires_soon', side: 'theirs' },
    provider: 'microsoft',
    agoMinutes: 1,
  },
  'dead.example': {
    tier: 'critical',
    state: 'unreachable',
    cause: { layer: 'tcp', code: 'tcp_timeout', side: 'path' },
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
    [
      `fedmon_partner_info{${one},tier="${member.tier}",profile="sip",provider="${member.provider ?? ''}",owner=""}`,
      '1x40',
    ],
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
            `fedmon_partner_cause_info{${one},layer="${member.cause.layer}",code="${member.cause.code}",side="${member.cause.side}"}`,
            '_x9 1x30',
          ] as [string, string],
        ]),
  ];
}

/** What fedmon says of it, by minute in promtool's notation. */
export const series: readonly [string, string][] = [
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
  ['fedmon_blind{job="fedmon",vantage="here",reason="canary"}', '0x40'],
  ['fedmon_canary_last_success_timestamp_seconds{job="fedmon",vantage="here"}', '1740x40'],
  ['fedmon_cause_partners{job="fedmon",cause="c1",kind="edge"}', '2x40'],
  ['fedmon_cause_info{job="fedmon",cause="c1",kind="edge",code="shared_edge",side="theirs",name="a:5061"}', '1x40'],
  ['fedmon_cause_since_timestamp_seconds{job="fedmon",cause="c1"}', '900x40'],
  ['fedmon_cause_info{job="fedmon",cause="over",kind="host",code="shared_host",side="theirs",name="b"}', '1x40'],
  [
    'ALERTS{job="fedmon",alertname="FedmonPartnerUnreachable",alertstate="firing",severity="critical",partner="a"}',
    '1x40',
  ],
  [
    'ALERTS{job="fedmon",alertname="FedmonPartnerUnreachable",alertstate="firing",severity="critical",partner="b"}',
    '1x40',
  ],
  ['ALERTS{job="fedmon",alertname="FedmonPartnerSharesCause",alertstate="firing",severity="none",partner="b"}', '1x40'],
  ['ALERTS{job="fedmon",alertname="Other",alertstate="firing",severity="critical"}', '1x40'],
];
