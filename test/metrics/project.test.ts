import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMetricName, metricNames, metrics } from '../../src/metrics/catalogue.ts';
import { issuerNames } from '../../src/metrics/issuer.ts';
import { project, projectParts } from '../../src/metrics/project.ts';
import { usualSeriesOfPartner } from '../../src/metrics/budget.ts';
import type { PartnerSnapshot, Snapshot } from '../../src/store/snapshot.ts';
import * as made from './made-up.ts';
import { textOf } from './whole.ts';

/** The lines without help and type: the whole value, easy to read in a diff. */
async function lines(snapshot: Snapshot): Promise<readonly string[]> {
  const text = await textOf([project(snapshot)]);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const states = (domain: string, current: string): readonly string[] =>
  ['healthy', 'degraded', 'misconfigured', 'refused', 'unreachable', 'unknown', 'maintenance'].map(
    (state) => `fedmon_partner_state{partner="${domain}",state="${state}"} ${state === current ? '1' : '0'}`,
  );

const seconds = made.examinedMs / 1000;

function each(name: string, values: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(values).map(
    ([check, value]) => `${name}{partner="good.example",check="${check}"} ${String(value)}`,
  );
}

const oneEach = { dns: 1, tcp: 1, tls: 1, admission: 1, sip: 1 };

test('a healthy partner: everything is said', async () => {
  const runs = { dns: 7, tcp: 6 };
  const failures = [{ check: 'dns', code: 'dns_servfail', count: 1 }] as const;
  const of = made.partner('good.example', { tier: 'critical', owner: 'team "a"\\b' });
  const snapshot = made.snapshotOf([made.healthy('good.example', { partner: of, tally: { runs, failures } })]);
  assert.deepEqual(await lines(snapshot), [
    'fedmon_partner_info{partner="good.example",tier="critical",profile="microsoft-federation",provider="",owner="team \\"a\\"\\\\b"} 1',
    ...states('good.example', 'healthy'),
    `fedmon_partner_state_since_timestamp_seconds{partner="good.example"} ${String(seconds)}`,
    'fedmon_partner_interval_seconds{partner="good.example"} 300',
    'fedmon_partner_edges{partner="good.example",status="up"} 1',
    'fedmon_partner_edges{partner="good.example",status="down"} 0',
    'fedmon_partner_edge_info{partner="good.example",edge="sip.good.example:5061"} 1',
    ...each('fedmon_check_success', oneEach),
    ...each('fedmon_checks_total', { dns: 7, tcp: 6, tls: 0, admission: 0, sip: 0 }),
    'fedmon_check_failures_total{partner="good.example",check="dns",code="dns_servfail"} 1',
    ...each('fedmon_check_last_run_timestamp_seconds', { dns: seconds }),
    ...each('fedmon_check_last_success_timestamp_seconds', { sip: seconds }),
    ...each('fedmon_check_last_duration_seconds', { dns: 0.005 }),
    'fedmon_edge_up{edge="sip.good.example:5061"} 1',
    'fedmon_edge_check_success{edge="sip.good.example:5061",check="tcp"} 1',
    'fedmon_edge_check_success{edge="sip.good.example:5061",check="tls"} 1',
    'fedmon_edge_check_success{edge="sip.good.example:5061",check="admission"} 1',
    'fedmon_edge_check_success{edge="sip.good.example:5061",check="sip"} 1',
    'fedmon_edge_check_last_duration_seconds{edge="sip.good.example:5061",check="tcp"} 0.01',
    'fedmon_edge_check_last_duration_seconds{edge="sip.good.example:5061",check="tls"} 0.02',
    'fedmon_edge_check_last_duration_seconds{edge="sip.good.example:5061",check="sip"} 0.04',
    'fedmon_edge_partners{edge="sip.good.example:5061"} 1',
    'fedmon_edge_addresses{edge="sip.good.example:5061",status="up"} 1',
    'fedmon_edge_addresses{edge="sip.good.example:5061",status="down"} 0',
    'fedmon_edge_addresses{edge="sip.good.example:5061",status="unproven"} 0',
    'fedmon_tls_certificate_not_before_timestamp_seconds{edge="sip.good.example:5061"} 1788220800',
    'fedmon_tls_certificate_not_after_timestamp_seconds{edge="sip.good.example:5061"} 1819756800',
    'fedmon_tls_certificate_info{edge="sip.good.example:5061",issuer="DigiCert",serial="0A1B2C",fingerprint="AB:CD:EF"} 1',
    'fedmon_tls_info{edge="sip.good.example:5061",version="TLSv1.3",cipher="TLS_AES_256_GCM_SHA384"} 1',
    'fedmon_sip_response_code{edge="sip.good.example:5061"} 200',
  ]);
});

test('a broken partner: the layers above the broken one are absent, never 0', async () => {
  const of = made.partner('bad.example');
  const edge = made.edge('sip.bad.example', '192.0.2.9');
  const evidence = made.edgeEvidence(edge, { tcp: ['tcp_refused', 'ECONNREFUSED'] });
  const broken = made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, [edge]), edges: [evidence] });
  const shown = await lines(made.snapshotOf([broken]));
  assert.deepEqual(
    shown.filter((line) => /^fedmon_(partner_(cause|edges)|check_success|check_last|edge|tls|sip)/.test(line)),
    [
      'fedmon_partner_cause_info{partner="bad.example",layer="tcp",code="tcp_refused",side="theirs"} 1',
      'fedmon_partner_edges{partner="bad.example",status="up"} 0',
      'fedmon_partner_edges{partner="bad.example",status="down"} 1',
      'fedmon_check_success{partner="bad.example",check="dns"} 1',
      'fedmon_check_success{partner="bad.example",check="tcp"} 0',
      `fedmon_check_last_run_timestamp_seconds{partner="bad.example",check="dns"} ${String(seconds)}`,
      'fedmon_check_last_duration_seconds{partner="bad.example",check="dns"} 0.005',
      'fedmon_edge_up{edge="sip.bad.example:5061"} 0',
      'fedmon_edge_check_success{edge="sip.bad.example:5061",check="tcp"} 0',
      'fedmon_edge_check_last_duration_seconds{edge="sip.bad.example:5061",check="tcp"} 0.01',
      'fedmon_edge_partners{edge="sip.bad.example:5061"} 1',
      'fedmon_edge_addresses{edge="sip.bad.example:5061",status="up"} 0',
      'fedmon_edge_addresses{edge="sip.bad.example:5061",status="down"} 1',
      'fedmon_edge_addresses{edge="sip.bad.example:5061",status="unproven"} 0',
    ],
  );
  assert.deepEqual(
    shown.filter((line) => line.startsWith('fedmon_partner_state{')),
    states('bad.example', 'unreachable'),
  );
});

