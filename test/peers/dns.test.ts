import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { DnsAnswer, DnsServer, Net, RecordType } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { edgesOf, type RouteFacts } from '../../src/probe/dns/facts.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { review } from '../../src/probe/review.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { partner } from './examination.ts';
import { startKnot } from './knot.ts';
import { startNsd } from './nsd.ts';
import { Shared } from './program.ts';

// What a real authoritative server says, and what we make of it: answers, the four kinds of "no", and answers that do
// not fit into a datagram.

const service = '_sipfederationtls._tcp';
const longLabel = 'a-host-name-that-is-longer-than-most-and-fills-the-answer';
const many = (count: number, records: (at: string) => string): string =>
  Array.from({ length: count }, (_, at) => records(String(at))).join('\n');

const zones = {
  'good.example': `
${service} SRV 20 10 5062 sip2
${service} SRV 10 50 5061 SIP
sip A 127.0.0.1
sip A 127.0.0.2
sip AAAA ::1
sip2 60 A 127.0.0.3`,
  'alias.example': `
${service} SRV 0 0 5061 sip
sip CNAME edge
edge CNAME pool
pool A 127.0.0.1`,
  'moved.example': `
${service} CNAME elsewhere
elsewhere SRV 0 0 5061 sip
sip A 127.0.0.1`,
  'dangling.example': `
${service} SRV 0 0 5061 sip
sip CNAME edge.hoster.example.`,
  'circle.example': `
${service} CNAME elsewhere
elsewhere CNAME ${service}`,
  'half-circle.example': `
${service} SRV 10 0 5061 sip
sip CNAME edge
edge CNAME sip`,
  'half.example': `
${service} SRV 10 0 5061 sip
${service} SRV 20 0 5061 gone
sip A 127.0.0.1`,
  'nodata.example': `
${service} TXT "no SRV here"`,
  'nxdomain.example': '',
  'cloud.example': `
lyncdiscover CNAME webdir.online.lync.com.
sip CNAME sipdir.online.lync.com.
_sip._tls SRV 100 1 443 sipdir.online.lync.com.
_xmpp-server._tcp SRV 0 0 5269 xmpp`,
  'inside.example': `
${service} SRV 10 0 5061 sip
sip A 10.1.2.3
sip A 127.0.0.1
sip AAAA fd00::1`,
  'new.example': 'sip A 127.0.0.1',
  'new-host.example': `${service} SRV 0 0 5061 sip`,
  'moving.example': `
${service} SRV 0 0 5061 old
old A 127.0.0.1`,
  'both.example': `
${service} SRV 0 0 5061 sip
sip A 127.0.0.1`,
  'declined.example': `
${service} SRV 0 0 0 .`,
  'foreign.example': `
${service} SRV 0 0 5061 sip.good.example.`,
  'itself.example': `
${service} SRV 0 0 5061 @
@ A 127.0.0.1`,
  'voice.example': `
@ NAPTR 20 10 "s" "SIP+D2T" "" _sip._tcp
@ NAPTR 10 20 "S" "sips+d2t" "" lines
@ NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
lines SRV 0 0 5061 sip
_sip._tcp SRV 0 0 5060 sip
sip A 127.0.0.1`,
  'datagram.example': `
@ NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
_sip._udp SRV 0 0 5060 sip
sip A 127.0.0.1`,
  'call.example': `
lines SRV 0 0 5061 sip
sip A 127.0.0.1`,
  'broken.example': null,
  'big.example': `
${many(28, (at) => `${service} SRV 10 0 5061 ${longLabel}-${at}\n${longLabel}-${at} A 127.0.0.1`)}`,
  'huge.example': `
${many(40, (at) => `${service} SRV 10 0 5061 ${longLabel}-${at}`)}
${many(40, (at) => `${longLabel}-${at} A 127.0.0.1`)}
${many(9, (at) => `${longLabel}-0 A 127.0.1.${at}`)}`,
};
const second = {
  'moving.example': `${service} SRV 0 0 5061 new\nnew A 127.0.0.1`,
  'both.example': `${service} SRV 10 9 5061 SIP\nsip A 127.0.0.1`,
  'call.example': `@ NAPTR 10 10 "s" "SIPS+D2T" "" lines\nlines SRV 0 0 5061 sip\nsip A 127.0.0.1`,
  'unknown.example': `${service} SRV 0 0 5061 sip\nsip A 127.0.0.1`,
  'new.example': `${service} SRV 0 0 5061 sip\nsip A 127.0.0.1`,
  'new-host.example': `${service} SRV 0 0 5061 sip\nsip A 127.0.0.1`,
};

