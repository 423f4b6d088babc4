import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { examineAll } from '../../src/cli/examine-all.ts';
import { edgeId } from '../../src/federation/edge.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { Net } from '../../src/net/net.ts';
import type { ExaminationSettings } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { judgeRoute } from '../../src/probe/dns/judge.ts';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import type { Observation } from '../../src/federation/observation.ts';
import { review } from '../../src/probe/review.ts';
import { writer } from '../federation/samples.ts';
import { loopbackNet, partner } from '../peers/examination.ts';
import { createBench, type Bench } from './bench.ts';
import { startDnsServer, type DnsServer } from './dns-server.ts';
import { sipEdge, type LabEdge } from './edges.ts';
import { silentPort } from './silence.ts';
import { responseTo, takeRequest } from './sip-answer.ts';

// What a partner of the fleet does not show, each brought about on real sockets, with every code that is found.

let dns: DnsServer;
let bench: Bench;
let net: Net;
let folder: string;
const open: { stop(): Promise<void> }[] = [];

before(async () => {
  dns = await startDnsServer();
  bench = await createBench(dns.zone);
  folder = mkdtempSync(join(tmpdir(), 'fedmon-seldom-'));
  const trust = join(folder, 'ca.pem');
  writeFileSync(trust, bench.trusted.certPem);
  net = loopbackNet(trust);
});
after(async () => {
  await Promise.all(open.map((each) => each.stop()));
  await dns.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sender = { domain: 'mon.example', userAgent: 'fedmon/lab (+https://mon.example/probing)' };
const settingsFor = (sip = sender): ExaminationSettings => ({ dns: { servers: [dns] }, sip });

/** State and every code of one examination: of the route, then of its edges. */
async function look(who: Partner, settings = settingsFor()): Promise<readonly string[]> {
  const world = { net, clock: systemClock };
  const route = await examineRoute(who, 0, settings, world);
  const edges = await Promise.all(route.edges.map((edge) => examineEdge(edge, 0, who.timeoutMs, settings, world)));
  const diagnosis = review(route, new Map(edges.map((each) => [edgeId(each.edge), each])));
  const found = [...diagnosis.routeFindings, ...diagnosis.edges.flatMap((edge) => edge.findings)];
  return [diagnosis.state, ...new Set(found.map(({ code }) => code))];
}

/** Every code of a route alone: where its targets lead, nothing of ours may be. */
async function routeOf(who: Partner): Promise<readonly string[]> {
  const { observation } = await examineRoute(who, 0, settingsFor(), { net, clock: systemClock });
  return judgeRoute(observation as Observation<RouteFacts>).map(({ code }) => code);
}

async function edgeNamed(
  host: string,
  react?: Parameters<typeof sipEdge>[0]['react'],
  days?: readonly [number, number],
) {
  const [from, until] = days ?? [-30, 60];
  const at = (day: number): Date => new Date(Date.now() + day * 86_400_000);
  const certificate = await bench.certificate({ names: [host], notBefore: at(from), notAfter: at(until) });
  const edge = await sipEdge({ certificate, ...(react === undefined ? {} : { react }) });
  open.push(edge);
  bench.address(host);
  return edge;
}

/** Answers each OPTIONS over UDP with these statuses, one datagram each. */
async function datagramEdge(
  statuses: readonly number[],
  { port = 0, address = '127.0.0.1' }: { readonly port?: number; readonly address?: string } = {},
): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, peer) => {
    const taken = takeRequest(bytes);
    if (taken === null) return;
    for (const status of statuses)
      socket.send(responseTo(taken.request, { status, reason: 'x' }), peer.port, peer.address);
  });
  await new Promise<void>((done) => socket.bind(port, address, done));
  open.push({ stop: () => new Promise((done) => socket.close(() => done())) });
  return socket.address().port;
}

function overUdp(domain: string, port: number): Partner {
  const target = `sip.${domain}`;
  dns.zone.set(`_sip._udp.${domain} SRV`, [{ type: 'SRV', priority: 1, weight: 1, port, target }]);
  bench.address(target);
  return partner(domain, { profile: 'sip' });
}

test('one target in the domain, one in another', async () => {
  const [good, foreign] = [await edgeNamed('sip.partly.example'), await edgeNamed('edge.other.example')];
  bench.srv('partly.example', [
    { host: 'sip.partly.example', port: good.port },
    { host: 'edge.other.example', port: foreign.port },
  ]);
  assert.deepEqual(await look(partner('partly.example')), ['degraded', 'dns_srv_partly_foreign']);
});

test('own hosts beside a hosting provider, and a port where something else is at home', async () => {
  const hosted = 'sipfed.online.lync.com';
  bench.srv('mixed.example', [
    { host: 'sip.mixed.example', port: 5061 },
    { host: hosted, port: 5061 },
  ]);
  for (const host of ['sip.mixed.example', hosted]) bench.address(host);
  assert.deepEqual(await routeOf(partner('mixed.example')), ['dns_mixed_platforms']);

  bench.srv('port.example', [{ host: 'sip.port.example', port: 25 }]);
  bench.address('sip.port.example');
  assert.deepEqual(await routeOf(partner('port.example')), ['dns_port_unusual']);
});

test('a pinned route, and a record that leads elsewhere, or to a hosting provider', async () => {
  const edge = await edgeNamed('sip.pinned.example');
  const who = partner('pinned.example', { route: { host: 'sip.pinned.example', port: edge.port } });
  bench.srv('pinned.example', [{ host: 'new.pinned.example', port: 5061 }]);
  assert.deepEqual(await look(who), ['healthy', 'dns_pin_differs']);
  bench.srv('pinned.example', [{ host: 'sipfed.online.lync.com', port: 5061 }]);
  assert.deepEqual(await look(who), ['degraded', 'dns_pin_outdated']);
});

