import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Observation, RouteEvidence } from '../../../src/federation/observation.ts';
import { pinnedRoute, type Partner, type PinnedRoute } from '../../../src/federation/partner.ts';
import { systemClock } from '../../../src/net/clock.ts';
import type { DnsRecord, Net } from '../../../src/net/net.ts';
import { edgesOf, maxQueries, type RouteFacts } from '../../../src/probe/dns/facts.ts';
import { judgeRoute } from '../../../src/probe/dns/judge.ts';
import { examineRoute } from '../../../src/probe/examine-route.ts';
import { scriptedNet, type DnsScript, type NetScript } from '../../fakes/scripted-net.ts';
import { aPartner } from '../../federation/samples.ts';
import { addresses, srv, srvName } from '../scenario.ts';
import { alias, naptr } from './scenarios.ts';

interface Seen {
  readonly facts: RouteFacts;
  readonly says: readonly string[];
  readonly calls: readonly string[];
  readonly route: RouteEvidence;
}

async function look(
  dns: NonNullable<NetScript['dns']>,
  { resolvers = 1, by = scriptedNet({ dns }), ...over }: Partial<Partner> & { resolvers?: number; by?: Net } = {},
): Promise<Seen> {
  const asked: string[] = [];
  const net: Net = {
    connect: (to, signal) => by.connect(to, signal),
    datagrams: (to, signal) => by.datagrams(to, signal),
    ask: (server, question, signal) => {
      const unchecked = question.checkingDisabled === true ? ' +cd' : '';
      asked.push(`${question.name} ${question.type}${unchecked} @${server.address.split('.').at(-1) ?? ''}`);
      return by.ask(server, question, signal);
    },
  };
  const servers = Array.from({ length: resolvers }, (_, at) => ({ address: `192.0.2.${String(53 + at)}`, port: 53 }));
  const settings = { dns: { servers }, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
  const route = await examineRoute(aPartner('a.example', over), 0, settings, {
    net,
    clock: systemClock,
  });
  const observation = route.observation as Observation<RouteFacts>;
  return { facts: observation.facts, says: judgeRoute(observation).map((each) => each.summary), calls: asked, route };
}

const missing = (because: string): readonly string[] => [`${srvName} has no SRV record (${because}).`];
const no = (zone: string | null, over: object = {}): DnsScript => ({
  no: 'dns_nxdomain',
  zone: zone === null ? null : { name: zone, negativeTtl: 60 },
  ...over,
});

describe('what is missing: the record or the domain', () => {
  const cases: readonly {
    readonly name: string;
    readonly dns: NonNullable<NetScript['dns']>;
    readonly says: string;
    readonly queries?: number;
  }[] = [
    {
      name: 'the no of the domain’s own zone',
      dns: { [`${srvName} SRV`]: no('a.example') },
      says: 'the domain exists, the record does not',
    },
    {
      name: 'the no of a zone below the domain',
      dns: { [`${srvName} SRV`]: no('_tcp.a.example') },
      says: 'the domain exists, the record does not',
    },
    {
      name: 'NODATA',
      dns: { [`${srvName} SRV`]: 'dns_nodata' },
      says: 'the domain exists, the record does not',
    },
    {
      name: 'the no of the zone above, where the domain is not either',
      dns: { [`${srvName} SRV`]: no('example'), 'a.example A': 'dns_nxdomain' },
      says: 'the domain does not exist',
      queries: 2,
    },
    {
      name: 'the no of the zone above, of which the domain is a name',
      dns: { [`${srvName} SRV`]: no('example'), 'a.example A': 'dns_nodata' },
      says: 'the domain exists, the record does not',
      queries: 2,
    },
    {
      name: 'the no of the root',
      dns: { [`${srvName} SRV`]: no('.'), 'a.example A': 'dns_nxdomain' },
      says: 'the domain does not exist',
      queries: 2,
    },
    {
      name: 'the zone above says no, and the domain is not answered',
      dns: { [`${srvName} SRV`]: no('example'), 'a.example A': 'dns_servfail' },
      says: 'the name does not exist',
      queries: 2,
    },
    { name: 'no zone is named', dns: { [`${srvName} SRV`]: no(null) }, says: 'the name does not exist' },
    {
      name: 'another zone that only ends alike',
      dns: { [`${srvName} SRV`]: no('xa.example') },
      says: 'the name does not exist',
    },
    {
      name: 'an alias of a name that is not there',
      dns: { [`${srvName} SRV`]: no('hoster.example', { isAlias: true }) },
      says: 'it is an alias of a name that does not exist',
    },
  ];
  for (const { name, dns, says, queries = 1 } of cases) {
    test(name, async () => {
      const seen = await look(dns);
      const route = seen.calls.filter((call) => !/^(?:lyncdiscover|sip|_sip\._tls|_xmpp-server)\./.test(call));
      assert.deepEqual([seen.says, route.length], [missing(says), queries]);
      const others = says === 'the domain does not exist' ? 0 : 4;
      assert.equal(seen.calls.length - route.length, others, 'what the clients of the domain are told');
    });
  }
});

test('the answer’s head is kept as facts', async () => {
  const plain = { server: '192.0.2.53:53', rcode: 'NOERROR', authoritative: false, zone: null };
  const none = { isAlias: false, aliasLoop: false, signed: null };
  const secure = await look({
    [`${srvName} SRV`]: { authenticated: true, records: [srv('sip.a.example')] },
    ...addresses('sip.a.example', '192.0.2.1'),
  });
  assert.deepEqual(secure.facts.reply, { ...plain, ...none, dnssec: 'secure' });
  const denied = await look({ [`${srvName} SRV`]: no('a.example', { authoritative: true }) });
  assert.deepEqual(denied.facts.reply, {
    ...plain,
    ...none,
    rcode: 'NXDOMAIN',
    authoritative: true,
    dnssec: 'insecure',
    zone: { name: 'a.example', negativeTtl: 60 },
  });
  assert.equal((await look({ [`${srvName} SRV`]: 'dns_timeout' })).facts.reply, null);
  const pinned = await look(
    { ...addresses('sip.a.example', '192.0.2.1'), [`${srvName} SRV`]: 'dns_nodata' },
    { route: { host: 'sip.a.example', port: 5061 } },
  );
  assert.deepEqual([pinned.facts.reply, pinned.facts.words], [null, []]);
});

test('a SERVFAIL that passes is no bogus zone', async () => {
  const dns = { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '192.0.2.1') };
  const good = scriptedNet({ dns });
  const bad = scriptedNet({ dns: { [`${srvName} SRV`]: 'dns_servfail' } });
  let asked = 0;
  const by: Net = {
    connect: (to, signal) => good.connect(to, signal),
    datagrams: (to, signal) => good.datagrams(to, signal),
    ask: (server, question, signal) => ((asked += 1) === 1 ? bad : good).ask(server, question, signal),
  };
  const seen = await look({}, { by });
  assert.deepEqual([seen.says, seen.facts.reply?.dnssec, seen.facts.targets.length], [[], 'insecure', 1]);
  assert.deepEqual(seen.calls.slice(0, 3), [`${srvName} SRV @53`, `${srvName} SRV +cd @53`, `${srvName} SRV @53`]);
});

