import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import { sightOf } from '../../src/probe/sight.ts';
import {
  certificate,
  edge,
  edgeEvidence,
  examinedMs,
  partner,
  routeEvidence,
  type Trouble,
} from '../metrics/made-up.ts';

const who = partner('a.example');
const near = edge('sip.a.example', '192.0.2.1');
const seen = (change: Partial<RouteFacts> = {}, trouble: Trouble = {}, edges = [near]) =>
  sightOf(
    routeEvidence(who, edges, change),
    edges.map((each) => edgeEvidence(each, trouble)),
    true,
  );

test('targets, hosts and certificates of an examination', () => {
  assert.deepEqual(seen(), {
    domain: 'a.example',
    slotMs: examinedMs,
    atMs: examinedMs,
    asked: 'microsoft-federation srv',
    works: true,
    targets: [{ host: 'sip.a.example', port: 5061, transport: 'tls', priority: 0 }],
    hosts: [{ host: 'sip.a.example', addresses: ['192.0.2.1'] }],
    certificates: [
      {
        endpoint: 'sip.a.example:5061',
        issuer: 'C=US, O=DigiCert Inc, CN=DigiCert TLS RSA SHA256 2020 CA1',
        subject: 'CN=sip.a.example',
        names: ['sip.a.example'],
        fingerprint256: 'AB:CD:EF',
        notAfter: '2027-09-01T00:00:00.000Z',
      },
    ],
  });
});

describe('no evidence of a route', () => {
  const word = (server: string, ...targets: string[]) => ({ server, says: 'records' as const, targets });
  const reply = {
    server: '192.0.2.53:53',
    rcode: 'NOERROR',
    authoritative: false,
    dnssec: 'bogus',
    zone: null,
    isAlias: false,
    aliasLoop: false,
  } as const;
  const cases: readonly [string, Partial<RouteFacts>][] = [
    ['the lookup failed', { failure: { code: 'dns_servfail', detail: '' } }],
    ['it was not answered', { failure: { code: 'dns_timeout', detail: '' } }],
    ['there is no record', { failure: { code: 'dns_nxdomain', detail: '' }, targets: [] }],
    ['more targets than are kept', { droppedTargets: 1 }],
    ['a target that is no host name', { invalidTargets: ['?'] }],
    ['the partner declines', { declined: true, targets: [] }],
    ['signatures that do not verify', { reply }],
    ['two resolvers see different things', { words: [word('a', 'x:1'), word('b', 'y:1')] }],
  ];
  for (const [name, change] of cases) test(name, () => assert.equal(seen(change).targets, null));

  test('but two that agree, and the domain itself where there is no record, are', () => {
    assert.ok(seen({ words: [word('a', 'x:1'), word('b', 'x:1')] }).targets);
    assert.ok(seen({ failure: { code: 'dns_nodata', detail: '' }, fellBack: true }).targets);
  });
});

test('addresses count only when all of them are known', () => {
  const target = seen().targets?.[0];
  assert.ok(target);
  const of = (over: Partial<RouteFacts['targets'][number]>) => {
    const whole = { weight: 0, ttl: 300, addresses: ['192.0.2.1'], droppedAddresses: 0, failure: null };
    return seen({ targets: [{ ...target, ...whole, unanswered: null, isAlias: false, ...over }] }).hosts.length;
  };
  const unanswered = { family: 'AAAA', failure: { code: 'dns_timeout', detail: '' } } as const;
  assert.deepEqual([of({}), of({ droppedAddresses: 1 }), of({ unanswered }), of({ addresses: [] })], [1, 0, 0, 0]);
});

test('of a hosting provider only the target is seen', () => {
  const hosted = seen({}, {}, [edge('sipfed.online.lync.com', '198.51.100.1')]);
  assert.deepEqual([hosted.targets?.length, hosted.hosts, hosted.certificates], [1, [], []]);
});

test('a certificate counts only by a handshake that was carried to the end', () => {
  assert.deepEqual(seen({}, { tcp: ['tcp_refused', ''] }).certificates, []);
  assert.deepEqual(seen({}, { tls: { chain: [] } }).certificates, []);
  const evidence = edgeEvidence(near);
  const cut = evidence.observations.map((each) =>
    each.kind === 'tls'
      ? { ...each, steps: each.steps.map((step) => ({ ...step, failure: { code: 'tls_reset', detail: '' } as const })) }
      : each,
  );
  assert.deepEqual(sightOf(routeEvidence(who, [near]), [{ ...evidence, observations: cut }], true).certificates, []);
});

test('names beyond the limit are not compared', () => {
  const names = Array.from({ length: 21 }, (_, at) => `n${String(at)}.example`);
  const namesKept = (count: number) =>
    seen(
      {},
      {
        tls: {
          chain: [certificate('x', { names: { dns: names.slice(0, count), uri: [], ip: [] }, namesTotal: count })],
        },
      },
    ).certificates[0]?.names?.length;
  assert.deepEqual([namesKept(20), namesKept(21)], [20, undefined]);
});