const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
let tools: readonly [Tool, Tool];
const shared = new Shared(async () => [await startKnot(tools[0], zones), await startNsd(tools[1], second)] as const);
after(() => shared.stop());

interface Rig {
  readonly knot: DnsServer;
  readonly nsd: DnsServer;
}

async function rigFor(t: TestContext): Promise<Rig | null> {
  const found = await needs(t, 'knotd', 'nsd');
  if (found === null) return null;
  tools = found;
  const [knot, nsd] = await shared.for(t);
  return { knot: knot.serves, nsd: nsd.serves };
}

/** An answer without its server, or the code of the failure. */
async function asked(server: DnsServer, type: RecordType, name: string): Promise<Omit<DnsAnswer, 'server'> | string> {
  try {
    const { server: from, ...answer } = await net.ask(server, { name, type }, AbortSignal.timeout(5_000));
    assert.deepEqual(from, server);
    return answer;
  } catch (error) {
    assert.ok(error instanceof NetworkFailure, String(error));
    return error.failure.code;
  }
}

/** What the route of a domain looks like and which findings it brings, with nothing known about its edges. */
async function routeOf(
  domain: string,
  servers: readonly DnsServer[],
  more: Parameters<typeof partner>[1] = {},
  by: Net = net,
) {
  const dns = { servers, ours: 'microsoft-365', allow: ['127.0.0.0/8', '::1'] } as const;
  const settings = { dns, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
  const route = await examineRoute(partner(domain, more), 0, settings, { net: by, clock: systemClock });
  const { state, cause, consequences, routeFindings, layers } = review(route, new Map());
  const notes = routeFindings.filter((each) => each.severity === 'note' && each !== cause);
  return {
    state,
    dns: layers.dns,
    codes: [...(cause === null ? [] : [cause]), ...consequences, ...notes].map((each) => each.code),
    edges: edgesOf(route.observation.facts as RouteFacts).map((edge) => `${edge.host}:${edge.port} ${edge.address}`),
  };
}

test('records come with their times to live, names in lower case', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const plain = { overTcp: false, authoritative: true, authenticated: false, dropped: 0 };
  const srv = await asked(rig.knot, 'SRV', `${service}.GOOD.example`);
  assert.ok(typeof srv === 'object');
  const records = srv.records.toSorted((a, b) => (a.type === 'SRV' && b.type === 'SRV' ? a.priority - b.priority : 0));
  const common = { type: 'SRV', name: `${service}.good.example`, ttl: 300 };
  assert.deepEqual(
    { ...srv, records },
    {
      ...plain,
      records: [
        { ...common, priority: 10, weight: 50, port: 5061, target: 'sip.good.example' },
        { ...common, priority: 20, weight: 10, port: 5062, target: 'sip2.good.example' },
      ],
    },
  );
  assert.deepEqual(await asked(rig.knot, 'A', 'sip2.good.example'), {
    ...plain,
    records: [{ type: 'A', name: 'sip2.good.example', ttl: 60, address: '127.0.0.3' }],
  });
  assert.deepEqual(await asked(rig.knot, 'AAAA', 'sip.good.example'), {
    ...plain,
    records: [{ type: 'AAAA', name: 'sip.good.example', ttl: 300, address: '::1' }],
  });
  assert.deepEqual(await asked(rig.knot, 'A', 'sip.alias.example'), {
    ...plain,
    records: [
      { type: 'CNAME', name: 'sip.alias.example', ttl: 300, target: 'edge.alias.example' },
      { type: 'CNAME', name: 'edge.alias.example', ttl: 300, target: 'pool.alias.example' },
      { type: 'A', name: 'pool.alias.example', ttl: 300, address: '127.0.0.1' },
    ],
  });
});