describe('two resolvers', () => {
  test('both answers are named, three targets of each', async () => {
    const many = Array.from({ length: 5 }, (_, at) => srv(`sip${String(at)}.a.example`));
    const dns = Object.assign({}, ...many.map((each) => addresses(hostOf(each), '192.0.2.1'))) as Record<
      string,
      DnsScript
    >;
    const { says } = await look(
      { ...dns, [`${srvName} SRV`]: many, [`${srvName} SRV @192.0.2.54`]: [srv('old.a.example')] },
      { resolvers: 2 },
    );
    assert.deepEqual(says, [
      `Two of our resolvers disagree about ${srvName}: 192.0.2.53:53 says sip0.a.example:5061, sip1.a.example:5061, ` +
        'sip2.a.example:5061 and 2 more; 192.0.2.54:53 says old.a.example:5061.',
    ]);
  });

  test('the second one is asked once, whatever the first one said', async () => {
    const found = { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '192.0.2.1') };
    const count = async (dns: NonNullable<NetScript['dns']>): Promise<number> =>
      (await look(dns, { resolvers: 3 })).calls.filter((call) => call.startsWith(srvName)).length;
    assert.deepEqual([await count(found), await count({ [`${srvName} SRV`]: 'dns_nxdomain' })], [2, 2]);
    // The first refuses and the second answers: the first is asked again for its opinion, and has none.
    assert.equal(await count({ ...found, [`${srvName} SRV @192.0.2.53`]: 'dns_refused' }), 3);
  });
});

