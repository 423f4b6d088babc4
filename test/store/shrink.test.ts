import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../src/federation/failure.ts';
import type { EdgeEvidence, RouteEvidence } from '../../src/federation/observation.ts';
import { edgeId } from '../../src/federation/edge.ts';
import { maxAuthorities, maxPresented } from '../../src/net/server-flight.ts';
import { edgesOf, type RouteFacts } from '../../src/probe/dns/facts.ts';
import { review } from '../../src/probe/review.ts';
import type { RecordedFlight, TlsFacts } from '../../src/probe/tls/facts.ts';
import { createDecoder, encoded, mostValueBytes } from '../../src/store/codec.ts';
import { isEdgeEvidence, isRouteEvidence } from '../../src/store/shape.ts';
import * as made from '../metrics/made-up.ts';

// The sizes here are what is left when every cap of the rooms below is reached, and more.

const wide = '𝄞'.repeat(200);
const label = 'a'.repeat(63);
const failure: Failure = { code: 'dns_timeout', detail: wide };
const partner = made.partner('a.example');

function longHost(number: number): string {
  return `${label}.${label}.${label}.${'b'.repeat(40)}${String(number).padStart(3, '0')}.a.example`;
}

function hostileRoute(targets: number, addresses: number): RouteEvidence {
  const plain = made.routeEvidence(partner, []);
  const facts: RouteFacts = {
    ...(plain.observation.facts as RouteFacts),
    invalidTargets: Array.from({ length: 30 }, () => wide),
    targets: Array.from({ length: targets }, (_, at) => ({
      host: longHost(at),
      port: 5061,
      transport: 'tls',
      priority: 1,
      weight: 1,
      ttl: 1,
      addresses: Array.from({ length: addresses }, (_each, next) => `2001:db8:1111:2222:3333:4444:${at}:${next}`),
      droppedAddresses: 0,
      failure,
      unanswered: { family: 'A', failure },
      isAlias: false,
    })),
  };
  const steps = facts.targets.flatMap(({ host }) =>
    ['A', 'AAAA'].map((type) => ({
      name: 'address_lookup' as const,
      target: `${host} ${type}`,
      startedMs: 1234.567,
      tookMs: 1234.567,
      failure: type === 'A' ? failure : null,
    })),
  );
  const observation = { ...plain.observation, steps: [...plain.observation.steps, ...steps], facts };
  return { ...plain, observation, edges: edgesOf(facts) };
}

function read<T>(text: string, is: (body: unknown) => body is T): T & { readonly shrunk?: true } {
  const value = createDecoder().decode(text, is);
  assert.ok(value !== null);
  return value as T & { readonly shrunk?: true };
}

function verdict(route: RouteEvidence, edges: readonly EdgeEvidence[] = []) {
  const { state, cause } = review(route, new Map(edges.map((each) => [edgeId(each.edge), each])));
  return { state, cause };
}

for (const [targets, addresses] of [
  [30, 8],
  [30, 1],
  [10, 8],
  [30, 0],
] as const) {
  test(`a route of ${String(targets)} targets with ${String(addresses)} addresses each, all as long as can be, is kept with all its edges`, () => {
    const route = hostileRoute(targets, addresses);
    const whole = Buffer.byteLength(JSON.stringify(route));
    assert.ok(whole > mostValueBytes, `${String(whole)} bytes`);
    const text = encoded.route(route);
    assert.ok(Buffer.byteLength(text) <= mostValueBytes);
    const kept = read(text, isRouteEvidence);
    assert.equal(kept.shrunk, true);
    assert.deepEqual(kept.edges, route.edges);
    const facts = kept.observation.facts as RouteFacts;
    assert.deepEqual(edgesOf(facts), route.edges);
    assert.equal(verdict(kept).state, verdict(route).state);
  });
}

test('what is left out of a route is said to be left out', () => {
  const route = hostileRoute(30, 8);
  const { targets, droppedTargets } = read(encoded.route(route), isRouteEvidence).observation.facts as RouteFacts;
  const droppedAddresses = targets.reduce((sum, each) => sum + each.droppedAddresses, 0);
  assert.deepEqual(
    { kept: targets.length, droppedTargets, droppedAddresses },
    { kept: 4, droppedTargets: 26, droppedAddresses: 0 },
  );
});

