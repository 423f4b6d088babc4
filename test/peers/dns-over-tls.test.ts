import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Observation } from '../../src/federation/observation.ts';
import { systemClock } from '../../src/net/clock.ts';
import { dnsServerName } from '../../src/net/dns-server.ts';
import type { DnsServer } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { review } from '../../src/probe/review.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { partner } from './examination.ts';
import { startKnot } from './knot.ts';
import { Shared } from './program.ts';
import { servedBy, startUnbound } from './unbound.ts';

// unbound answers over TLS with a certificate of a root that is ours alone.

const program = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const service = '_sipfederationtls._tcp';
const zones = { 'good.example': `${service} SRV 0 0 5061 sip\nsip A 127.0.0.1`, 'empty.example': '' };
const root = await authority('Resolver Root');
const certificate = await leaf({ names: ['dns.test.example'], addresses: ['127.0.0.1'], issuer: root });
const folder = mkdtempSync(join(tmpdir(), 'fedmon-trust-'));
const rootFile = join(folder, 'root.pem');
writeFileSync(rootFile, root.certPem);

let tools: readonly [Tool, Tool];
const shared = new Shared(async () => {
  const knot = await startKnot(tools[0], zones);
  const common = { zones: servedBy(knot.serves, Object.keys(zones)), anchors: [] };
  return [await startUnbound(tools[1], { ...common, certificate }), knot] as const;
});
after(async () => {
  await shared.stop();
  rmSync(folder, { recursive: true });
});

async function unboundFor(
  t: TestContext,
): Promise<{ readonly plain: DnsServer; overTls(name: string | null): DnsServer } | null> {
  const found = await needs(t, 'knotd', 'unbound');
  if (found === null) return null;
  tools = found;
  const [{ serves }] = await shared.for(t);
  const { address, port, tlsPort } = serves;
  return { plain: { address, port }, overTls: (name) => ({ address, port: tlsPort, tls: { name } }) };
}

async function look(domain: string, servers: readonly DnsServer[], trust = rootFile) {
  const net = createNet({ egressAllow: [], trust, certificate: null });
  const settings = { dns: { servers }, sip: { domain: 'mon.example', userAgent: 'fedmon' } };
  const route = await examineRoute(partner(domain), 0, settings, { net, clock: systemClock });
  const { reply, targets } = (route.observation as Observation<RouteFacts>).facts;
  const { state, routeFindings } = review(route, new Map());
  return {
    said: [state, ...routeFindings.map((each) => each.code)],
    from: reply?.server ?? null,
    addresses: targets.flatMap((each) => each.addresses),
    because: routeFindings[0]?.args['because'] ?? null,
  };
}

test('records and a no over TLS, by name and by address', async (t) => {
  const unbound = await unboundFor(t);
  if (unbound === null) return;
  for (const server of [unbound.overTls('dns.test.example'), unbound.overTls(null)]) {
    const from = dnsServerName(server);
    assert.deepEqual(await look('good.example', [server]), {
      said: ['unknown'],
      from,
      addresses: ['127.0.0.1'],
      because: null,
    });
    const none = await look('empty.example', [server]);
    assert.deepEqual([none.said, none.from], [['unreachable', 'dns_srv_missing'], from]);
  }
});

test('a resolver that is not authenticated or not there is our trouble, never the partner’s', async (t) => {
  const unbound = await unboundFor(t);
  if (unbound === null) return;
  const untrusted = ['unknown', 'dns_resolver_not_authenticated'];
  const name = await look('empty.example', [unbound.overTls('dns.other.example')]);
  assert.deepEqual([name.said, name.because], [untrusted, 'its certificate does not hold dns.other.example']);
  const trust = await look('empty.example', [unbound.overTls('dns.test.example')], 'mozilla');
  assert.deepEqual(
    [trust.said, trust.because],
    [untrusted, 'its certificate does not verify: UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  );
  const plainPort = { ...unbound.overTls(null), port: await freePort() };
  assert.deepEqual((await look('empty.example', [plainPort])).said, ['unknown', 'dns_resolver_silent']);
});

test('the next resolver speaks where the first is not the one it should be', async (t) => {
  const unbound = await unboundFor(t);
  if (unbound === null) return;
  const { said, from } = await look('good.example', [unbound.overTls('dns.other.example'), unbound.overTls(null)]);
  assert.deepEqual([said, from], [['unknown'], dnsServerName(unbound.overTls(null))]);
  // The same program in plain and over TLS has one opinion.
  assert.deepEqual((await look('good.example', [unbound.overTls(null), unbound.plain])).said, ['unknown']);
});

/** The findings that the command prints for a domain that publishes nothing, asked of this resolver. */
async function checked(server: DnsServer): Promise<readonly string[]> {
  const flags = ['--dns', dnsServerName(server), '--ca', rootFile, '--timeout', '20s', '--json'];
  const args = [program, 'check', 'empty.example', ...flags];
  const out = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { PATH: process.env['PATH'] } }, (_, stdout) =>
      resolve(stdout),
    );
  });
  return (JSON.parse(out) as CheckReport).findings.map(({ code }) => code);
}

test('the command takes a resolver over TLS', async (t) => {
  const unbound = await unboundFor(t);
  if (unbound === null) return;
  assert.deepEqual(await checked(unbound.overTls('dns.test.example')), ['dns_srv_missing']);
  assert.deepEqual(await checked(unbound.overTls('dns.other.example')), ['dns_resolver_not_authenticated']);
});