const hostOf = (record: DnsRecord): string => (record.type === 'SRV' ? record.target : '');

describe('NAPTR (RFC 3263 §4.1)', () => {
  const sip = { profile: 'sip' } as const;
  const under = (name: string): readonly DnsRecord[] => [{ ...srv('sip.a.example'), name }];
  const host = addresses('sip.a.example', '192.0.2.1');

  test('order comes before preference, and decides the transport', async () => {
    const { facts } = await look(
      {
        'a.example NAPTR': [
          naptr('SIP+D2T', 'third.a.example', { order: 20, preference: 1 }),
          naptr('SIPS+D2T', 'second.a.example', { preference: 20 }),
          naptr('SIP+D2T', 'first.a.example', { preference: 5 }),
        ],
        'first.a.example SRV': 'dns_nxdomain',
        'second.a.example SRV': under('second.a.example'),
        ...host,
      },
      sip,
    );
    assert.deepEqual(facts.asked, ['first.a.example', 'second.a.example'], 'and no more than two are asked');
    assert.deepEqual(
      facts.targets.map((each) => `${each.transport} ${each.host}`),
      ['tls sip.a.example'],
    );
  });

  test('that there is none is believed when two say so; the records of the second are followed', async () => {
    const records = {
      'x.a.example SRV': under('x.a.example'),
      '_sips._tcp.a.example SRV': 'dns_nodata' as const,
      '_sip._tcp.a.example SRV': 'dns_nodata' as const,
      'a.example A': 'dns_nodata' as const,
      'a.example AAAA': 'dns_nodata' as const,
      ...host,
    };
    const two = { ...sip, resolvers: 2 };
    const contested = { ...records, 'a.example NAPTR @192.0.2.54': [naptr('SIPS+D2T', 'x.a.example')] };
    const seen = await look(contested, two);
    assert.deepEqual(seen.facts.asked, ['x.a.example']);
    assert.deepEqual(seen.says, [
      'Two of our resolvers disagree about the NAPTR records of a.example: 192.0.2.53:53 has no such record; ' +
        '192.0.2.54:53 says SIPS+D2T x.a.example.',
    ]);
    assert.deepEqual(JSON.parse(JSON.stringify(seen.facts)), seen.facts);
    const naptrOf = ({ calls }: Seen) => calls.filter((call) => call.includes('NAPTR'));
    assert.deepEqual(naptrOf(seen), ['a.example NAPTR @53', 'a.example NAPTR @54']);

    const agreed = await look({ ...records, 'a.example NAPTR': 'dns_nxdomain' }, two);
    assert.deepEqual([agreed.facts.naptrWords, naptrOf(agreed).length], [undefined, 2]);
    for (const nothing of ['dns_servfail', 'dns_refused', 'silence'] as const) {
      const { facts } = await look({ ...records, 'a.example NAPTR @192.0.2.54': nothing }, { ...two, timeoutMs: 160 });
      assert.deepEqual([facts.naptrWords, facts.asked.length], [undefined, 3], nothing);
    }
    const first = await look({ ...records, 'a.example NAPTR': [naptr('SIPS+D2T', 'x.a.example')] }, two);
    assert.deepEqual(naptrOf(first), ['a.example NAPTR @53'], 'an answer of the first is the route');
  });

  test('what is no SRV name of SIP is passed over', async () => {
    const { facts } = await look(
      {
        'a.example NAPTR': [
          naptr('SIPS+D2T', '<b>.a.example'),
          naptr('SIPS+D2T', '.'),
          naptr('SIPS+D2T', 'rewritten.a.example', { regexp: '!^.*$!sip:x!' }),
          naptr('SIPS+D2T', 'terminal.a.example', { flags: 'u' }),
          naptr('E2U+sip', 'enum.a.example'),
        ],
        '_sips._tcp.a.example SRV': under('_sips._tcp.a.example'),
        ...host,
      },
      sip,
    );
    assert.deepEqual(facts.asked, ['_sips._tcp.a.example'], 'the usual names are asked instead');
  });

  test('the names it leads to are without record: the domain itself is tried', async () => {
    const { facts } = await look(
      {
        'a.example NAPTR': [naptr('SIPS+D2T', 'x.a.example'), naptr('SIP+D2U', 'y.a.example')],
        'x.a.example SRV': 'dns_nodata',
        'y.a.example SRV': 'dns_nodata',
        ...addresses('a.example', '192.0.2.1'),
      },
      sip,
    );
    assert.deepEqual(
      [facts.asked, facts.fellBack, facts.targets.map(({ host, transport, port }) => [host, transport, port])],
      [['x.a.example', 'y.a.example'], true, [['a.example', 'tls', 5061]]],
    );
  });

  test('other profiles do not ask for it', async () => {
    const { calls } = await look({ [`${srvName} SRV`]: 'dns_nodata' });
    assert.ok(calls.includes(`${srvName} SRV @53`) && !calls.some((call) => call.includes(' NAPTR')), calls.join());
  });
});