test('every kind of "no" has its own name', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const said = {
    nodata: await asked(rig.knot, 'SRV', `${service}.nodata.example`),
    emptyNode: await asked(rig.knot, 'SRV', '_tcp.good.example'),
    nxdomain: await asked(rig.knot, 'SRV', `${service}.nxdomain.example`),
    notServed: await asked(rig.knot, 'SRV', `${service}.unknown.example`),
    broken: await asked(rig.knot, 'SRV', `${service}.broken.example`),
    nobody: await asked({ address: '127.0.0.1', port: await freePort() }, 'SRV', `${service}.good.example`),
    nsdNodata: await asked(rig.nsd, 'AAAA', 'sip.unknown.example'),
    nsdNxdomain: await asked(rig.nsd, 'A', 'gone.unknown.example'),
    nsdNotServed: await asked(rig.nsd, 'A', 'sip.good.example'),
  };
  assert.deepEqual(said, {
    nodata: 'dns_nodata',
    emptyNode: 'dns_nodata',
    nxdomain: 'dns_nxdomain',
    notServed: 'dns_refused',
    broken: 'dns_servfail',
    nobody: 'dns_unreachable',
    nsdNodata: 'dns_nodata',
    nsdNxdomain: 'dns_nxdomain',
    nsdNotServed: 'dns_refused',
  });
});

test('an answer too long for a datagram is fetched whole over TCP', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const answer = await asked(rig.knot, 'SRV', `${service}.big.example`);
  assert.ok(typeof answer === 'object');
  assert.deepEqual(
    { ...answer, records: answer.records.length },
    { overTcp: true, authoritative: true, authenticated: false, dropped: 0, records: 28 },
  );
  const targets = answer.records.map((each) => (each.type === 'SRV' ? each.target : each.type));
  assert.deepEqual(
    targets.toSorted(),
    Array.from({ length: 28 }, (_, at) => `${longLabel}-${String(at)}.big.example`).toSorted(),
  );
});

test('routes that lead somewhere: order, both families, aliases', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const good = await routeOf('good.example', [rig.knot]);
  assert.deepEqual(
    { ...good, edges: good.edges.toSorted() },
    {
      state: 'unknown',
      dns: 'proven',
      codes: [],
      edges: [
        'sip.good.example:5061 127.0.0.1',
        'sip.good.example:5061 127.0.0.2',
        'sip.good.example:5061 ::1',
        'sip2.good.example:5062 127.0.0.3',
      ],
    },
  );
  assert.equal(good.edges.at(-1), 'sip2.good.example:5062 127.0.0.3', 'the lower priority comes first');
  assert.deepEqual(await routeOf('alias.example', [rig.knot]), {
    state: 'unknown',
    dns: 'proven',
    codes: ['dns_target_alias'],
    edges: ['sip.alias.example:5061 127.0.0.1'],
  });
  assert.deepEqual(await routeOf('moved.example', [rig.knot]), {
    state: 'unknown',
    dns: 'proven',
    codes: [],
    edges: ['sip.moved.example:5061 127.0.0.1'],
  });
  const [big, huge] = [await routeOf('big.example', [rig.knot]), await routeOf('huge.example', [rig.knot])];
  assert.deepEqual([big.codes, big.edges.length], [[], 28]);
  assert.deepEqual(huge.codes, ['dns_capped'], 'what is left out is said');
});