test('a failed layer below hides a proven one above', async () => {
  const of = made.partner('foreign.example');
  const edge = made.edge('sip.somewhere-else.example', '192.0.2.9');
  const route = made.routeEvidence(of, [edge]);
  const shown = await lines(
    made.snapshotOf([made.partnerSnapshot({ partner: of, route, edges: [made.edgeEvidence(edge)] })]),
  );
  assert.deepEqual(
    shown.filter((line) => line.startsWith('fedmon_check_success')),
    ['fedmon_check_success{partner="foreign.example",check="dns"} 0'],
  );
});

test('a stale partner: who, how often, unknown, and when it was last looked at', async () => {
  const later = made.examinedMs + 3 * 300_000 + 1;
  const snapshot = made.snapshotOf([made.healthy('good.example', { nowMs: later })], [], later);
  assert.deepEqual(await lines(snapshot), [
    'fedmon_partner_info{partner="good.example",tier="standard",profile="microsoft-federation",provider="",owner=""} 1',
    ...states('good.example', 'unknown'),
    'fedmon_partner_interval_seconds{partner="good.example"} 300',
    ...each('fedmon_check_last_run_timestamp_seconds', { dns: seconds }),
  ]);
});

test('a partner never examined: who, how often, unknown', async () => {
  const never = made.partnerSnapshot({ partner: made.partner('new.example'), route: null, edges: [] });
  assert.deepEqual(await lines(made.snapshotOf([never])), [
    'fedmon_partner_info{partner="new.example",tier="standard",profile="microsoft-federation",provider="",owner=""} 1',
    ...states('new.example', 'unknown'),
    'fedmon_partner_interval_seconds{partner="new.example"} 300',
  ]);
});