describe('the number of queries', () => {
  const wide: Record<string, DnsScript> = {};
  for (let at = 0; at < 40; at += 1) {
    wide[`h${String(at)}.a.example A`] = [
      { type: 'A', name: `h${String(at)}.a.example`, ttl: 9, address: '192.0.2.1' },
    ];
    wide[`h${String(at)}.a.example AAAA`] = 'dns_nodata';
  }
  const all = Array.from({ length: 40 }, (_, at) => srv(`h${String(at)}.a.example`));

  test('the longest route that is followed takes one less than 64', async () => {
    const { calls, facts } = await look(
      {
        ...wide,
        'a.example NAPTR': [
          naptr('SIPS+D2T', 'x.a.example'),
          naptr('SIP+D2T', 'y.a.example'),
          naptr('SIP+D2U', 'z.a.example'),
        ],
        'x.a.example SRV': 'dns_nodata',
        'y.a.example SRV': 'dns_nodata',
        'z.a.example SRV': all,
      },
      { profile: 'sip', resolvers: 2 },
    );
    assert.equal(calls.length, maxQueries - 1);
    assert.deepEqual(
      facts.targets.filter((each) => each.failure !== null || each.unanswered !== null),
      [],
    );
  });

  test('a resolver that fails makes it no longer: what is left out is unproven', async () => {
    const failing = Object.fromEntries(Object.keys(wide).map((key) => [`${key} @192.0.2.53`, 'dns_servfail' as const]));
    const { calls, facts, says } = await look({ ...wide, ...failing, [`${srvName} SRV`]: all }, { resolvers: 2 });
    assert.equal(calls.length, maxQueries);
    const last = facts.targets.at(-1);
    assert.deepEqual([last?.addresses, last?.failure?.code], [[], 'dns_unreachable']);
    assert.ok(says.includes('No answer about h28.a.example (not asked: 64 queries are enough).'));
  });
});

