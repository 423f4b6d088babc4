import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examineAll } from '../../src/cli/examine-all.ts';
import { systemClock } from '../../src/net/clock.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { aPartner, writer } from '../federation/samples.ts';
import { ownNowMs } from '../processor-time.ts';
import { scriptedNet, type DnsScript } from '../fakes/scripted-net.ts';

test('a partner with as many silent edges as are followed costs its timeout and not more than a second', async () => {
  const addresses = Array.from({ length: 40 }, (_, at) => `192.0.2.${String(at + 1)}`);
  const name = '_sipfederationtls._tcp.a.example';
  const hosts = ['sip1', 'sip2', 'sip3', 'sip4', 'sip5'].map((label) => `${label}.a.example`);
  const dns: Record<string, DnsScript> = {
    [`${name} SRV`]: hosts.map((target) => ({
      type: 'SRV',
      name,
      ttl: 60,
      priority: 1,
      weight: 1,
      port: 5061,
      target,
    })),
  };
  hosts.forEach((host, at) => {
    const some = addresses.slice(at * 8, at * 8 + 8);
    dns[`${host} A`] = some.map((address) => ({ type: 'A', name: host, ttl: 60, address }));
    dns[`${host} AAAA`] = 'dns_nodata';
  });
  const net = scriptedNet({
    dns,
    edges: Object.fromEntries(
      addresses.map((address) => [`${address}:5061`, { tls: { failure: 'silence' as const } }]),
    ),
  });
  const settings = settingsOf({
    dns: { servers: [{ address: '192.0.2.53', port: 53 }] },
    identity: { domain: 'mon.example', contact: 'https://mon.example' },
  });
  const timeoutMs = 1_000;
  const startedMs = ownNowMs();
  const world = { net, clock: systemClock };
  const [report] = await examineAll(
    [aPartner('a.example', { timeoutMs })],
    { vantage: 'test', identity: writer },
    settings,
    world,
    () => undefined,
  );
  const tookMs = ownNowMs() - startedMs;
  assert.equal(report?.state, 'unreachable');
  assert.equal(report.cause?.code, 'tls_silent');
  assert.equal(report.edges.length, 32);
  assert.ok(tookMs < timeoutMs + 1_000, `${String(Math.round(tookMs))} ms`);
  assert.equal(net.open(), 0);
});
