import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publish } from '../../src/federation/published.ts';
import { isStopped, stopsEdge, stopsPartner, withoutStopped, type Stops } from '../../src/federation/stop.ts';
import { routeEvidence } from '../store/values.ts';
import { anEdge, aPartner } from './samples.ts';

const at = (host: string, port: number | null = null): Stops => ({ all: false, places: [{ host, port }] });
const edge = { ...anEdge('edge.a.example'), address: '192.0.2.1', port: 5061 };
const other = { ...anEdge('other.a.example'), address: '192.0.2.2', port: 5061 };
const partner = aPartner('a.example', {});
const pinned = aPartner('b.example', { route: { host: 'edge.a.example', port: 5061 } });
const route = (...edges: (typeof edge)[]) => ({ ...routeEvidence('a.example', 0, []), edges });

describe('an edge is stopped', () => {
  const rows: readonly (readonly [string, Stops | undefined, boolean])[] = [
    ['by its host', at('edge.a.example'), true],
    ['by its host and port', at('edge.a.example', 5061), true],
    ['not by another port of its host', at('edge.a.example', 5062), false],
    ['by its address', at('192.0.2.1'), true],
    ['by its address and port', at('192.0.2.1', 5061), true],
    ['not by another port of its address', at('192.0.2.1', 443), false],
    ['not by another address', at('192.0.2.2'), false],
    ['not by a host whose end it is', at('a.example'), false],
    ['with everything', { all: true, places: [] }, true],
    ['by nobody', { all: false, places: [] }, false],
    ['not without a switch', undefined, false],
  ];
  for (const [name, stops, expected] of rows) test(name, () => assert.equal(stopsEdge(stops, edge), expected));
});

describe('a partner is stopped', () => {
  const rows: readonly (readonly [string, Stops | undefined, boolean, boolean])[] = [
    ['by its domain', at('a.example'), true, false],
    ['not by its domain at a port: a domain has none', at('a.example', 5061), false, false],
    ['by the host that is pinned', at('edge.a.example'), false, true],
    ['not by another port of the host that is pinned', at('edge.a.example', 443), false, false],
    ['with everything', { all: true, places: [] }, true, true],
    ['not without a switch', undefined, false, false],
  ];
  for (const [name, stops, first, second] of rows) {
    test(name, () => assert.deepEqual([stopsPartner(stops, partner), stopsPartner(stops, pinned)], [first, second]));
  }

  test('when all edges of its route are, and not when one is left', () => {
    const stops = at('edge.a.example');
    assert.equal(isStopped(stops, partner, route(edge)), true);
    assert.equal(isStopped(stops, partner, route(edge, other)), false);
    assert.equal(isStopped(stops, partner, route()), false);
    assert.equal(isStopped(stops, partner, null), false);
    assert.deepEqual(withoutStopped(stops, route(edge, other))?.edges, [other]);
  });

  test('and is unknown for that reason, whatever was known and whether we see', () => {
    const { state, reason } = publish(partner, null, [], 5, { stopped: true });
    assert.deepEqual([state, reason], ['unknown', 'stopped']);
    const window = { partners: ['a.example'], fromMs: 0, untilMs: 10, reason: 'move' };
    assert.equal(publish(partner, null, [window], 5, { stopped: true }).state, 'maintenance');
  });
});