test('maintenance lies over the state and takes the cause away; old evidence under it is still old', async () => {
  const window = { partners: ['bad.example'], fromMs: made.examinedMs, untilMs: made.nowMs * 2, reason: 'move' };
  const of = made.partner('bad.example');
  const edge = made.edge('sip.bad.example', '192.0.2.9');
  const evidence = made.edgeEvidence(edge, { tcp: ['tcp_refused', 'ECONNREFUSED'] });
  const at = (nowMs: number): Snapshot => {
    const one = { partner: of, route: made.routeEvidence(of, [edge]), edges: [evidence], windows: [window], nowMs };
    return made.snapshotOf([made.partnerSnapshot(one)], [], nowMs);
  };
  const fresh = await lines(at(made.nowMs));
  assert.deepEqual(
    fresh.filter((line) => line.startsWith('fedmon_partner_state{')),
    states('bad.example', 'maintenance'),
  );
  assert.equal(
    fresh.some((line) => line.startsWith('fedmon_partner_cause_info')),
    false,
  );
  assert.equal(fresh.includes('fedmon_check_success{partner="bad.example",check="tcp"} 0'), true);
  const old = await lines(at(made.examinedMs + 3_600_000));
  assert.deepEqual(
    old.filter((line) => line.startsWith('fedmon_partner_state{')),
    states('bad.example', 'maintenance'),
  );
  assert.equal(
    old.some((line) => /^fedmon_(check_success|edge|partner_edge)/.test(line)),
    false,
  );
});

test('an edge of which every partner is in maintenance has no series; one other partner brings it back', async () => {
  const shared = made.edge('sip.shared.example', '192.0.2.9');
  const ending = { chain: [made.certificate(shared.host, { notAfter: '2026-11-24T00:00:00.000Z' })] };
  const window = { partners: ['a.example', 'b.example'], fromMs: 0, untilMs: made.nowMs * 2, reason: 'move' };
  const of = (domain: string) => {
    const partner = made.partner(domain);
    const edges = [made.edgeEvidence(shared, { tls: ending })];
    return made.partnerSnapshot({ partner, route: made.routeEvidence(partner, [shared]), edges, windows: [window] });
  };
  const about = async (...domains: string[]): Promise<readonly string[]> =>
    (await lines(made.snapshotOf(domains.map(of)))).filter((line) => line.includes('{edge="'));
  assert.deepEqual(await about('a.example', 'b.example'), []);
  const shown = await about('a.example', 'c.example');
  assert.ok(shown.includes('fedmon_edge_partners{edge="sip.shared.example:5061"} 2'));
  assert.ok(shown.some((line) => line.startsWith('fedmon_tls_certificate_not_after_timestamp_seconds')));
});

test('store down: no series about anybody', () => {
  assert.deepEqual(project(made.downSnapshot), []);
});