test('a chain of large certificates is kept as its leaf, with the same verdict', () => {
  const edge = made.edge('sip.a.example', '192.0.2.1');
  const names = { dns: Array.from({ length: 100 }, (_, at) => longHost(at)), uri: [], ip: [] };
  const chain = [0, 1, 2, 3, 4, 5].map(() => made.certificate('other.example', { names, namesTotal: 100 }));
  const evidence = made.edgeEvidence(edge, { tls: { chain } });
  const kept = read(encoded.edge(evidence), isEdgeEvidence);
  assert.equal(kept.shrunk, true);
  const facts = kept.observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts;
  assert.deepEqual(facts.chain, [chain[0]]);
  const route = made.routeEvidence(partner, [edge]);
  assert.deepEqual(verdict(route, [kept]), verdict(route, [evidence]));
});

test('a leaf that is too large by itself is not taken for one of another name', () => {
  const edge = made.edge('sip.a.example', '192.0.2.1');
  const dns = [...Array.from({ length: 100 }, () => wide), 'sip.a.example'];
  const chain = [made.certificate('sip.a.example', { names: { dns, uri: [], ip: [] }, namesTotal: dns.length })];
  const tls = made.edgeEvidence(edge, {
    tls: { chain },
    sip: { diagnostics: Array.from({ length: 250 }, () => wide) },
  });
  const kept = read(encoded.edge(tls), isEdgeEvidence);
  assert.equal(kept.shrunk, true);
  assert.equal(verdict(made.routeEvidence(partner, [edge]), [kept]).cause?.code, 'tls_names_capped');
});

/** A recorded flight with every name as long and as wide as it is kept. */
const hostileFlight: RecordedFlight = {
  authorities: Array.from({ length: maxAuthorities }, () => wide),
  authoritiesTotal: maxAuthorities,
  presented: Array.from({ length: maxPresented }, (_, at) => ({
    subject: wide,
    fingerprint256: 'AB:'.repeat(31) + 'CD',
    place: at === 0 ? 'leaf' : 'stray',
  })),
  presentedTotal: maxPresented,
  recordedAt: '2026-01-01T00:00:00.000Z',
  why: 'daily',
};

test('a recorded flight is kept whole up to the limit; one octet past it the evidence shrinks, with the same verdict', () => {
  const edge = made.edge('sip.a.example', '192.0.2.1');
  const chain = [made.certificate('sip.a.example'), made.certificate('Issuing', { isCa: true })];
  const padded = (octets: number): EdgeEvidence =>
    made.edgeEvidence(edge, { tls: { chain, flight: hostileFlight }, sip: { reason: 'x'.repeat(octets) } });
  const room = mostValueBytes - Buffer.byteLength(encoded.edge(padded(0)));
  assert.ok(room > 0, `${String(room)} octets are left beside the flight`);
  const text = encoded.edge(padded(room));
  assert.equal(Buffer.byteLength(text), mostValueBytes);
  assert.deepEqual(read(text, isEdgeEvidence), padded(room));
  const shorter = encoded.edge(padded(room + 1));
  assert.ok(Buffer.byteLength(shorter) <= mostValueBytes);
  const kept = read(shorter, isEdgeEvidence);
  assert.equal(kept.shrunk, true);
  const route = made.routeEvidence(partner, [edge]);
  assert.deepEqual(verdict(route, [kept]), verdict(route, [padded(room + 1)]));
});

test('the largest flight beside the largest chain still fits', () => {
  const edge = made.edge('sip.a.example', '192.0.2.1');
  const names = { dns: Array.from({ length: 100 }, () => wide), uri: [], ip: [] };
  const chain = Array.from({ length: 10 }, () => made.certificate('other.example', { names, namesTotal: 100 }));
  const evidence = made.edgeEvidence(edge, { tls: { chain, flight: hostileFlight } });
  assert.ok(Buffer.byteLength(JSON.stringify(evidence)) > 10 * mostValueBytes);
  const text = encoded.edge(evidence);
  assert.ok(Buffer.byteLength(text) <= mostValueBytes);
  const facts = read(text, isEdgeEvidence).observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts;
  assert.equal(facts.chain.length, 1);
  assert.deepEqual([facts.flight?.presentedTotal, facts.flight?.authoritiesTotal], [maxPresented, maxAuthorities]);
});

test('what fits is kept as it is', () => {
  const [route, evidence] = [
    made.routeEvidence(partner, []),
    made.edgeEvidence(made.edge('sip.a.example', '192.0.2.1')),
  ];
  assert.deepEqual(read(encoded.route(route), isRouteEvidence), route);
  assert.deepEqual(read(encoded.edge(evidence), isEdgeEvidence), evidence);
});
