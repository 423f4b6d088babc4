import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../src/federation/failure.ts';
import type { EdgeEvidence, RouteEvidence } from '../../src/federation/observation.ts';
import { edgeId } from '../../src/federation/edge.ts';
import { edgesOf, type RouteFacts } from '../../src/probe/dns/facts.ts';
import { review } from '../../src/probe/review.ts';
import type { TlsFacts } from '../../src/probe/tls/facts.ts';
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

test('what fits is kept as it is', () => {
  const [route, evidence] = [
    made.routeEvidence(partner, []),
    made.edgeEvidence(made.edge('sip.a.example', '192.0.2.1')),
  ];
  assert.deepEqual(read(encoded.route(route), isRouteEvidence), route);
  assert.deepEqual(read(encoded.edge(evidence), isEdgeEvidence), evidence);
});