test('evidence of an earlier version is judged as it was', async () => {
  const { route } = await look({
    [`${srvName} SRV`]: [srv('sip.a.example', { port: 80 })],
    ...addresses('sip.a.example', '192.0.2.1'),
  });
  const { reply, domainExists, words, ...old } = route.observation.facts as RouteFacts;
  assert.ok([reply, domainExists, words].every((each) => each !== undefined));
  const targets = old.targets.map(({ aliasLoop, ...target }) => (assert.equal(aliasLoop, false), target));
  const observation = { ...route.observation, facts: { ...old, targets } };
  assert.deepEqual(
    judgeRoute(observation).map((each) => each.code),
    ['dns_port_unusual'],
  );
  const failed = {
    ...observation,
    facts: { ...old, targets: [], failure: { code: 'dns_nxdomain', detail: '' } },
  } as const;
  assert.deepEqual(
    judgeRoute(failed).map((each) => each.summary),
    missing('the name does not exist'),
  );
});

test('a circle of aliases is said in the words of the partner’s names', async () => {
  const { says, facts } = await look({
    [`${srvName} SRV`]: [alias(srvName, 'b.example'), alias('b.example', srvName)],
  });
  assert.deepEqual(says, [`${srvName} is an alias (CNAME) that leads back to itself.`]);
  assert.deepEqual(facts.failure, { code: 'dns_alias_loop', detail: 'its aliases lead in a circle' });
});

describe('what the clients of a domain are told', () => {
  const clients = {
    'lyncdiscover.a.example A': [
      alias('lyncdiscover.a.example', 'x.a.example'),
      alias('x.a.example', 'webdir.online.lync.com'),
    ],
    'sip.a.example A': Array.from({ length: 5 }, (_, at) => ({
      type: 'A' as const,
      name: 'sip.a.example',
      ttl: 9,
      address: `192.0.2.${String(at)}`,
    })),
    '_sip._tls.a.example SRV': [srv('.')],
    '_xmpp-server._tcp.a.example SRV': [srv('xmpp.a.example', { port: 5269 })],
  };

  test('is asked where the federation record is missing, and kept up to four targets of each', async () => {
    const { facts, says } = await look({ [`${srvName} SRV`]: 'dns_nodata', ...clients });
    assert.deepEqual(facts.clients, [
      { name: 'lyncdiscover.a.example', leadsTo: ['webdir.online.lync.com'] },
      { name: 'sip.a.example', leadsTo: ['192.0.2.0', '192.0.2.1', '192.0.2.2', '192.0.2.3'] },
      { name: '_xmpp-server._tcp.a.example', leadsTo: ['xmpp.a.example'] },
    ]);
    assert.match(
      says[1] ?? '',
      /^a\.example seems to run Microsoft 365 \(worldwide, GCC\): lyncdiscover\.a\.example leads to/,
    );
  });

  test('is not asked where there is a record, where nobody answered, or for other profiles', async () => {
    const good = { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '192.0.2.1') };
    const seen = [
      await look(good),
      await look({ [`${srvName} SRV`]: 'dns_refused' }),
      await look(
        { ...addresses('sip.a.example', '192.0.2.1'), [`${srvName} SRV`]: 'dns_nodata' },
        { route: { host: 'sip.a.example', port: 5061 } },
      ),
    ];
    assert.deepEqual(
      seen.map(({ facts, calls }) => [facts.clients, calls.some((call) => call.startsWith('lyncdiscover'))]),
      seen.map(() => [undefined, false]),
    );
  });

  test('a stranger’s text is made printable', async () => {
    const hostile = { 'lyncdiscover.a.example A': [alias('lyncdiscover.a.example', 'a\u202eb.example')] };
    const { facts } = await look({ [`${srvName} SRV`]: 'dns_nodata', ...hostile });
    assert.deepEqual(facts.clients?.[0]?.leadsTo, ['a?b.example']);
  });
});

