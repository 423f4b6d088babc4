import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateFacts } from '../../src/federation/certificate.ts';
import { detailOf } from '../../src/http/detail.ts';
import { html } from '../../src/http/html.ts';
import { daysLeft } from '../../src/http/page-chain.ts';
import { explainPage } from '../../src/http/page-explain.ts';
import { fleetQuery } from '../../src/http/fleet-query.ts';
import { fleetPage, partnersPerPage } from '../../src/http/page-fleet.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import { pageStyle } from '../../src/http/page-style.ts';
import { span, stateWords, utc } from '../../src/http/words.ts';
import { explain, findingCodes } from '../../src/probe/registry.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import * as made from '../metrics/made-up.ts';
import { withoutOurScript } from './our-script.ts';
import { writer } from '../federation/samples.ts';

const query = fleetQuery({});

function partnerHtml(snapshot: Snapshot, domain: string): string {
  const detail = detailOf(snapshot, domain, { vantage: 'here-1', writer });
  assert.ok(detail !== null);
  return partnerPage(snapshot, detail, plainly);
}

/** What a reader sees: markup away, entities back, white space folded. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf('<main'), page.indexOf('</main>'));
  const entities: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
  };
  return body
    .replaceAll('<wbr />', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

test('texts are escaped, markup is not, lists are joined, null is nothing', () => {
  const inner = html`<b>${'<i>'}</b>`;
  assert.equal(
    html`<p title="${`"'&`}">${inner}${[inner, 'x&y', 3]}${null}</p>`.toString(),
    '<p title="&quot;&#39;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>x&amp;y3</p>',
  );
});

test('lengths of time and instants', () => {
  const lengths = [0, 59_999, 60_000, 3_600_000, 7_500_000, 86_400_000, 93_600_000, 20 * 86_400_000 + 3_600_000];
  assert.deepEqual(lengths.map(span), ['0 s', '59 s', '1 min', '1 h', '2 h 5 min', '1 d', '1 d 2 h', '20 d']);
  assert.equal(utc(made.examinedMs), '2026-11-23 12:00:00 UTC');
  assert.equal(utc(NaN), 'unknown');
});

test('days left are rounded towards the worse', () => {
  const ends = new Date(made.nowMs + 86_400_000 * 2 - 1).toISOString();
  assert.equal(daysLeft(ends, made.nowMs), '1 day left');
  assert.equal(daysLeft(new Date(made.nowMs).toISOString(), made.nowMs), '0 days left');
  assert.equal(daysLeft(new Date(made.nowMs - 1).toISOString(), made.nowMs), 'expired 0 days ago');
  assert.equal(daysLeft('never', made.nowMs), 'unknown');
});

test('the address of the list is read with defaults for what is not understood', () => {
  const none = { state: null, layer: null, code: null, tier: null, owner: null, provider: null, cause: null };
  assert.deepEqual(query, { ...none, search: null, page: 1, refresh: true });
  const asked = { state: 'refused', layer: 'sip', code: 'sip_forbidden', tier: 'critical', owner: 'team-uc' };
  assert.deepEqual(fleetQuery({ ...asked, provider: 'microsoft-365', q: ' A ', page: '3', refresh: 'off' }), {
    ...asked,
    provider: 'microsoft-365',
    cause: null,
    search: 'a',
    page: 3,
    refresh: false,
  });
  assert.deepEqual(fleetQuery({ state: 'evil', layer: 'evil', q: ['a'], code: '', page: '-1' }), query);
});

test('the fleet: worst first, each with a word for its state, the cause, whose side and what next', () => {
  const page = fleetPage(made.fleet(), query);
  const order = [...page.matchAll(/href="\.\/partners\/([^"]+)"/g)].map((match) => match[1]);
  assert.deepEqual(order, [
    'unreachable.example',
    'refused.example',
    'misconfigured.example',
    'degraded.example',
    'stale.example',
    'new.example',
    'planned.example',
    'a.example',
    'b.example',
  ]);
  const text = textOf(page);
  assert.ok(text.startsWith('5 partners need attention 9 all 1 ✕ Unreachable 1 ⊘ Refused 1 ≠ Misconfigured'), text);
  const row = page.slice(page.indexOf('partners/unreachable.example'), page.indexOf('partners/refused.example'));
  assert.match(row.replaceAll('<wbr />', ''), /sip\.unreachable\.example:5061 \(192\.0\.2\.7\)/);
  assert.match(row, /<span class="said">standard<\/span>/);
  assert.match(row, /data-label="Whose side">Theirs, most likely</);
  assert.match(row, /class="whole">2026-11-23 12:00:00 UTC<\/time> <span class="age">1 min ago/);
  assert.ok(row.includes(explain('tcp_refused')!.action.slice(0, 20)));
});

test('how old what is shown is: the newest, the oldest that counts, and who has none', () => {
  const fresh = textOf(fleetPage(made.fleet(), query));
  const { nowMs, partners } = made.fleet();
  const counted = partners.filter(({ published }) => published.standing !== null && published.reason !== 'stale');
  const ages = counted.map(({ published }) => nowMs - (published.standing?.examinedMs ?? 0));
  const without = partners.length - counted.length;
  assert.ok(without > 1, 'one stale, one never examined');
  assert.ok(
    fresh.includes(
      `Newest examination ${span(Math.min(...ages))} ago, the oldest that counts ${span(Math.max(...ages))} ago (`,
    ),
    fresh,
  );
  assert.ok(fresh.includes(`${String(without)} partners are without a fresh one.`), fresh);
  const left = counted.map((each) => ({ ...each, published: { ...each.published, reason: 'stopped' as const } }));
  assert.doesNotMatch(textOf(fleetPage({ ...made.fleet(), partners: left }, query)), /Newest examination/);
  const stale = { ...made.fleet(), partners: partners.filter(({ published }) => published.reason === 'stale') };
  assert.doesNotMatch(textOf(fleetPage(stale, query)), /Newest examination/);
});

test('a list of one state, with a way back', () => {
  const page = fleetPage(made.fleet(), fleetQuery({ state: 'refused' }));
  assert.deepEqual([...page.matchAll(/partners\/([^"]+)"/g)].map((match) => match[1]).slice(0, 1), ['refused.example']);
  assert.equal(page.includes('unreachable.example'), false);
  assert.match(page, /href="\.\/\?state=refused" +aria-current="page"/);
  assert.match(page, /<a href="\.\/" *><b>9<\/b>all/);
});

test('searching does not renew the page under the hands of a person', () => {
  assert.match(fleetPage(made.fleet(), query), /<meta http-equiv="refresh" content="5" \/>/);
  const page = fleetPage(made.fleet(), fleetQuery({ q: 'UNREACH' }));
  assert.equal(page.includes('http-equiv="refresh"'), false);
  assert.match(page, /partners\/unreachable\.example/);
  assert.equal(page.includes('partners/refused.example'), false);
  assert.equal(fleetPage(made.fleet(), fleetQuery({ refresh: 'off' })).includes('http-equiv="refresh"'), false);
});

test('a store that cannot be read, and a fleet that is stale as a whole, are said first', () => {
  const down = textOf(fleetPage(made.downSnapshot, query));
  assert.ok(down.startsWith('Do not trust what is below. The store cannot be read'), down);
  assert.equal(down.includes('healthy'), false);
  const later = made.examinedMs + 3_600_000;
  const stale = made.snapshotOf([made.healthy('a.example', { nowMs: later })], [], later);
  const text = textOf(fleetPage(stale, query));
  assert.ok(text.startsWith('Do not trust what is below. No partner has a fresh result (1 partner).'), text);
  assert.match(text, /last examined 1 h ago/);
  assert.equal(textOf(fleetPage(made.fleet(), query)).includes('Do not trust'), false);
});

test('only a fleet that is proven healthy as a whole is called healthy', () => {
  const good = made.healthy('a.example');
  const unknown = made.partnerSnapshot({ partner: made.partner('new.example'), route: null, edges: [] });
  const headline = (snapshot: Snapshot): string | undefined => /<h1>(.*)<\/h1>/.exec(fleetPage(snapshot, query))?.[1];
  assert.equal(headline(made.snapshotOf([good])), 'All 1 partner is healthy');
  assert.equal(
    headline(made.snapshotOf([good, unknown])),
    'No partner is known to be in trouble; 1 of 2 are proven healthy',
  );
  assert.equal(headline(made.snapshotOf([])), 'No partner is configured');
});

test('the page of a healthy partner: path, certificate, steps, and what cannot be seen', () => {
  const snapshot = made.snapshotOf([
    made.healthy('good.example', {
      partner: made.partner('good.example', { name: 'Good', contact: 'noc@good.example' }),
    }),
  ]);
  const page = partnerHtml(snapshot, 'good.example');
  const text = textOf(page);
  for (const part of [
    'good.example ✓ Healthy Good The path to this partner works as far as it can be seen from here.',
    'DNS ✓ proven TCP ✓ proven TLS ✓ proven Admission ✓ proven SIP ✓ proven',
    'a good answer to our probe identity does not prove that users can chat',
    'sip.good.example:5061 (192.0.2.1) up ✓ proven ✓ proven ✓ proven ✓ proven 200 OK',
    'Their certificate Valid until 2027-09-01 00:00:00 UTC · 281 days left',
    'SRV lookup _sipfederationtls._tcp.good.example SRV +0.0 ms 5.0 ms ✓ done',
    'Recent changes None among the changes that are kept.',
  ]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.match(page, /<a href="mailto:noc@good\.example">/);
  assert.match(page, /<title>good\.example: healthy – fedmon<\/title>/);
});

test('the page of a broken partner: cause, side, next step, what changed', () => {
  const page = partnerHtml(made.fleet(), 'unreachable.example');
  const text = textOf(page);
  for (const part of [
    'This partner cannot be reached.',
    `Why ${explain('tcp_refused')!.title} (TCP).`,
    'Whose side Theirs, most likely',
    'Failing since 2026-11-23 12:00:00 UTC 1 min ago Last good not seen working so far Last examined',
    'Breaks it TCP',
    `Next step ${explain('tcp_refused')!.action}`,
    'DNS ✓ proven TCP ✕ failed TLS – not proven',
    'TCP connect sip.unreachable.example:5061 (192.0.2.7) +0.0 ms 10 ms ✕ tcp_refused ECONNREFUSED',
    '2026-11-23 12:00:00 UTC 1 min ago Published state ✓ Healthy ✕ Unreachable',
  ]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.match(page, /href="\.\.\/explain\/tcp_refused"/);
});

test('old evidence is called old', () => {
  const text = textOf(partnerHtml(made.fleet(), 'stale.example'));
  assert.ok(text.includes('It is not known whether this partner can be reached.'), text);
  assert.ok(text.includes('What the last examination proved; it is too old to be true now'), text);
});

test('a partner never examined has a page too', () => {
  const text = textOf(partnerHtml(made.fleet(), 'new.example'));
  assert.ok(text.includes('Not examined yet'), text);
  assert.equal(detailOf(made.fleet(), 'stranger.example', { vantage: 'here-1', writer }), null);
});

const canary = '<img src=x onerror=alert(1)>"\'&';

/** A partner of which every text that others control is a canary. */
function hostile(): Snapshot {
  const leaf: CertificateFacts = {
    subject: canary,
    commonName: canary,
    issuer: canary,
    serial: canary,
    fingerprint256: canary,
    notBefore: canary,
    notAfter: canary,
    names: { dns: [canary], uri: [canary], ip: [canary] },
    namesTotal: 99,
    extendedKeyUsage: [canary],
    keyType: canary,
    keyBits: null,
    isCa: false,
  };
  const of = made.partner('bad.example', { name: canary, owner: canary, contact: canary, tier: canary });
  const edge = made.edge(canary, canary, { serverName: canary });
  const sip = {
    status: 403,
    reason: canary,
    server: canary,
    warning: canary,
    allow: canary,
    diagnostics: [canary],
  };
  const tls = { serverName: canary, protocol: canary, cipher: canary, chain: [leaf], verification: canary };
  const evidence = [
    made.edgeEvidence(edge, { tls, sip }),
    made.edgeEvidence(made.edge('sip.bad.example', '192.0.2.3'), { tcp: ['tcp_reset', canary] }),
  ];
  const target = { host: canary, port: 1, transport: 'tls', priority: 0, weight: 0, ttl: 1 } as const;
  const failure = { code: 'dns_malformed', detail: canary } as const;
  const route = made.routeEvidence(
    of,
    evidence.map((each) => each.edge),
    {
      asked: [canary],
      invalidTargets: [canary],
      targets: [
        { ...target, addresses: [canary], droppedAddresses: 0, unanswered: null, failure: null, isAlias: true },
        { ...target, addresses: [], droppedAddresses: 0, unanswered: null, failure, isAlias: true },
      ],
    },
  );
  const partner = made.partnerSnapshot({ partner: of, route, edges: evidence });
  const { standing } = partner.published;
  assert.ok(standing !== null);
  const cause = { code: canary, severity: 'fail', layer: 'sip', endpoint: canary, args: {}, summary: canary } as const;
  const change = { domain: of.domain, atMs: 0, slotMs: 0, from: 'healthy', to: 'refused', cause } as const;
  const published = { ...partner.published, standing: { ...standing, cause } };
  return made.snapshotOf([{ ...partner, published }], [change]);
}