test('an edge shared by partners is shown once, and of several addresses the certificate that ends first', async () => {
  const [first, second] = [
    made.edge('sipfed.online.lync.com', '192.0.2.1'),
    made.edge('sipfed.online.lync.com', '192.0.2.2'),
  ];
  const sooner = made.certificate(first.host, {
    notAfter: '2027-01-01T00:00:00.000Z',
    serial: '0B',
    issuer: "O=Let's Encrypt",
  });
  const evidence = [
    made.edgeEvidence(first, { sip: { status: 481, reason: 'No' } }),
    made.edgeEvidence(second, { tls: { chain: [sooner] } }),
  ];
  const partners = ['a.example', 'b.example'].map((domain) => {
    const of = made.partner(domain);
    return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, [first, second]), edges: evidence });
  });
  const shown = await lines(made.snapshotOf(partners));
  assert.deepEqual(
    shown.filter((line) => line.includes('{edge="')),
    [
      'fedmon_edge_up{edge="sipfed.online.lync.com:5061"} 1',
      'fedmon_edge_check_success{edge="sipfed.online.lync.com:5061",check="tcp"} 1',
      'fedmon_edge_check_success{edge="sipfed.online.lync.com:5061",check="tls"} 1',
      'fedmon_edge_check_success{edge="sipfed.online.lync.com:5061",check="admission"} 1',
      'fedmon_edge_check_success{edge="sipfed.online.lync.com:5061",check="sip"} 1',
      'fedmon_edge_check_last_duration_seconds{edge="sipfed.online.lync.com:5061",check="tcp"} 0.01',
      'fedmon_edge_check_last_duration_seconds{edge="sipfed.online.lync.com:5061",check="tls"} 0.02',
      'fedmon_edge_check_last_duration_seconds{edge="sipfed.online.lync.com:5061",check="sip"} 0.04',
      'fedmon_edge_partners{edge="sipfed.online.lync.com:5061"} 2',
      'fedmon_edge_addresses{edge="sipfed.online.lync.com:5061",status="up"} 2',
      'fedmon_edge_addresses{edge="sipfed.online.lync.com:5061",status="down"} 0',
      'fedmon_edge_addresses{edge="sipfed.online.lync.com:5061",status="unproven"} 0',
      'fedmon_tls_certificate_not_before_timestamp_seconds{edge="sipfed.online.lync.com:5061"} 1788220800',
      'fedmon_tls_certificate_not_after_timestamp_seconds{edge="sipfed.online.lync.com:5061"} 1798761600',
      'fedmon_tls_certificate_info{edge="sipfed.online.lync.com:5061",issuer="Let\'s Encrypt",serial="0B",fingerprint="AB:CD:EF"} 1',
      'fedmon_tls_info{edge="sipfed.online.lync.com:5061",version="TLSv1.3",cipher="TLS_AES_256_GCM_SHA384"} 1',
      'fedmon_sip_response_code{edge="sipfed.online.lync.com:5061"} 481',
    ],
  );
  assert.equal(shown.filter((line) => line.includes('provider="microsoft-365"')).length, 2);
});

test('an edge is judged by its best address, and a partner names each edge once, the first eight', async () => {
  const [dead, alive] = [made.edge('sip.two.example', '192.0.2.1'), made.edge('sip.two.example', '192.0.2.2')];
  const more = Array.from({ length: 8 }, (_, at) => made.edge(`sip${String(at)}.two.example`, '192.0.2.3'));
  const of = made.partner('two.example');
  const evidence = [made.edgeEvidence(dead, { tcp: ['tcp_refused', 'ECONNREFUSED'] }), made.edgeEvidence(alive)];
  const route = made.routeEvidence(of, [dead, alive, ...more]);
  const shown = await lines(made.snapshotOf([made.partnerSnapshot({ partner: of, route, edges: evidence })]));
  assert.deepEqual(
    shown.filter((line) => line.startsWith('fedmon_edge_check_success{edge="sip.two.example:5061"')),
    ['tcp', 'tls', 'admission', 'sip'].map(
      (check) => `fedmon_edge_check_success{edge="sip.two.example:5061",check="${check}"} 1`,
    ),
  );
  assert.deepEqual(
    shown.filter((line) => line.startsWith('fedmon_partner_edge_info')),
    ['sip', 'sip0', 'sip1', 'sip2', 'sip3', 'sip4', 'sip5', 'sip6'].map(
      (host) => `fedmon_partner_edge_info{partner="two.example",edge="${host}.two.example:5061"} 1`,
    ),
  );
});

