import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Observation } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { DnsRecord } from '../../src/net/net.ts';
import { edgesOf, type RouteFacts } from '../../src/probe/dns/facts.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { readDiagnostic } from '../../src/probe/sip/diagnostics.ts';
import { contentLength } from '../../src/probe/sip/headers.ts';
import { readHead } from '../../src/probe/sip/message.ts';
import { factsOf } from '../../src/probe/sip/read-facts.ts';
import { MessageStream } from '../../src/probe/sip/stream.ts';
import { answer, ids } from '../corpus/sip/torture.ts';
import { scriptedNet, type DnsScript } from '../fakes/scripted-net.ts';
import { aPartner } from '../federation/samples.ts';
import { naptr } from './dns/scenarios.ts';
import { a, srv, srvName } from './scenario.ts';
import { feed, inPieces } from './sip/feed.ts';

// Caps on what strangers send, each at its limit and one past it. The table of all caps is in SECURITY.md.

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe('routes', () => {
  async function routeOf(dns: Record<string, DnsScript>, over: Partial<Partner> = {}, servers = 1) {
    const net = scriptedNet({ dns: { '* AAAA': 'dns_nodata', ...dns } });
    const resolvers = times(servers, (at) => ({ address: `192.0.2.${String(53 + at)}`, port: 53 }));
    const settings = { dns: { servers: resolvers }, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
    const route = await examineRoute(aPartner('a.example', over), 0, settings, { net, clock: systemClock });
    return { facts: (route.observation as Observation<RouteFacts>).facts, calls: net.calls };
  }

  test('29 targets are followed, the rest is counted', async () => {
    const of = async (count: number) => {
      const targets = times(count, (at) => srv(`h${String(at)}.a.example`));
      const { facts } = await routeOf({ [`${srvName} SRV`]: targets, '* A': [a('x', '192.0.2.1')] });
      return [facts.targets.length, facts.droppedTargets];
    };
    assert.deepEqual(
      [await of(29), await of(30)],
      [
        [29, 0],
        [29, 1],
      ],
    );
  });

  test('8 addresses of a target are kept, the rest is counted', async () => {
    const of = async (count: number) => {
      const addresses = times(count, (at) => a('sip.a.example', `192.0.2.${String(at)}`));
      const { facts } = await routeOf({ [`${srvName} SRV`]: [srv('sip.a.example')], 'sip.a.example A': addresses });
      return [facts.targets[0]?.addresses.length, facts.targets[0]?.droppedAddresses];
    };
    assert.deepEqual(
      [await of(8), await of(9)],
      [
        [8, 0],
        [8, 1],
      ],
    );
  });

  test('32 edges are examined', async () => {
    const of = async (count: number) => {
      const hosts = times(count, (at) => srv(`h${String(Math.floor(at / 8))}.a.example`)).filter(
        (_, at) => at % 8 === 0,
      );
      const dns = Object.fromEntries(
        hosts.map((each, host): [string, DnsRecord[]] => {
          const target = each.type === 'SRV' ? each.target : '';
          const mine = Math.min(8, count - host * 8);
          return [`${target} A`, [...times(mine, (at) => a(target, `192.0.2.${String(host * 8 + at)}`))]];
        }),
      );
      return edgesOf((await routeOf({ [`${srvName} SRV`]: hosts, ...dns })).facts).length;
    };
    assert.deepEqual([await of(32), await of(33)], [32, 32]);
  });

  test('3 services that NAPTR names are asked for', async () => {
    const of = async (count: number) => {
      const services = times(count, (at) => naptr('SIPS+D2T', `s${String(at)}.a.example`, { order: at }));
      const dns = { 'a.example NAPTR': services, '* SRV': 'dns_nodata', '* A': 'dns_nodata' } as const;
      return (await routeOf(dns, { profile: 'sip' })).facts.asked.length;
    };
    assert.deepEqual([await of(3), await of(4)], [3, 3]);
  });

  test('4 targets of a client record are kept', async () => {
    const of = async (count: number) => {
      const addresses = times(count, (at) => a('sip.a.example', `192.0.2.${String(at)}`));
      const { facts } = await routeOf({ [`${srvName} SRV`]: 'dns_nodata', 'sip.a.example A': addresses });
      return facts.clients?.[0]?.leadsTo.length;
    };
    assert.deepEqual([await of(4), await of(5)], [4, 4]);
  });

  test('of 4 targets without address another server is asked', async () => {
    const of = async (count: number) => {
      const targets = times(count, (at) => srv(`h${String(at)}.a.example`));
      const dns = { [`${srvName} SRV`]: targets, '* A': 'dns_nodata' } as const;
      const { calls } = await routeOf(dns, {}, 2);
      return calls.filter((call) => call.endsWith(' A')).length - count;
    };
    assert.deepEqual([await of(4), await of(5)], [4, 4]);
  });
});

describe('SIP', () => {
  const code = (seen: Awaited<ReturnType<typeof feed>>): string | number =>
    seen instanceof NetworkFailure ? seen.failure.code : seen.final.status;

  test('256 kB and 2,048 pieces in one exchange', () => {
    const pushed = (...pieces: readonly string[]): void => {
      const stream = new MessageStream();
      for (const each of pieces) stream.push(each);
    };
    assert.doesNotThrow(() => pushed('\r'.repeat(262_144)));
    assert.throws(() => pushed('\r'.repeat(262_145)), NetworkFailure);
    assert.doesNotThrow(() => pushed(...times(2_048, () => '\r')));
    assert.throws(() => pushed(...times(2_049, () => '\r')), NetworkFailure);
  });

  test('a body of 64 kB is passed over, a longer one is none', () => {
    const length = (octets: number) => contentLength(new Map([['content-length', [String(octets)]]]));
    assert.deepEqual([length(65_536), length(65_537)], [65_536, null]);
  });

  test('a head of 64 kB is read', async () => {
    const of = async (octets: number): Promise<string | number> => {
      const room = octets - answer({ more: ['X: '] }).length;
      const lines = [
        ...times(Math.floor(room / 8_004), () => `X: ${'x'.repeat(7_999)}`),
        `X: ${'x'.repeat(room % 8_004)}`,
      ];
      const text = answer({ more: lines });
      assert.equal(text.length, octets);
      return code(await feed(inPieces(text, 8_192)));
    };
    assert.deepEqual([await of(65_536), await of(65_537)], [200, 'sip_too_large']);
  });

  test('32 other messages come before the answer', async () => {
    const other = answer({
      via: 'Via: SIP/2.0/TLS x;branch=z9hG4bKtheirs',
      callId: 'Call-ID: x',
      from: 'From: <sip:y>;tag=z',
    });
    const of = async (count: number) => code(await feed([...times(count, () => other), answer()]));
    assert.deepEqual([await of(32), await of(33)], [200, 'sip_malformed']);
  });

  test('8 contradicting answers behind the first are told', async () => {
    const of = async (count: number) => {
      const later = times(count, (at) => answer({ line: `SIP/2.0 ${String(400 + at)} No` }));
      const seen = await feed([[answer(), ...later].join('')]);
      assert.ok(!(seen instanceof NetworkFailure));
      return seen.contradicted.length;
    };
    assert.deepEqual([await of(8), await of(9)], [8, 8]);
  });

  test('of diagnostics 8 lines, 8 parameters of each, 64 characters of a name, 100 of a value', () => {
    const kept = (count: number) => {
      const head = readHead(answer({ more: times(count, (at) => `ms-diagnostics: ${String(1_000 + at)}`) }));
      assert.ok(head.kind === 'response');
      const seen = { final: head.response, provisional: 0, contradicted: [] };
      return factsOf({ requestUri: `sip:${ids.callId}` }, seen, 0).diagnostics.length;
    };
    assert.deepEqual([kept(8), kept(9)], [8, 8]);
    const parameters = (count: number) =>
      readDiagnostic(`1;${times(count, (at) => `p${String(at)}=x`).join(';')}`).parameters.length;
    assert.deepEqual([parameters(8), parameters(9)], [8, 8]);
    const named = (length: number) => readDiagnostic(`1;${'p'.repeat(length)}=x`).parameters.length;
    assert.deepEqual([named(64), named(65)], [1, 0]);
    const value = (length: number) => {
      const head = readHead(answer({ more: [`ms-diagnostics: 1;p=${'x'.repeat(length)}`] }));
      assert.ok(head.kind === 'response');
      const seen = { final: head.response, provisional: 0, contradicted: [] };
      return factsOf({ requestUri: 'sip:x' }, seen, 0).decoded?.[0]?.parameters[0]?.value;
    };
    assert.deepEqual([value(100), value(101)], ['x'.repeat(100), `${'x'.repeat(100)}…`]);
  });
});