test('hostile text stays text: nothing of a peer becomes markup', () => {
  const pages = [
    fleetPage(hostile(), query),
    fleetPage(hostile(), fleetQuery({ q: canary })),
    partnerHtml(hostile(), 'bad.example'),
    explainPage(canary, explain('tcp_refused')!, 0),
  ];
  for (const page of pages) {
    assert.ok(page.includes('&lt;img'), 'the canary is on the page');
    assert.deepEqual(withoutOurScript(page).match(/<img|<script|onerror=alert\(1\)>/g), null);
    // Every attribute is quoted by us, and no quote of a peer ends one.
    const tags = page.match(/<[a-z][^>]*>/g) ?? [];
    assert.deepEqual(
      tags.filter((tag) => !/^<[a-z0-9]+(\s+[a-zA-Z-]+(="[^"<>]*")?)*\s*\/?>$/.test(tag)),
      [],
    );
  }
  assert.ok((partnerHtml(hostile(), 'bad.example').match(/&lt;img/g) ?? []).length >= 20);
});

test('no page carries an inline script or style, a script but ours or anything of another origin', () => {
  const codes = findingCodes.map((code) => explainPage(code, explain(code)!, 0));
  for (const page of [fleetPage(made.fleet(), query), partnerHtml(made.fleet(), 'refused.example'), ...codes]) {
    assert.deepEqual(
      withoutOurScript(page).match(/<script|<style| style=| on[a-z]+=|(src|href)="(https?:)?\/\/|javascript:/g),
      null,
    );
  }
});

test('every state has its own word, symbol and colour', () => {
  const words = Object.values(stateWords);
  assert.equal(new Set(words.map((each) => each.word)).size, 7);
  assert.equal(new Set(words.map((each) => each.symbol)).size, 7);
  for (const state of Object.keys(stateWords)) assert.ok(pageStyle.includes(`.${state}`), state);
});

test('tables have headings, and sections that scroll can be reached by keyboard', () => {
  for (const page of [fleetPage(made.fleet(), query), partnerHtml(made.fleet(), 'refused.example')]) {
    const tables = page.match(/<table/g) ?? [];
    assert.ok(tables.length > 0);
    assert.equal((page.match(/<thead/g) ?? []).length, tables.length);
    assert.match(page, /<html lang="en">/);
    assert.match(page, /<a class="skip" href="#content">/);
    assert.equal((page.match(/<h1>/g) ?? []).length, 1);
  }
});

test('5,000 partners: a page stays small, and every partner is on exactly one page', () => {
  const bad = made.fleet().partners.find(({ published }) => published.state === 'misconfigured')!;
  const partners = Array.from({ length: 5_000 }, (_, at) => {
    const partner = made.partner(`partner-${String(at)}.a-rather-long-organisation-name.example`, {
      name: 'A Rather Long Name',
    });
    return { ...bad, published: { ...bad.published, partner } };
  });
  const snapshot = made.snapshotOf(partners);
  const seen = new Set<string>();
  let links = 0;
  for (let page = 1; page <= 5_000 / partnersPerPage; page += 1) {
    const text = fleetPage(snapshot, fleetQuery({ page: String(page) }));
    assert.ok(text.length < 300_000, String(text.length));
    for (const match of text.matchAll(/partners\/(partner-[^"]+)"/g)) {
      seen.add(match[1] ?? '');
      links += 1;
    }
  }
  assert.deepEqual([seen.size, links], [5_000, 5_000]);
  assert.match(fleetPage(snapshot, fleetQuery({ page: '2' })), /← Previous.*Page 2 of 50.*Next →/s);
  assert.match(fleetPage(snapshot, fleetQuery({ page: '99' })), /Page 50 of 50/);
});

test('unknown for a reason that can be named needs attention; unknown at first sight does not', () => {
  const of = made.partner('silent.example');
  const failure = { code: 'dns_timeout', detail: 'no answer within 5000 ms' } as const;
  const route = made.routeEvidence(of, [], { failure });
  const silent = made.partnerSnapshot({ partner: of, route, edges: [] });
  assert.equal(silent.published.state, 'unknown');
  const unseen = made.partnerSnapshot({ partner: made.partner('new.example'), route: null, edges: [] });
  const text = textOf(fleetPage(made.snapshotOf([unseen, silent]), query));
  assert.ok(text.startsWith('1 partner needs attention'), text);
  assert.match(text, /Needs attention .* silent\.example .* All others .* new\.example/);
});