test('routes that are broken: one code each and no other', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const expected: Readonly<Record<string, readonly string[]>> = {
    'nodata.example': ['unreachable', 'dns_srv_missing'],
    'nxdomain.example': ['unreachable', 'dns_srv_missing'],
    'cloud.example': ['unknown', 'dns_srv_not_needed', 'dns_client_records'],
    'inside.example': ['unknown', 'dns_private_address'],
    'declined.example': ['unreachable', 'dns_declined'],
    'dangling.example': ['unreachable', 'dns_no_address', 'dns_target_alias'],
    'circle.example': ['unreachable', 'dns_alias_loop'],
    'half-circle.example': ['unreachable', 'dns_alias_loop', 'dns_target_alias'],
    'half.example': ['unknown', 'dns_target_without_address'],
    'foreign.example': ['misconfigured', 'dns_srv_foreign'],
    'itself.example': ['unknown', 'dns_srv_shape'],
    'broken.example': ['unknown', 'dns_servfail_alone'],
    'unknown.example': ['unknown', 'dns_resolver_silent'],
  };
  const seen: Record<string, readonly string[]> = {};
  for (const domain of Object.keys(expected)) {
    const { state, codes } = await routeOf(domain, [rig.knot]);
    seen[domain] = [state, ...codes];
  }
  assert.deepEqual(seen, expected);
  // Two resolvers that agree are believed.
  const agreed = await routeOf('broken.example', [rig.knot, rig.knot]);
  assert.deepEqual([agreed.state, ...agreed.codes], ['unreachable', 'dns_servfail']);
});

test('profile sip: NAPTR decides name and transport', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  assert.deepEqual(await routeOf('voice.example', [rig.knot], { profile: 'sip' }), {
    state: 'unknown',
    dns: 'proven',
    codes: [],
    edges: ['sip.voice.example:5061 127.0.0.1'],
  });
  const { dns, codes, edges } = await routeOf('datagram.example', [rig.knot], { profile: 'sip' });
  assert.deepEqual([dns, codes, edges], ['proven', ['dns_udp_only'], ['sip.datagram.example:5060 127.0.0.1']]);
});

test('two servers that tell different things about a zone, and two that tell the same', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const at = async (...servers: readonly DnsServer[]) => (await routeOf('moving.example', servers)).codes;
  assert.deepEqual(await at(rig.knot, rig.nsd), ['dns_resolvers_disagree']);
  assert.deepEqual(await at(rig.nsd, rig.knot), ['dns_resolvers_disagree']);
  assert.deepEqual(await at(rig.knot, rig.knot), []);
  assert.deepEqual((await routeOf('both.example', [rig.knot, rig.nsd])).codes, []);
});

test('a resolver that is dead, refuses or fails lets the next one speak; one that says no has answered', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const nobody = { address: '127.0.0.1', port: await freePort() };
  const found = { state: 'unknown', dns: 'proven', codes: [], edges: ['sip.unknown.example:5061 127.0.0.1'] };
  assert.deepEqual(await routeOf('unknown.example', [nobody, rig.nsd]), found);
  assert.deepEqual(await routeOf('unknown.example', [rig.knot, rig.nsd]), found);
  assert.deepEqual((await routeOf('unknown.example', [nobody])).codes, ['dns_resolver_silent']);
  assert.deepEqual((await routeOf('nxdomain.example', [rig.knot, nobody])).codes, ['dns_srv_missing']);
});

test('a no is believed when both say it, and not when one has what the other misses', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  for (const domain of ['new.example', 'new-host.example']) {
    const edges = [`sip.${domain}:5061 127.0.0.1`];
    const disputed = { state: 'unknown', dns: 'proven', codes: ['dns_resolvers_disagree'], edges };
    assert.deepEqual(await routeOf(domain, [rig.knot, rig.nsd]), disputed);
    assert.deepEqual((await routeOf(domain, [rig.nsd, rig.knot])).edges, edges);
  }
  const call = await routeOf('call.example', [rig.knot, rig.nsd], { profile: 'sip' });
  assert.deepEqual([call.codes, call.edges], [['dns_resolvers_disagree'], ['sip.call.example:5061 127.0.0.1']]);
  const alone = await routeOf('call.example', [rig.knot, rig.knot], { profile: 'sip' });
  assert.deepEqual([alone.codes, alone.edges], [['dns_srv_missing'], []]);
  const both = await routeOf('new.example', [rig.knot, rig.knot]);
  assert.deepEqual([both.state, both.codes], ['unreachable', ['dns_srv_missing', 'dns_client_records']]);
  const hosts = await routeOf('new-host.example', [rig.knot, rig.knot]);
  assert.deepEqual([hosts.state, hosts.codes], ['unreachable', ['dns_no_address']]);
});
