import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainAlerts, type Situation } from '../../src/alert/explain.ts';
import { partnerStates } from '../../src/federation/state.ts';
import { promtool } from './promtool/promtool.ts';
import { testFiles, type Scenario } from './promtool/scenario.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Where the series are looked at; everything in them has stood since minute 0. */
const minute = 45;
const nowMs = minute * minuteMs;

const calm: Situation = {
  tier: 'critical',
  state: 'healthy',
  sinceMs: 0,
  why: null,
  blind: false,
  fresh: true,
  certificates: [],
  shared: null,
  fleet: { partners: 9, failing: 0, unknown: 0 },
};
const dead: Situation = { ...calm, state: 'unreachable', fleet: { partners: 9, failing: 1, unknown: 0 } };

const told = (situation: Situation, atMs = nowMs): readonly string[] =>
  explainAlerts(situation, atMs)
    .filter(({ outcome }) => outcome !== 'silent')
    .map(({ alert, severity, outcome }) => `${outcome} ${alert} ${severity}`);
const why = (situation: Situation, alert: string, atMs = nowMs): string | undefined =>
  explainAlerts(situation, atMs).find((each) => each.alert === alert)?.why;

describe('which alerts fire for a partner', () => {
  it('healthy: none, and each says why not', () => {
    assert.deepEqual(told(calm), []);
    assert.equal(why(calm, 'FedmonPartnerUnreachable'), 'The partner is healthy, not unreachable.');
    assert.ok(explainAlerts(calm, nowMs).every((each) => /^\S.*\.$/.test(each.why)));
  });

  it('unreachable: by tier, with the reason', () => {
    assert.deepEqual(told(dead), ['fires FedmonPartnerUnreachable critical']);
    assert.deepEqual(told({ ...dead, tier: 'gold' }), ['fires FedmonPartnerUnreachable warning']);
    const because = { ...dead, why: 'tcp (tcp_refused), side theirs' };
    assert.equal(
      why(because, 'FedmonPartnerUnreachable'),
      'The partner is unreachable: tcp (tcp_refused), side theirs.',
    );
  });

  it('before `for` has passed it waits, and says how long', () => {
    assert.deepEqual(told(dead, minuteMs - 1), ['waits FedmonPartnerUnreachable critical']);
    assert.deepEqual(told(dead, minuteMs), ['fires FedmonPartnerUnreachable critical']);
    const degraded: Situation = { ...calm, state: 'degraded' };
    assert.match(
      why(degraded, 'FedmonPartnerDegraded', 14 * minuteMs) ?? '',
      / It fires when that has held for 15m, in 60 s\.$/,
    );
  });

  it('degraded: only in the critical tier, and it says so', () => {
    const degraded: Situation = { ...calm, state: 'degraded' };
    assert.deepEqual(told(degraded), ['fires FedmonPartnerDegraded warning']);
    assert.deepEqual(told({ ...degraded, tier: 'gold' }), []);
    assert.equal(
      why({ ...degraded, tier: 'gold' }, 'FedmonPartnerDegraded'),
      'It is degraded, and tier gold is not critical.',
    );
  });

  it('together with others: its own is held back by that of the cause', () => {
    const shared = { name: 'the edge of many', partners: 3, critical: false };
    const one: Situation = { ...dead, tier: 'gold', shared, fleet: { partners: 20, failing: 0, unknown: 0 } };
    assert.deepEqual(told(one), ['fires FedmonSharedCause warning', 'held back FedmonPartnerUnreachable warning']);
    const critical = { ...one, shared: { ...shared, critical: true } };
    assert.equal(told(critical)[0], 'fires FedmonSharedCause critical');
    const many = { ...one, shared: { ...shared, partners: 6 } };
    assert.equal(told(many)[0], 'fires FedmonSharedCause critical', 'more than a quarter of twenty');
    assert.equal(told({ ...one, shared: { ...shared, partners: 5 } })[0], 'fires FedmonSharedCause warning');
  });

  it('as one of many: that is told instead, from the first above a quarter on', () => {
    const many = (failing: number, partners: number): Situation => ({
      ...dead,
      fleet: { partners, failing, unknown: 0 },
    });
    assert.deepEqual(told(many(3, 11)), [
      'fires FedmonManyPartnersFailing critical',
      'held back FedmonPartnerUnreachable critical',
    ]);
    assert.deepEqual(told(many(3, 12)), ['fires FedmonPartnerUnreachable critical']);
    assert.deepEqual(told(many(2, 3)), ['fires FedmonPartnerUnreachable critical']);
  });

  it('unknown: only where it is about the partner', () => {
    const unknown: Situation = { ...calm, state: 'unknown', fleet: { partners: 9, failing: 0, unknown: 4 } };
    assert.deepEqual(told(unknown), ['fires FedmonPartnerUnknown warning']);
    assert.deepEqual(told({ ...unknown, fresh: false }), []);
    assert.deepEqual(told({ ...unknown, fleet: { partners: 8, failing: 0, unknown: 4 } }), []);
    assert.deepEqual(told({ ...unknown, blind: true }), ['fires FedmonBlind critical']);
  });

  it('a certificate: in its last tenth, not before, and not when it has ended', () => {
    const ending = (leftMs: number): Situation => ({
      ...calm,
      certificates: [
        { edge: 'sip.a.example:5061', notBeforeMs: nowMs + leftMs - 100 * dayMs, notAfterMs: nowMs + leftMs },
      ],
    });
    assert.deepEqual(told(ending(9.9 * dayMs)), ['fires FedmonPartnerCertificateExpiring warning']);
    assert.deepEqual(told(ending(10 * dayMs)), []);
    assert.deepEqual(told(ending(10 * dayMs - minuteMs)), ['waits FedmonPartnerCertificateExpiring warning']);
    assert.deepEqual(told(ending(0)), []);
    assert.equal(
      why(ending(9.9 * dayMs), 'FedmonPartnerCertificateExpiring'),
      'Of the certificate of sip.a.example:5061 9.9 % of the lifetime are left.',
    );
  });
});