test('of several addresses the slowest says how long a check took; an edge that is not proven is counted', async () => {
  const [fast, slow] = [made.edge('sip.two.example', '192.0.2.1'), made.edge('sip.two.example', '192.0.2.2')];
  const { observations, ...of } = made.edgeEvidence(slow);
  const lagging = observations.map((each) => ({
    ...each,
    steps: each.steps.map((step) => ({ ...step, tookMs: step.tookMs + (each.kind === 'tls' ? 700 : 0) })),
  }));
  const partner = made.partner('two.example');
  const route = made.routeEvidence(partner, [fast, slow, made.edge('sip.new.example', '192.0.2.3')]);
  const edges = [{ ...of, observations: lagging }, made.edgeEvidence(fast)];
  const shown = await lines(made.snapshotOf([made.partnerSnapshot({ partner, route, edges })]));
  assert.deepEqual(
    shown.filter((line) => /^fedmon_(edge_check_last_duration|partner_edges)/.test(line)),
    [
      'fedmon_partner_edges{partner="two.example",status="up"} 2',
      'fedmon_partner_edges{partner="two.example",status="down"} 0',
      'fedmon_partner_edges{partner="two.example",status="unproven"} 1',
      'fedmon_edge_check_last_duration_seconds{edge="sip.two.example:5061",check="tcp"} 0.01',
      'fedmon_edge_check_last_duration_seconds{edge="sip.two.example:5061",check="tls"} 0.72',
      'fedmon_edge_check_last_duration_seconds{edge="sip.two.example:5061",check="sip"} 0.04',
    ],
  );
});