describe('a pinned route', () => {
  const seenWith = (route: PinnedRoute, over: Partial<Partner> = {}, dns: Record<string, DnsScript> = {}) =>
    look({ '* SRV': 'dns_nodata', ...addresses('h.example', '192.0.2.1'), ...dns }, { profile: 'sip', route, ...over });
  const placesOf = ({ facts }: Seen) =>
    edgesOf(facts).map(({ transport, address, port }) => `${transport} ${address} ${String(port)}`);

  test('is asked over what the config says; an address needs no DNS', async () => {
    assert.deepEqual(placesOf(await seenWith(pinnedRoute('h.example', undefined, 'udp'))), ['udp 192.0.2.1 5060']);
    assert.deepEqual(placesOf(await seenWith(pinnedRoute('h.example', undefined))), ['tls 192.0.2.1 5061']);
    const literal = await seenWith(pinnedRoute('192.0.2.7', 5070, 'tcp'));
    assert.deepEqual([placesOf(literal), literal.calls], [['tcp 192.0.2.7 5070'], ['_sip._tcp.a.example SRV @53']]);
  });

  test('is compared with the record of its service: one query to one server, none for Direct Routing and canaries', async () => {
    const asked = async (transport: 'tls' | 'tcp' | 'udp', over: Partial<Partner>) =>
      (await seenWith(pinnedRoute('192.0.2.7', undefined, transport), { ...over })).calls;
    assert.deepEqual(await asked('tls', {}), ['_sips._tcp.a.example SRV @53']);
    assert.deepEqual(await asked('udp', {}), ['_sip._udp.a.example SRV @53']);
    assert.deepEqual(await asked('tls', { profile: 'microsoft-federation' }), [`${srvName} SRV @53`]);
    assert.deepEqual(await asked('tls', { profile: 'direct-routing' }), []);
    assert.deepEqual(await asked('tls', { domain: 'canary' }), []);
  });

  test('without an answer nothing is compared, and nothing is unproven', async () => {
    for (const answer of ['dns_servfail', 'dns_refused', 'dns_nxdomain', 'silence'] as const) {
      const { facts, says } = await seenWith(pinnedRoute('h.example', 5061), { timeoutMs: 160 }, { '* SRV': answer });
      assert.deepEqual([facts.published, says], [undefined, []], answer);
    }
  });

  test('of the record four targets are kept, and the pinned one is found behind them', async () => {
    const record = (target: string): DnsRecord => ({ ...srv(target), name: '_sips._tcp.a.example' });
    const others = ['a', 'b', 'c', 'd'].map((each) => record(`${each}.a.example`));
    const dns = { '_sips._tcp.a.example SRV': [...others, record('h.example')] };
    const { facts, says } = await seenWith(pinnedRoute('h.example', 5061), {}, dns);
    assert.deepEqual([facts.published?.targets.length, facts.published?.isPinned, says], [4, true, []]);
    const moved = await seenWith(
      pinnedRoute('h.example', 5061),
      {},
      { '_sips._tcp.a.example SRV': others.slice(0, 1) },
    );
    assert.deepEqual(moved.says, ['Our config pins h.example:5061; _sips._tcp.a.example leads to a.a.example:5061.']);
  });
});

test('an alias that leads to nothing is a failure of its own, of the record and of a target', async () => {
  const only = await look({ [`${srvName} SRV`]: [alias(srvName, 'b.example')] });
  assert.deepEqual([only.facts.failure?.code, only.facts.domainExists], ['dns_alias_only', true]);
  assert.deepEqual(only.says, missing('it is an alias that leads to no such record'));
  const target = async (end: string) => {
    const records = [alias('sip.a.example', end)];
    const { facts } = await look({
      [`${srvName} SRV`]: [srv('sip.a.example')],
      'sip.a.example A': records,
      'sip.a.example AAAA': records,
    });
    return facts.targets[0]?.failure?.code;
  };
  assert.deepEqual([await target('b.example'), await target('sip.a.example')], ['dns_alias_only', 'dns_alias_loop']);
});