/** The series of a partner in a situation, beside others that are healthy, failing alone, or members of its cause. */
function seriesOf({ tier, state, fresh, shared, fleet }: Situation): Record<string, string> {
  const series: Record<string, string> = {};
  const add = (domain: string, itsTier: string, itsState: string, lastRun: string): void => {
    const one = `job="fedmon",partner="${domain}"`;
    for (const each of partnerStates)
      series[`fedmon_partner_state{${one},state="${each}"}`] = `${each === itsState ? '1' : '0'}x50`;
    series[`fedmon_partner_info{${one},tier="${itsTier}",profile="sip",provider="",owner=""}`] = '1x50';
    series[`fedmon_partner_interval_seconds{${one}}`] = '300x50';
    series[`fedmon_check_last_run_timestamp_seconds{${one},check="dns"}`] = lastRun;
  };
  const broken = state === 'unreachable' || state === 'misconfigured' || state === 'refused';
  const failingOthers = fleet.failing - (shared === null && broken ? 1 : 0);
  const members = (shared?.partners ?? 1) - 1;
  add('one.example', tier, state, fresh ? '0+60x50' : '0x50');
  for (let at = 0; at < fleet.partners - 1; at += 1)
    add(`p${String(at)}.example`, 'gold', at < failingOthers + members ? 'unreachable' : 'healthy', '0+60x50');
  if (shared !== null) {
    const cause = 'cause="edge-00000000",kind="edge"';
    series[`fedmon_cause_partners{job="fedmon",${cause}}`] = `${String(shared.partners)}x50`;
    series[`fedmon_cause_doublings{job="fedmon",${cause}}`] = '0x50';
    for (const domain of ['one', ...Array.from({ length: members }, (_, at) => `p${String(at)}`)])
      series[`fedmon_partner_shared_cause_info{job="fedmon",partner="${domain}.example",${cause}}`] = '1x50';
  }
  return series;
}

/** What Prometheus must have firing: held back is Alertmanager's business. */
function scenarioOf(situation: Situation): Scenario {
  const about = /^Fedmon(Partner(?!SharesCause)|SharedCause|ManyPartners)/;
  const firing = explainAlerts(situation, nowMs).filter(
    ({ alert, outcome }) => about.test(alert) && (outcome === 'fires' || outcome === 'held back'),
  );
  return {
    name: JSON.stringify(situation),
    series: seriesOf(situation),
    expect: [],
    values: [
      {
        minute,
        expr:
          'count by (alertname, severity) (ALERTS{alertstate="firing",partner=~"|one.example",' +
          'alertname=~"FedmonPartner.*|FedmonSharedCause|FedmonManyPartnersFailing",alertname!="FedmonPartnerSharesCause"})',
        samples: Object.fromEntries(
          firing.map(({ alert, severity }) => [`{alertname="${alert}",severity="${severity}"}`, 1]),
        ),
      },
    ],
  };
}

it('what is explained is what Prometheus makes of the same', async (t) => {
  const shared = { name: 'an edge', partners: 3, critical: false };
  const fleet = { partners: 20, failing: 0, unknown: 0 };
  const situations: readonly Situation[] = [
    ...partnerStates.flatMap((state) =>
      ['critical', 'gold'].map((tier): Situation => ({
        ...calm,
        state,
        tier,
        fleet: {
          partners: 9,
          failing: ['unreachable', 'misconfigured', 'refused'].includes(state) ? 1 : 0,
          unknown: state === 'unknown' ? 1 : 0,
        },
      })),
    ),
    { ...calm, state: 'unknown', fresh: false },
    { ...dead, fleet: { partners: 11, failing: 3, unknown: 0 } },
    { ...dead, fleet: { partners: 12, failing: 3, unknown: 0 } },
    { ...dead, tier: 'gold', shared, fleet },
    { ...dead, tier: 'critical', shared: { ...shared, critical: true }, fleet },
    { ...dead, tier: 'gold', shared: { ...shared, partners: 6 }, fleet },
  ];
  const { tests, files } = testFiles(situations.map(scenarioOf));
  const verdict = await promtool(t, ['test', 'rules', ...tests], files);
  if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
});