test('text of a peer never becomes a label', () => {
  const hostile = '"} 1\nfedmon_store_up 1 <img src=x onerror=alert(1)>';
  const of = made.partner('bad.example');
  const edge = made.edge('sip.bad.example', '192.0.2.9');
  const other = made.edge(hostile, '192.0.2.10');
  const chain = [
    made.certificate(hostile, {
      issuer: hostile,
      serial: hostile,
      fingerprint256: hostile,
      notBefore: hostile,
      notAfter: hostile,
    }),
  ];
  const tls = { chain, protocol: hostile, cipher: hostile };
  const sip = { status: 200, reason: hostile, server: hostile };
  const evidence = [made.edgeEvidence(edge, { tls, sip }), made.edgeEvidence(other, { tls, sip })];
  const failures = [{ check: 'sip', code: hostile, count: 1 }] as const;
  const route = made.routeEvidence(of, [edge, other]);
  const snapshot = made.snapshotOf([
    made.partnerSnapshot({ partner: of, route, edges: evidence, tally: { runs: {}, failures } }),
  ]);
  const samples = project(snapshot);
  const values = samples.flatMap((each) => Object.values(each.labels));
  assert.deepEqual(
    values.filter((value) => /[<\n"]/.test(value)),
    [],
  );
  assert.deepEqual(
    samples.filter((each) => !Number.isFinite(each.value)),
    [],
  );
  const info = samples.filter((each) => each.metric === 'fedmon_tls_certificate_info');
  assert.deepEqual(
    info.map((each) => each.labels),
    [{ edge: 'sip.bad.example:5061', issuer: 'other', serial: '', fingerprint: '' }],
  );
  assert.equal(issuerNames.includes('other'), true);
});

test('every sample is in the catalogue with exactly its labels, within its cardinality, and no series stands twice', () => {
  const samples = project(made.fleet());
  const perSubject = new Map<string, number>();
  for (const { metric, labels } of samples) {
    assert.ok(isMetricName(metric), metric);
    assert.deepEqual(Object.keys(labels), [...metrics[metric].labels], metric);
    const subject = `${metric} ${labels['partner'] ?? labels['edge'] ?? ''}`;
    perSubject.set(subject, (perSubject.get(subject) ?? 0) + 1);
  }
  for (const [subject, number] of perSubject) {
    const most = metrics[subject.split(' ')[0] as keyof typeof metrics].most;
    assert.ok(number <= most, `${subject}: ${String(number)}`);
  }
  const series = samples.map(({ metric, labels }) => JSON.stringify([metric, labels]));
  assert.equal(new Set(series).size, series.length);
});

test('every metric of the catalogue about partners and edges is exposed by a fleet in every state', () => {
  const fleet = { ...made.fleet(), causes: [made.sharedCause(['unreachable.example'])] };
  const used = new Set(project(fleet).map((each) => each.metric));
  const wanted = metricNames.filter((name) => metrics[name].about === 'partner' || metrics[name].about === 'edge');
  assert.deepEqual(
    wanted.filter((name) => !used.has(name)),
    [],
  );
});

test('the fleet holds every state', () => {
  const seen = new Set(made.fleet().partners.map(({ published }) => published.state));
  assert.equal(seen.size, 7);
});

test('parts are computed one by one', () => {
  const asked: string[] = [];
  const parts = projectParts(made.fleet(), {
    partner: ({ published }) => asked.push(published.partner.domain),
    edge: (label) => asked.push(label),
    rest: () => 0,
  });
  assert.equal(parts.next().done, false);
  assert.deepEqual(asked, ['a.example']);
});

test('a partner of every check has 25 series, one for its edge, and one more for the first code it fails with', () => {
  const failures = [{ check: 'dns', code: 'dns_servfail', count: 1 }] as const;
  const count = (tally: PartnerSnapshot['tally']): number =>
    project(made.snapshotOf([made.healthy('good.example', { tally })])).filter(({ labels }) => 'partner' in labels)
      .length;
  assert.deepEqual([count({ runs: {}, failures: [] }), count({ runs: {}, failures })], [26, usualSeriesOfPartner]);
});

test('of a long history the eight codes that came most often are shown, in their order', () => {
  const failures = Array.from(
    { length: 12 },
    (_, at) => ({ check: 'dns', code: `code_${String(at)}`, count: at }) as const,
  );
  const samples = project(made.snapshotOf([made.healthy('good.example', { tally: { runs: {}, failures } })]));
  assert.deepEqual(
    samples.flatMap(({ metric, labels }) => (metric === 'fedmon_check_failures_total' ? [labels['code']] : [])),
    failures.slice(4).map(({ code }) => code),
  );
});

test('a shared cause: how many, what, since when, how often it doubled, and who', async () => {
  const causes = [made.sharedCause(['a.example', 'b.example'], { step: 2 })];
  const id = causes[0]?.id ?? '';
  assert.deepEqual(await lines({ ...made.snapshotOf([]), causes }), [
    `fedmon_cause_partners{cause="${id}",kind="edge"} 2`,
    `fedmon_cause_info{cause="${id}",kind="edge",code="shared_edge",side="theirs",name="sip.hoster.example:5061 (192.0.2.7)"} 1`,
    `fedmon_cause_since_timestamp_seconds{cause="${id}"} ${String(seconds)}`,
    `fedmon_cause_doublings{cause="${id}",kind="edge"} 2`,
    `fedmon_partner_shared_cause_info{partner="a.example",cause="${id}",kind="edge"} 1`,
    `fedmon_partner_shared_cause_info{partner="b.example",cause="${id}",kind="edge"} 1`,
  ]);
});

test('what is shared stands in a label only where it can do no harm', () => {
  const nameOf = (change: Parameters<typeof made.sharedCause>[1]): string | undefined =>
    project({ ...made.snapshotOf([]), causes: [made.sharedCause(['a.example'], change)] }).find(
      ({ metric }) => metric === 'fedmon_cause_info',
    )?.labels['name'];
  assert.equal(nameOf({ name: '2001:db8:1::/48' }), '2001:db8:1::/48');
  assert.equal(nameOf({ name: 'sip.example"} 1\n<b>' }), '');
  assert.equal(nameOf({ name: 'a'.repeat(301) }), '');
  assert.equal(nameOf({ kind: 'issuer', name: 'DigiCert Inc' }), 'DigiCert');
  assert.equal(nameOf({ kind: 'issuer', name: 'Free Money CA' }), 'other');
});

test('while we do not see no partner is said to share it', () => {
  const causes = [made.sharedCause(['a.example'], { kind: 'canary' })];
  const names = project({ ...made.snapshotOf([]), causes }).map(({ metric }) => metric);
  assert.ok(names.includes('fedmon_cause_partners'));
  assert.ok(!names.includes('fedmon_partner_shared_cause_info'));
});
