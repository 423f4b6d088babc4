import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import type { Observation } from '../../src/federation/observation.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import type { DnsServer } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { review } from '../../src/probe/review.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { partner } from './examination.ts';
import { Shared } from './program.ts';
import { keyOf, servedBy, startSigning, startUnbound } from './unbound.ts';

// What a resolver that verifies says about zones that a real signer signed: AD, nothing, and SERVFAIL.

const service = '_sipfederationtls._tcp';
const records = `
${service} SRV 0 0 5061 sip
sip A 127.0.0.1`;
const zones = {
  'signed.example': records,
  'wrong-key.example': records,
  'unsigned.example': records,
  'empty.example': '',
  'circle.example': `
${service} CNAME elsewhere
elsewhere CNAME ${service}`,
};
const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });

const dayMs = 86_400_000;
const in2040 = Date.UTC(2040, 0, 1);
const clockAt = (ms: number): Clock => ({ ...systemClock, wall: () => ms });
/** As `val-override-date` wants it. */
const unboundTime = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:TZ]|\.\d+/g, '');

let tools: readonly [Tool, Tool];
const shared = new Shared(async () => {
  const knot = await startSigning(tools[0], zones);
  const authority = knot.serves;
  const keys = await Promise.all(['signed.example', 'empty.example'].map((name) => keyOf(authority, name)));
  const right = keys.filter((key) => key !== null);
  // A DS record that fits no key: what a registrar holds after a change of keys that nobody told it.
  const wrong = `wrong-key.example. IN DS 12345 13 2 ${'ab'.repeat(32)}`;
  // The authority refuses to speak of the last one: a lame delegation.
  const common = { zones: servedBy(authority, [...Object.keys(zones), 'lame.example']) };
  const today = await startUnbound(tools[1], { ...common, anchors: [...right, wrong] });
  // Signatures are made for two weeks: in 2040 they have expired.
  const later = await startUnbound(tools[1], { ...common, anchors: right, today: unboundTime(in2040) });
  // A day before the end of the two weeks; knot renews a day and a half before.
  const late = await startUnbound(tools[1], { ...common, anchors: right, today: unboundTime(Date.now() + 13 * dayMs) });
  const trusting = await startUnbound(tools[1], { ...common, anchors: [] });
  return [today, later, late, trusting, knot] as const;
});
after(() => shared.stop());

interface Rig {
  readonly today: DnsServer;
  readonly later: DnsServer;
  readonly late: DnsServer;
  readonly trusting: DnsServer;
}

async function rigFor(t: TestContext): Promise<Rig | null> {
  const found = await needs(t, 'knotd', 'unbound');
  if (found === null) return null;
  tools = found;
  const [today, later, late, trusting] = await shared.for(t);
  return { today: today.serves, later: later.serves, late: late.serves, trusting: trusting.serves };
}

const look = (domain: string, ...servers: readonly DnsServer[]) => lookAt(systemClock, domain, servers);

/** What is said when our clock shows this. */
async function lookAt(clock: Clock, domain: string, servers: readonly DnsServer[]) {
  const settings = { dns: { servers }, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
  const route = await examineRoute(partner(domain), 0, settings, { net, clock });
  const { reply } = (route.observation as Observation<RouteFacts>).facts;
  const { state, routeFindings } = review(route, new Map());
  return {
    state,
    codes: routeFindings.map((each) => each.code),
    because: routeFindings[0]?.args['because'] ?? null,
    said: reply === undefined || reply === null ? null : `${reply.rcode} ${reply.dnssec}`,
    lifetime: reply?.signed == null ? null : Date.parse(reply.signed.expiration) - Date.parse(reply.signed.inception),
    zone: reply?.zone ?? null,
  };
}

// Two weeks, and the hour and a half that knot dates them back.
const signed = { lifetime: 14 * dayMs + 5_400_000 };
const fine = { state: 'unknown', codes: [], because: null, zone: null, lifetime: null };
const bogus = { ...fine, state: 'unreachable', codes: ['dns_dnssec_bogus'], said: 'SERVFAIL bogus', ...signed };

test('a signed zone is secure, one without trust anchor is not', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  assert.deepEqual(await look('signed.example', rig.today), { ...fine, said: 'NOERROR secure', ...signed });
  assert.deepEqual(await look('unsigned.example', rig.today), { ...fine, said: 'NOERROR insecure', ...signed });
  assert.deepEqual(await look('signed.example', rig.trusting), { ...fine, said: 'NOERROR insecure', ...signed });
});

test('a no is verified, too, and names its zone', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  assert.deepEqual(await look('empty.example', rig.today), {
    ...fine,
    state: 'unreachable',
    codes: ['dns_srv_missing'],
    because: 'the domain exists, the record does not',
    said: 'NXDOMAIN secure',
    zone: { name: 'empty.example', negativeTtl: 60 },
    ...signed,
  });
});

test('a wrong key and expired signatures are bogus, with one resolver and with two', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  assert.deepEqual(await look('wrong-key.example', rig.today), bogus);
  // By our own clock they have not expired, so the reason stays open.
  assert.deepEqual(await look('signed.example', rig.later), bogus);
  assert.deepEqual(await look('signed.example', rig.later, rig.later), bogus);
  for (const domain of ['signed.example', 'empty.example']) {
    const { because, ...seen } = await lookAt(clockAt(in2040), domain, [rig.later]);
    assert.deepEqual({ ...seen, because: null }, bogus, domain);
    assert.match(String(because), /^the signatures expired at 20\d\d-\d\d-\d\d \d\d:\d\d UTC$/, domain);
  }
});

test('signatures that still verify and are late to be renewed', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const now = Date.now();
  const secure = { ...fine, said: 'NOERROR secure', ...signed };
  assert.deepEqual(await lookAt(clockAt(now + 13 * dayMs), 'signed.example', [rig.late]), {
    ...secure,
    codes: ['dns_signatures_expiring'],
  });
  assert.deepEqual(await lookAt(clockAt(now + 12 * dayMs), 'signed.example', [rig.late]), secure);
});

test('a resolver that verifies and one that does not disagree about a bogus zone', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const disagreed = { ...fine, codes: ['dns_resolvers_disagree'], said: 'NOERROR insecure', ...signed };
  assert.deepEqual(await look('wrong-key.example', rig.today, rig.trusting), disagreed);
  assert.deepEqual(await look('wrong-key.example', rig.trusting, rig.today), disagreed);
  assert.deepEqual(await look('signed.example', rig.today, rig.trusting), {
    ...fine,
    said: 'NOERROR secure',
    ...signed,
  });
});

test('aliases in a circle are no bogus zone', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const { state, codes } = await look('circle.example', rig.today);
  // unbound does not say why it gives up; what an authoritative server says stands in dns.test.ts.
  assert.deepEqual([state, ...codes], ['unknown', 'dns_servfail_alone']);
});

test('a lame delegation is the partner’s only when two resolvers meet it', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const alone = await look('lame.example', rig.today);
  assert.deepEqual([alone.state, alone.codes], ['unknown', ['dns_servfail_alone']]);
  const both = await look('lame.example', rig.today, rig.trusting);
  assert.deepEqual([both.state, both.codes], ['unreachable', ['dns_servfail']]);
});
