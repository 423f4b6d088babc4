import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/federation/finding.ts';
import type { Step } from '../../src/federation/observation.ts';
import type { Standing } from '../../src/federation/standing.ts';
import { detailOf } from '../../src/http/detail.ts';
import { explainIndexPage } from '../../src/http/page-explain.ts';
import { fleetQuery } from '../../src/http/fleet-query.ts';
import { fleetPage } from '../../src/http/page-fleet.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import { buildHttp } from '../../src/http/server.ts';
import { prose } from '../../src/http/words.ts';
import { explain, findingCodes } from '../../src/probe/registry.ts';
import type { PartnerSnapshot } from '../../src/store/snapshot.ts';
import { dayView } from '../../src/http/page-day.ts';
import { drawnEdges } from '../../src/http/page-picture.ts';
import * as made from '../metrics/made-up.ts';
import { writer } from '../federation/samples.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const domain = 'two.example';

/** A partner with an edge that works and one that refuses. */
function halfDead(): PartnerSnapshot {
  const of = made.partner(domain);
  const edges = [made.edge(`sip.${domain}`, '192.0.2.1'), made.edge(`sip.${domain}`, '192.0.2.2')];
  const [good, bad] = edges;
  assert.ok(good !== undefined && bad !== undefined);
  const evidence = [made.edgeEvidence(good), made.edgeEvidence(bad, { tcp: ['tcp_refused', 'ECONNREFUSED'] })];
  return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, edges), edges: evidence });
}

/** The same partner with something else published about it. */
function standing(partner: PartnerSnapshot, change: Partial<Standing>): PartnerSnapshot {
  const { published } = partner;
  assert.ok(published.standing !== null);
  const next = { ...published.standing, ...change };
  return { ...partner, published: { ...published, standing: next, state: next.state, sinceMs: next.sinceMs } };
}

function pageOf(partner: PartnerSnapshot): string {
  const snapshot = made.snapshotOf([partner]);
  const detail = detailOf(snapshot, partner.published.partner.domain, { vantage: 'here-1', writer });
  assert.ok(detail !== null);
  return partnerPage(snapshot, detail, plainly);
}

