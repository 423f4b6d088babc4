import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../../src/net/clock.ts';
import type { DnsRecord } from '../../../src/net/net.ts';
import type { RouteFacts } from '../../../src/probe/dns/facts.ts';
import { maxNameServers, type ZoneMemory } from '../../../src/probe/dns/zone.ts';
import { examineRoute } from '../../../src/probe/examine-route.ts';
import { withKnownZone } from '../../../src/role/known-zone.ts';
import { scriptedNet, type NetScript } from '../../fakes/scripted-net.ts';
import { aPartner } from '../../federation/samples.ts';
import { addresses, srv, srvName } from '../scenario.ts';

const day = 86_400_000;
const domain = 'a.example';
const ns = (...targets: readonly string[]): readonly DnsRecord[] =>
  targets.map((target) => ({ type: 'NS', name: domain, ttl: 60, target }));
const works = { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '192.0.2.1') };
const fails = { [`${srvName} SRV`]: 'dns_servfail' } as const;

/** Looks at the partner at this time, and says which name servers are known and what was asked about them. */
async function look(script: NonNullable<NetScript['dns']>, zones: ZoneMemory | undefined, atMs = 0, of = domain) {
  const net = scriptedNet({ dns: script });
  const asked: string[] = [];
  const ask: typeof net.ask = (server, question, signal) => {
    if (question.type === 'NS') asked.push(question.name);
    return net.ask(server, question, signal);
  };
  const dns = { servers: [{ address: '192.0.2.53', port: 53 }], ...(zones === undefined ? {} : { zones }) };
  const settings = { dns, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
  const world = { net: { ...net, ask }, clock: { ...systemClock, wall: () => atMs } };
  const route = await examineRoute(aPartner(of), atMs, settings, world);
  return { route, asked, servers: (route.observation.facts as RouteFacts).nameServers };
}

describe('who answers for the zone of a partner', () => {
  const told = { 'a.example NS': ns('ns2.one.net', 'ns1.one.net', 'not a name') };
  const servers = ['ns1.one.net', 'ns2.one.net'];

  test('is asked once a day, while the zone answers, and known while it does not', async () => {
    const zones: ZoneMemory = new Map();
    const at = async (script: NonNullable<NetScript['dns']>, atMs: number) => {
      const { asked, servers: known } = await look(script, zones, atMs);
      return [asked.length, known];
    };
    assert.deepEqual(await at(fails, 0), [0, undefined]);
    assert.deepEqual(await at({ ...works, ...told }, 1), [1, servers]);
    assert.deepEqual(await at({ ...works, ...told }, day), [0, servers]);
    assert.deepEqual(await at(fails, 3 * day), [0, servers]);
    assert.deepEqual(await at({ ...works, 'a.example NS': ns('ns.two.net') }, 3 * day + 1), [1, ['ns.two.net']]);
  });

  test('is kept up to 16 names, and no more', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, n) => `ns${String(n).padStart(2, '0')}.one.net`);
    for (const count of [maxNameServers, maxNameServers + 1]) {
      const { servers: known } = await look({ ...works, 'a.example NS': ns(...names(count)) }, new Map());
      assert.deepEqual(known, names(maxNameServers));
    }
  });

  test('is not asked by who does not remember: fedmon check', async () => {
    assert.deepEqual((await look({ ...works, ...told }, undefined)).asked, []);
  });

  test('is asked of the zone above where the domain is none of its own', async () => {
    const zone = (name: string) => ({ no: 'dns_nodata', zone: { name, negativeTtl: 60 } }) as const;
    const below = { '_sipfederationtls._tcp.uc.a.example SRV': [srv('sip.a.example')], ...works, ...told };
    const at = async (name: string) => {
      const { asked, servers: known } = await look(
        { ...below, 'uc.a.example NS': zone(name) },
        new Map(),
        0,
        'uc.a.example',
      );
      return [asked, known];
    };
    assert.deepEqual(await at('a.example'), [['uc.a.example', 'a.example'], servers]);
    assert.deepEqual(await at('b.example'), [['uc.a.example'], undefined]);
    assert.deepEqual(await at('example'), [['uc.a.example'], undefined]);
  });

  test('is asked again soon when nobody answered, and what was known stays', async () => {
    const zones: ZoneMemory = new Map([[domain, { servers, atMs: 0 }]]);
    const { asked, servers: known } = await look({ ...works, 'a.example NS': 'dns_servfail' }, zones, 2 * day);
    assert.deepEqual([asked.length, known, zones.get(domain)?.atMs], [1, servers, 0]);
  });

  test('is read from the evidence before by a worker that began while the zone failed', async () => {
    const { route: before } = await look({ ...works, ...told }, new Map());
    const store = { routes: () => Promise.resolve(new Map([[domain, before]])) };
    const known = async (script: NonNullable<NetScript['dns']>) => {
      const { route } = await look(script, new Map());
      return ((await withKnownZone(route, store)).observation.facts as RouteFacts).nameServers;
    };
    assert.deepEqual(await known(fails), servers);
    assert.equal(await known({ ...works, 'a.example NS': 'dns_servfail' }), undefined);
  });
});
