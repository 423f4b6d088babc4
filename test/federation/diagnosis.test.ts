import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diagnose, maxConsequences, withDrift, type JudgedEdge } from '../../src/federation/diagnosis.ts';
import type { Finding } from '../../src/federation/finding.ts';
import type { StepName } from '../../src/federation/observation.ts';
import { stateOf } from '../../src/probe/registry.ts';
import { anEdge, done, finding } from './samples.ts';

const route = (findings: readonly Finding[] = []) => ({
  steps: [done('srv_lookup'), done('address_lookup')],
  findings,
});

const all: readonly StepName[] = ['tcp_connect', 'tls_handshake', 'admission', 'sip_options'];

/** An edge whose steps up to `upTo` succeeded. */
function edge(host: string, upTo: number, findings: readonly Finding[] = []): JudgedEdge {
  return { edge: anEdge(host), steps: all.slice(0, upTo).map((name) => done(name)), findings };
}

const refused = finding('tcp_refused', 'tcp');
const expired = finding('tls_certificate_expired', 'tls');
const forbidden = finding('sip_forbidden', 'policy');
const expiring = finding('tls_certificate_expiring', 'tls', 'warn');
const denied = finding('egress_denied', 'tcp', 'unproven');
const noFamily = finding('tcp_family_missing', 'tcp', 'note');

function outcome(edges: readonly JudgedEdge[], ofRoute: readonly Finding[] = []) {
  const { state, verdict, cause, consequences } = diagnose(route(ofRoute), edges, stateOf);
  return { state, verdict, cause: cause?.code ?? null, consequences: consequences.map((each) => each.code) };
}

describe('diagnose', () => {
  test('every layer proven on every edge is healthy', () => {
    const diagnosis = diagnose(route(), [edge('a', 4), edge('b', 4)], stateOf);
    assert.equal(diagnosis.state, 'healthy');
    assert.deepEqual(
      diagnosis.edges.map((each) => each.status),
      ['up', 'up'],
    );
    assert.deepEqual(diagnosis.layers, {
      dns: 'proven',
      tcp: 'proven',
      tls: 'proven',
      admission: 'proven',
      sip: 'proven',
      policy: 'not_proven',
    });
  });

  test('no evidence is unknown, never green', () => {
    assert.deepEqual(outcome([edge('a', 0)]), {
      state: 'unknown',
      verdict: 'inconclusive',
      cause: null,
      consequences: [],
    });
    assert.equal(outcome([]).state, 'unknown');
    assert.equal(outcome([edge('a', 3)]).state, 'unknown');
  });

  test('one dead target of two degrades and names the dead one', () => {
    assert.deepEqual(outcome([edge('a', 4), edge('b', 0, [refused])]), {
      state: 'degraded',
      verdict: 'warn',
      cause: 'tcp_refused',
      consequences: [],
    });
  });

  test('when all edges are down the one that got furthest speaks', () => {
    assert.deepEqual(outcome([edge('a', 0, [refused]), edge('b', 4, [expired])]), {
      state: 'misconfigured',
      verdict: 'fail',
      cause: 'tls_certificate_expired',
      consequences: ['tcp_refused'],
    });
  });

  test('within an edge the lowest broken layer is the cause', () => {
    const both = edge('a', 4, [forbidden, expired]);
    assert.deepEqual(outcome([both]), {
      state: 'misconfigured',
      verdict: 'fail',
      cause: 'tls_certificate_expired',
      consequences: ['sip_forbidden'],
    });
  });

  test('a broken rule of the route is the cause even where the edge works', () => {
    const foreign = finding('dns_srv_foreign', 'dns');
    assert.deepEqual(outcome([edge('a', 4)], [foreign]), {
      state: 'misconfigured',
      verdict: 'fail',
      cause: 'dns_srv_foreign',
      consequences: [],
    });
  });

  test('a warning degrades, a note does not', () => {
    assert.equal(outcome([edge('a', 4, [expiring])]).state, 'degraded');
    assert.equal(outcome([edge('a', 4), edge('b', 0, [noFamily])]).state, 'healthy');
  });

  test('what we may not look at is unknown, and a blemish beside a working edge', () => {
    assert.deepEqual(outcome([edge('a', 0, [denied])]), {
      state: 'unknown',
      verdict: 'inconclusive',
      cause: 'egress_denied',
      consequences: [],
    });
    assert.equal(outcome([edge('a', 4), edge('b', 0, [denied])]).state, 'degraded');
  });

  test('a 403 proves SIP and fails policy', () => {
    const { layers, state } = diagnose(route(), [edge('a', 4, [forbidden])], stateOf);
    assert.equal(state, 'refused');
    assert.equal(layers.sip, 'proven');
    assert.equal(layers.policy, 'failed');
  });
});

describe('drift laid over a diagnosis', () => {
  const lost = finding('drift_target_lost', 'dns', 'warn');
  const foreign = finding('drift_provider_changed', 'dns', 'warn');
  const moved = finding('drift_target_moved', 'dns', 'note');
  const over = (edges: readonly JudgedEdge[], drift: readonly Finding[]) => {
    const plain = diagnose(route(), edges, stateOf);
    const { state, cause, consequences, layers, edges: verdicts, routeFindings } = withDrift(plain, drift, stateOf);
    assert.deepEqual([layers, verdicts], [plain.layers, plain.edges], 'nothing is proven or disproven by it');
    assert.deepEqual(routeFindings, drift);
    return { state, cause: cause?.code ?? null, consequences: consequences.map((each) => each.code) };
  };

  test('a warning degrades who was healthy; a note does not', () => {
    assert.deepEqual(over([edge('a', 4)], [moved, lost, foreign]), {
      state: 'degraded',
      cause: 'drift_target_lost',
      consequences: ['drift_provider_changed'],
    });
    assert.deepEqual(over([edge('a', 4)], [moved]), { state: 'healthy', cause: null, consequences: [] });
  });

  test('it hides no other cause, though its layer is lower', () => {
    assert.deepEqual(over([edge('a', 4, [expiring])], [lost]), {
      state: 'degraded',
      cause: 'tls_certificate_expiring',
      consequences: ['drift_target_lost'],
    });
    assert.deepEqual(over([edge('a', 0, [refused])], [lost]), {
      state: 'unreachable',
      cause: 'tcp_refused',
      consequences: ['drift_target_lost'],
    });
  });

  test('consequences stay within their limit', () => {
    const many = Array.from({ length: maxConsequences + 2 }, () => lost);
    assert.equal(over([edge('a', 4)], many).consequences.length, maxConsequences);
  });
});