const textIn = (page: string): string =>
  page
    .replaceAll('<wbr />', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

const verdictIn = (page: string): string | undefined => /<p class="verdict">(.*?)<\/p>/.exec(page)?.[1];

test('a route that works in part: how many edges are down, and that it is not urgent', () => {
  const said = (up: number, down: number, unproven: number): string | undefined =>
    verdictIn(pageOf(standing(halfDead(), { edges: { up, down, unproven } })));
  assert.equal(halfDead().published.state, 'degraded');
  assert.deepEqual(
    [said(1, 1, 0), said(2, 1, 0), said(2, 2, 0), said(1, 2, 3), said(2, 0, 0), said(0, 2, 0)],
    [
      'The path to this partner works. 1 of 2 edges is down; the other works. Not urgent.',
      'The path to this partner works. 1 of 3 edges is down; the others work. Not urgent.',
      'The path to this partner works. 2 of 4 edges are down; the others work. Not urgent.',
      'The path to this partner works. 2 of 6 edges are down; 1 works, 3 not proven. Not urgent.',
      'The path to this partner works, but not all of it.',
      'The path to this partner works, but not all of it.',
    ],
  );
});

test('the links of a partner: what the code means, JSON, ledger, and its dashboard where Grafana is known', async () => {
  const server = (grafana: string | null) => buildHttp(serving(viewsOf(made.fleet(), { grafana })), quiet);
  const linksOf = async (grafana: string | null): Promise<readonly string[]> => {
    const { body } = await server(grafana).inject('/partners/refused.example');
    return [...body.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
  };
  const usual = ['../explain/sip_forbidden', '../api/v1/partners/refused.example', '../ledger/refused.example'];
  const board = 'https://grafana.example.com/d/fedmon-partner/fedmon-partner?var-partner=refused.example';
  const links = await linksOf('https://grafana.example.com');
  for (const each of [...usual, board]) assert.ok(links.includes(each), `${each} in ${links.join(' ')}`);
  assert.deepEqual(
    (await linksOf(null)).filter((each) => each.startsWith('http')),
    [],
  );
});

test('flapping: it works now and then, and the newest examination is not called a change to come', () => {
  const entry = explain('partner_flapping');
  assert.ok(entry !== undefined);
  const cause: Finding = { ...entry, code: 'partner_flapping', endpoint: null, args: {}, summary: 'In turn.' };
  const pending = { state: 'unreachable', count: 1, cause: null } as const;
  const page = pageOf(standing(halfDead(), { cause, pending }));
  assert.equal(verdictIn(page), 'The path to this partner works now and then.');
  assert.match(textIn(page), /unreachable in the newest examination/);
  assert.doesNotMatch(textIn(page), /being confirmed/);
});

test('the text for the partner: a link that stops the renewal, the text as it is sent, and none for a healthy one', () => {
  const page = pageOf(halfDead());
  assert.match(page, /<dt>For the partner<\/dt>\s*<dd><a href="\?refresh=off#letter">/);
  const text = /<pre class="letter" tabindex="0">([^]*?)<\/pre>/.exec(page)?.[1] ?? '';
  assert.match(text, /^Subject: SIP federation with two\.example: connection to your edge \(sip\.two\.example:5061/);
  assert.match(text, /\n {2}Endpoint {6}sip\.two\.example:5061 \(192\.0\.2\.2\)\n {2}First seen {4}2026-/);
  assert.match(text, /\n {2}nc -vz 192\.0\.2\.2 5061\n/);
  const fine = made.fleet().partners.find(({ published }) => published.state === 'healthy')!;
  assert.doesNotMatch(pageOf(fine), /class="letter"|#letter/);
});

test('a broken edge beside one that works breaks only itself', () => {
  assert.match(textIn(pageOf(halfDead())), / Breaks this edge TCP sip\.two\.example:5061 \(192\.0\.2\.2\) refuses/);
  const page = textIn(pageOf(made.fleet().partners.find(({ published }) => published.state === 'unreachable')!));
  assert.match(page, / Breaks it TCP /);
  assert.doesNotMatch(page, /Breaks this edge/);
});

test('since when it fails, and when it worked last', () => {
  const lastGoodMs = made.examinedMs - 3_600_000;
  const failing = textIn(pageOf(standing(halfDead(), { state: 'unreachable', lastGoodMs })));
  assert.match(
    failing,
    / Failing since 2026-11-23 12:00:00 UTC 1 min ago Last good 2026-11-23 11:00:00 UTC 1 h 1 min ago Last examined /,
  );
  const unknown = textIn(pageOf(standing(halfDead(), { state: 'unknown', lastGoodMs })));
  assert.match(unknown, / Since 2026-11-23 12:00:00 UTC 1 min ago Last good 2026-11-23 11:00:00 UTC /);
  for (const state of ['healthy', 'degraded'] as const) {
    const page = textIn(pageOf(standing(halfDead(), { state, lastGoodMs: made.examinedMs })));
    assert.match(page, / Since 2026-11-23/);
    assert.doesNotMatch(page, /Failing since|Last good/);
  }
});

/** The rows of Steps when the two families of a host came out so. */
function lookups(a: Step['failure'], aaaa: Step['failure']): readonly string[] {
  const partner = halfDead();
  const { route } = partner;
  assert.ok(route !== null);
  const step = (type: string, failure: Step['failure']): Step => ({
    name: 'address_lookup',
    target: `sip.${domain} ${type}`,
    startedMs: 0,
    tookMs: 1,
    failure,
  });
  const observation = { ...route.observation, steps: [step('A', a), step('AAAA', aaaa)] };
  const text = textIn(pageOf({ ...partner, route: { ...route, observation } }));
  return [...text.matchAll(/Address lookup sip\.two\.example A+ \+0\.0 ms 1\.0 ms (\S+ \S+)/g)].map(
    (row) => row[1] ?? '',
  );
}

test('no record of one family beside the other is an answer; everything else is a failure', () => {
  const nodata = { code: 'dns_nodata', detail: 'no record' } as const;
  const timeout = { code: 'dns_timeout', detail: 'no answer' } as const;
  assert.deepEqual(
    [lookups(null, nodata), lookups(nodata, null), lookups(nodata, nodata), lookups(null, timeout)],
    [
      ['✓ done', '– none'],
      ['– none', '✓ done'],
      ['✕ dns_nodata', '✕ dns_nodata'],
      ['✓ done', '✕ dns_timeout'],
    ],
  );
});

test('every table says its headings in its cells too, so that its rows can be stacked', () => {
  const page = pageOf(halfDead());
  const tables = [...page.matchAll(/<table class="([^"]*)" role="table" aria-label="([^"]*)">(.*?)<\/table>/gs)];
  assert.deepEqual(
    tables.map(([, name, label]) => [name, label]),
    ['Targets', 'Edges', 'SIP answers', 'Findings', 'Steps'].map((label) => ['stack', label]),
  );
  for (const [, , label = '', body = ''] of tables) {
    const [head = '', rows = ''] = body.split('</thead>');
    const heads = [...head.matchAll(/<th role="columnheader" scope="col">([^<]+)<\/th>/g)].map((each) => each[1]);
    const labels = new Set([...rows.matchAll(/ data-label="([^"]+)"/g)].map((each) => each[1]));
    const bare = heads.filter((each) => !labels.has(each));
    assert.ok(bare.length <= 2 && labels.size >= 3, `${label}: ${bare.join(', ')}`);
    assert.ok(rows.includes('role="rowheader" scope="row"'), label);
    assert.doesNotMatch(body, /<caption/);
  }
  assert.match(textIn(page), /its steps count from its own start/);
});

test('a line breaks in a long name after dots and colons, never in a date', () => {
  assert.equal(
    prose('The certificate of sip.contoso.example:5061 ended on 2026-11-13.').toString(),
    'The certificate of sip.<wbr />contoso.<wbr />example:<wbr />5061 ended on <span class="whole">2026-11-13</span>.',
  );
  assert.equal(
    prose('at 2026-11-13T10:00:00.000Z or 2026-11-13 10:00:00 UTC').toString(),
    'at <span class="whole">2026-11-13T10:00:00.000Z</span> or <span class="whole">2026-11-13 10:00:00 UTC</span>',
  );
  assert.equal(prose('sip.a.example & "b"').toString(), 'sip.a.example &amp; &quot;b&quot;');
});

test('nothing follows the time of a page that does not speak of renewal', () => {
  const end = (page: string): string =>
    /<span class="end">(.*?)<\/span>/s.exec(page)?.[1]?.replace(/<[^>]*>/g, '') ?? '';
  const of = (query: object): string => end(fleetPage(made.fleet(), fleetQuery({ ...query })));
  assert.equal(of({ q: 'a' }), 'As of 2026-11-23 12:01:00 UTC');
  assert.equal(of({}), 'As of 2026-11-23 12:01:00 UTC · renews itself every 5 s · stop');
  assert.equal(of({ refresh: 'off' }), 'As of 2026-11-23 12:01:00 UTC · does not renew itself · renew every 5 s');
});

test('the fleet says the tier of a partner, and its name', () => {
  const partner = made.partner('good.example', { name: 'Good', tier: 'critical' });
  const page = fleetPage(made.snapshotOf([made.healthy('good.example', { partner })]), fleetQuery({}));
  assert.match(page, /good\.example<\/a><span class="said">critical · Good<\/span>/);
});

test('all findings stand on one page, each once, under their layer, and every page leads there', () => {
  const entries = new Map(findingCodes.map((code) => [code, explain(code)!]));
  const page = explainIndexPage(entries, made.nowMs);
  const linked = [...page.matchAll(/<a href="([a-z_0-9]+)"><code>/g)].map((each) => each[1] ?? '');
  assert.deepEqual(linked.toSorted(), [...findingCodes].sort());
  const order = linked.map((code) => entries.get(code)?.layer);
  assert.deepEqual(
    [...new Set(order)],
    ['dns', 'tcp', 'tls', 'admission', 'sip', 'policy'].filter((each) => order.includes(each as 'dns')),
  );
  assert.equal(order.filter((layer, at) => layer !== order[at - 1]).length, new Set(order).size);
  assert.match(pageOf(halfDead()), /<a href="\.\.\/explain\/">All findings<\/a>/);
  assert.match(fleetPage(made.fleet(), fleetQuery({})), /<a href="\.\/explain\/">All findings<\/a>/);
});

test('the last day and the path are told in words, too', () => {
  const day = { endMs: Date.parse('2026-11-23T12:00:00Z'), found: 'hhu.d' };
  const page = pageOf(standing(halfDead(), { day }));
  assert.match(
    textIn(page),
    /from 2026-11-22 12:30 on: 2 half hours healthy, 1 half hour unreachable, 1 half hour degraded\./,
  );
  assert.match(page, /<title>2026-11-23 11:00 to 11:30: unreachable<\/title>/);
  assert.match(page, /<title>2026-11-23 11:30 to 12:00: not examined<\/title>/);
  assert.match(page, /aria-label="two\.example: sip\.two\.example:5061 \(192\.0\.2\.1\): TCP proven, TLS proven/);
  assert.equal(dayView(undefined, made.nowMs), null, 'nothing was kept yet');
});

test('as many edges as are drawn, and one more', () => {
  const drawn = (count: number): readonly number[] => {
    const partner = made.partner('many.example');
    const edges = Array.from({ length: count }, (_, at) => made.edge('sip.many.example', `192.0.2.${String(at + 1)}`));
    const evidence = edges.map((each) => made.edgeEvidence(each));
    const page = pageOf(made.partnerSnapshot({ partner, route: made.routeEvidence(partner, edges), edges: evidence }));
    return [
      (page.match(/class="box (up|down|unproven)"/g) ?? []).length,
      page.includes(' more edges are in the table.') ? 1 : 0,
    ];
  };
  assert.deepEqual(
    [drawn(drawnEdges), drawn(drawnEdges + 1)],
    [
      [drawnEdges, 0],
      [drawnEdges, 1],
    ],
  );
});