test('one family is answered, the other never', async () => {
  const edge = await edgeNamed('sip.half.example');
  bench.srv('half.example', [{ host: 'sip.half.example', port: edge.port }]);
  dns.zone.set('sip.half.example AAAA', 'silence');
  const quick = partner('half.example', { timeoutMs: 3_000 });
  assert.deepEqual(await look(quick), ['degraded', 'dns_family_unanswered']);
});

test('one family is dead, the other works', async () => {
  const edge = await edgeNamed('sip.four.example');
  bench.srv('four.example', [{ host: 'sip.four.example', port: edge.port }]);
  // An IPv6 address on every machine: nobody listens at the IPv4 address inside it.
  dns.zone.set('sip.four.example AAAA', [{ type: 'AAAA', data: '::ffff:127.0.0.9' }]);
  assert.deepEqual(await look(partner('four.example')), ['degraded', 'dns_family_dead', 'tcp_refused']);
});

test('an SBC that says nothing may be filtered or down', async () => {
  const silent = await silentPort();
  open.push(silent);
  bench.address('sbc.example');
  const who = partner('sbc.example', {
    profile: 'direct-routing',
    timeoutMs: 2_000,
    route: { host: 'sbc.example', port: silent.port },
  });
  assert.deepEqual(await look(who), ['unknown', 'filtered_or_down']);
});

test('a certificate in its last quarter, and one in its last eighth', async () => {
  const [due, late] = await Promise.all([
    edgeNamed('sip.due.example', undefined, [-80, 20]),
    edgeNamed('sip.late.example', undefined, [-90, 10]),
  ]);
  bench.srv('due.example', [{ host: 'sip.due.example', port: due.port }]);
  bench.srv('late.example', [{ host: 'sip.late.example', port: late.port }]);
  assert.deepEqual(await look(partner('due.example')), ['healthy', 'tls_renewal_due']);
  assert.deepEqual(await look(partner('late.example')), ['degraded', 'tls_certificate_expiring']);
});

test('an identity that is not there: nothing is shown, and it is our side', async () => {
  const edge = await edgeNamed('sip.named.example');
  bench.srv('named.example', [{ host: 'sip.named.example', port: edge.port }]);
  assert.deepEqual(await look(partner('named.example', { identity: 'nobody' })), ['unknown', 'tls_identity_unknown']);
  assert.equal(edge.requests.length, 0);
});

test('504: the servers behind the edge, or its view of us', async () => {
  const edge: LabEdge = await edgeNamed('sip.behind.example', () => ({ status: 504, reason: 'Server time-out' }));
  bench.srv('behind.example', [{ host: 'sip.behind.example', port: edge.port }]);
  const [state, ...codes] = await look(partner('behind.example'));
  assert.deepEqual([state, codes], ['degraded', ['sip_server_timeout']]);
});

test('a server whose clock stands still: the Date of its answers is said', async () => {
  const headers = { Date: 'Sat, 01 Jan 2000 00:00:00 GMT' };
  const edge = await edgeNamed('sip.late-clock.example', () => ({ status: 200, reason: 'OK', headers }));
  bench.srv('late-clock.example', [{ host: 'sip.late-clock.example', port: edge.port }]);
  assert.deepEqual(await look(partner('late-clock.example')), ['healthy', 'sip_clock_differs']);
});

test('two answers to one request over UDP: the first counts, and it is said', async () => {
  const who = overUdp('twice.example', await datagramEdge([200, 403]));
  assert.deepEqual(await look(who), ['degraded', 'dns_udp_only', 'sip_contradicted']);
});

test('no SRV record and no TLS: only in clear text, over TCP, then over UDP', async () => {
  // The default ports are fixed, so each has an address of its own that nobody else uses.
  const address = (domain: string): string => {
    const place = `127.${[randomInt(2, 250), randomInt(2, 250), randomInt(2, 250)].join('.')}`;
    bench.address(domain, place);
    return place;
  };
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      const taken = takeRequest(bytes);
      if (taken !== null) socket.end(responseTo(taken.request, { status: 200, reason: 'OK' }));
    });
  });
  await new Promise<void>((done) => server.listen(5060, address('tcp-only.example'), done));
  open.push({ stop: () => new Promise((done) => server.close(() => done())) });
  await datagramEdge([200], { port: 5060, address: address('udp-only.example') });
  address('nothing.example');

  const partners = ['tcp-only.example', 'udp-only.example', 'nothing.example'].map((domain) =>
    partner(domain, { profile: 'sip' }),
  );
  const from = { vantage: 'lab', identity: writer };
  const reports = await examineAll(partners, from, settingsFor(), { net, clock: systemClock }, () => undefined);
  assert.deepEqual(
    reports.map(({ state, cause, edges }) => [
      state,
      cause?.code,
      ...edges.map(({ transport, port }) => [transport, port]),
    ]),
    [
      ['degraded', 'sip_clear_text_only', ['tls', 5061], ['tcp', 5060]],
      ['degraded', 'sip_clear_text_only', ['tls', 5061], ['udp', 5060]],
      ['unreachable', 'tcp_refused', ['tls', 5061]],
    ],
  );
});

test('our own names make the request too long for a datagram: nothing is sent', async () => {
  const who = overUdp('long.example', await datagramEdge([200]));
  const long = { ...sender, userAgent: `fedmon (+https://${'x'.repeat(1_200)})` };
  assert.deepEqual(await look(who, settingsFor(long)), ['unknown', 'dns_udp_only', 'sip_request_too_long']);
});
