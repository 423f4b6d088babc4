import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import { systemClock } from '../../src/net/clock.ts';
import { clearTextOf, judgeClearText, withClearText } from '../../src/probe/clear-text.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { scriptedNet, type EdgeScript, type NetScript } from '../fakes/scripted-net.ts';
import { aPartner } from '../federation/samples.ts';
import { addresses, answering, certificate } from './scenario.ts';

const settings = settingsOf({
  dns: { servers: [{ address: '192.0.2.53', port: 53 }] },
  identity: { domain: 'mon.example', contact: 'https://mon.example' },
});
const absent = { '_sips._tcp.a.example SRV': 'dns_nodata', '_sip._tcp.a.example SRV': 'dns_nodata' } as const;
const refused: EdgeScript = { connect: 'tcp_refused' };
const answers: EdgeScript = { replies: answering('200 OK') };

/** A domain without SRV record at one address, slot after slot as the service sees it. */
function without(
  edges: Record<string, EdgeScript>,
  dns: NetScript['dns'] = addresses('a.example', '192.0.2.1'),
  datagrams: NetScript['datagrams'] = {},
) {
  const net = scriptedNet({ dns: { ...absent, ...dns }, edges, datagrams });
  const world = { net, clock: systemClock };
  const partner: Partner = aPartner('a.example', { profile: 'sip', timeoutMs: 160 });
  const seen = new Map<string, EdgeEvidence>();
  return {
    seen,
    async slot() {
      const route = withClearText(await examineRoute(partner, 0, settings, world), seen);
      for (const edge of route.edges) seen.set(edgeId(edge), await examineEdge(edge, 0, 160, settings, world));
      return route;
    },
  };
}

const places = (edges: readonly { readonly transport: string; readonly address: string; readonly port: number }[]) =>
  edges.map(({ transport, address, port }) => `${transport} ${address} ${String(port)}`);

describe('a domain without SRV record, slot after slot', () => {
  test('while TLS is spoken nothing is asked in clear text, however broken it is', async () => {
    for (const tls of [
      certificate({ notAfter: '2026-02-01T00:00:00.000Z' }),
      { tls: { failure: 'peer_refused_certificate' as const, chain: certificate({}).tls?.chain ?? [] } },
      { connect: 'egress_denied' as const },
      { connect: 'local_resource' as const },
    ]) {
      const it = without({ '192.0.2.1:5061': tls });
      await it.slot();
      assert.deepEqual(places((await it.slot()).edges), ['tls 192.0.2.1 5061']);
    }
  });

  test('without TLS first TCP, and UDP only when TCP is no SIP server', async () => {
    const stages = ['tls 192.0.2.1 5061', 'tcp 192.0.2.1 5060', 'udp 192.0.2.1 5060'];
    const it = without({ '192.0.2.1:5061': refused, '192.0.2.1:5060': refused }, undefined, {
      '192.0.2.1:5060': { open: 'udp_refused' },
    });
    for (const slot of [1, 2, 3, 3]) assert.deepEqual(places((await it.slot()).edges), stages.slice(0, slot));
    const good = without({ '192.0.2.1:5061': refused, '192.0.2.1:5060': answers });
    for (const slot of [1, 2, 2, 2]) assert.deepEqual(places((await good.slot()).edges), stages.slice(0, slot));
  });

  test('TLS that comes back ends it: the answer in clear text counts no more', async () => {
    const edges = { '192.0.2.1:5061': refused, '192.0.2.1:5060': answers };
    const it = without(edges);
    await it.slot();
    const route = await it.slot();
    const judged = judgeClearText(route, it.seen);
    assert.deepEqual([judged.reason?.code, judged.edges.length], ['sip_clear_text_only', 2]);
    edges['192.0.2.1:5061'] = { ...answers, ...certificate({}) };
    const last = await it.slot();
    assert.deepEqual(
      { ...judgeClearText(last, it.seen), edges: places(judgeClearText(last, it.seen).edges) },
      { reason: null, edges: ['tls 192.0.2.1 5061'] },
    );
    assert.deepEqual(places((await it.slot()).edges), ['tls 192.0.2.1 5061']);
  });

  test('of eight addresses of each family one of each is asked', async () => {
    const all = Array.from({ length: 8 }, (_, at) => String(at + 1));
    const it = without(
      Object.fromEntries([
        ...all.flatMap((at) => [
          [`192.0.2.${at}:5061`, refused] as const,
          [`[2001:db8::${at}]:5061`, refused] as const,
        ]),
        ...['192.0.2.1:5060', '[2001:db8::1]:5060'].map((place) => [place, answers] as const),
      ]),
      {
        'a.example A': all.map((at) => ({ type: 'A', name: 'a.example', ttl: 9, address: `192.0.2.${at}` })),
        'a.example AAAA': all.map((at) => ({ type: 'AAAA', name: 'a.example', ttl: 9, address: `2001:db8::${at}` })),
      },
    );
    const route = await it.slot();
    const families = route.edges.map(({ address }) => address.includes(':'));
    const first = families.includes(true) ? ['192.0.2.1', '2001:db8::1'] : ['192.0.2.1'];
    assert.deepEqual(
      clearTextOf(route).map(({ address }) => address),
      [...first, ...first],
    );
    assert.equal((await it.slot()).edges.length, route.edges.length + first.length);
  });

  test('a record that exists is the route, in whatever state; so is a pinned one', async () => {
    const record = { type: 'SRV', name: '_sips._tcp.a.example', ttl: 9, priority: 1, weight: 1, port: 5061 } as const;
    const it = without(
      { '192.0.2.1:5061': refused },
      {
        '_sips._tcp.a.example SRV': [{ ...record, target: 'sip.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
    );
    await it.slot();
    assert.deepEqual(places((await it.slot()).edges), ['tls 192.0.2.1 5061']);
  });
});
