import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Partner } from '../../src/federation/partner.ts';
import type { DnsRecord, Net } from '../../src/net/net.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { startLossyRelay } from '../lab/lossy-relay.ts';
import { freePort } from '../lab/ports.ts';
import { examine, loopbackNet, outcome, partner, withoutDns } from './examination.ts';
import { startKamailio } from './kamailio.ts';
import { startPeer, tellOnFailure, type Peer } from './program.ts';

// SIP over UDP against kamailio and sipp, in front of them a relay that loses datagrams by a fixed seed.

let folder: string;
let net: Net;
let certificate: Awaited<ReturnType<typeof leaf>>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-sip-udp-'));
  const root = await authority('Peers Root');
  certificate = await leaf({ names: ['sip.a.example'], issuer: root });
  writeFileSync(join(folder, 'root.pem'), root.certPem);
  net = withoutDns(loopbackNet(join(folder, 'root.pem')));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** One partner whose only service is SIP over UDP on this port. */
function look(port: number, over: Partial<Partner> = {}): Promise<CheckReport> {
  const name = '_sip._udp.a.example';
  const srv: DnsRecord = { type: 'SRV', name, ttl: 60, priority: 0, weight: 0, port, target: 'sip.a.example' };
  const published: Net = {
    ...net,
    ask: (server, question, signal) =>
      question.type === 'SRV' && question.name === name
        ? Promise.resolve({
            server,
            overTcp: false,
            authoritative: true,
            authenticated: false,
            records: [srv],
            dropped: 0,
          })
        : net.ask(server, question, signal),
  };
  return examine(partner('a.example', { profile: 'sip', ...over }), published, [{ address: '127.0.0.1', port: 53 }]);
}

async function kamailio(t: TestContext, script = ''): Promise<number | null> {
  const found = await needs(t, 'kamailio');
  if (found === null) return null;
  const peer = await startKamailio(found[0], { tls: { edge: { certificate } }, script });
  tellOnFailure(t, peer);
  t.after(() => peer.stop());
  return peer.serves.tcp;
}

test('kamailio answers over UDP: one request, and it tells where it came from', async (t) => {
  const port = await kamailio(t);
  if (port === null) return;
  const seen = await look(port);
  assert.deepEqual(outcome(seen), ['healthy', 'dns_udp_only']);
  const [edge] = seen.edges;
  assert.deepEqual([edge?.transport, edge?.port, edge?.sip?.status, edge?.sip?.sent], ['udp', port, 200, 1]);
  assert.equal(edge?.sip?.seenAs?.address, '127.0.0.1');
  assert.ok((edge.sip.seenAs.port ?? 0) > 1_023);
  assert.equal(edge.sip.proves?.reachable, 'yes');
});

test('Max-Forwards 0 towards kamailio: the hop itself answers', async (t) => {
  const port = await kamailio(
    t,
    '  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }',
  );
  if (port === null) return;
  const seen = await look(port, { maxForwards: 0 });
  assert.deepEqual(outcome(seen), ['healthy', 'dns_udp_only']);
  assert.equal(seen.edges[0]?.sip?.status, 483);
  assert.deepEqual(outcome(await look(port)), ['healthy', 'dns_udp_only'], 'with 70 hops it is 200');
});

test('kamailio behind a way that loses 30 % each way still answers, every time', async (t) => {
  const port = await kamailio(t);
  if (port === null) return;
  const relay = await startLossyRelay(port, 0.3, 3_261);
  t.after(() => relay.stop());
  const seen = await Promise.all(Array.from({ length: 10 }, () => look(relay.port)));
  assert.deepEqual(
    seen.map((each) => each.state),
    seen.map(() => 'healthy'),
  );
  const sent = seen.map((each) => each.edges[0]?.sip?.sent ?? 0);
  assert.ok(Math.max(...sent) > 1, `it was sent again: ${sent.join(', ')}`);
  assert.ok(relay.dropped() > 0 && relay.passed() > relay.dropped(), 'the way did lose some');
});

/** A sipp that answers what comes over UDP, by the scenario that is given. */
function startSipp(tool: Tool, scenario: string): Promise<Peer<number>> {
  return startPeer(tool, async (home) => {
    const port = await freePort();
    writeFileSync(join(home, 'uas.xml'), scenario);
    const local = ['-i', '127.0.0.1', '-p', String(port), '-t', 'u1'];
    return {
      // Else it says nothing to a request that comes again once the call is over; RFC 3261 §17.2.2 wants the answer again.
      args: ['-sf', 'uas.xml', ...local, '-nostdin', '-nd', '-deadcall_wait', '0'],
      answers: async () => ((await look(port, { timeoutMs: 1_000 })).edges[0]?.sip?.status === 200 ? port : null),
    };
  });
}

/** Answers OPTIONS as RFC 3261 §8.2.6 asks: what identifies the request is copied from it. */
const uas = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="options">
  <recv request="OPTIONS" />
  <send>
    <![CDATA[

      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

    ]]>
  </send>
</scenario>
`;

test('sipp as the server, without and with loss', async (t) => {
  const found = await needs(t, 'sipp');
  if (found === null) return;
  const sipp = await startSipp(found[0], uas);
  tellOnFailure(t, sipp);
  t.after(() => sipp.stop());
  assert.deepEqual(outcome(await look(sipp.serves)), ['healthy', 'dns_udp_only']);
  const relay = await startLossyRelay(sipp.serves, 0.3, 4_320);
  t.after(() => relay.stop());
  const seen = await Promise.all(Array.from({ length: 5 }, () => look(relay.port)));
  assert.deepEqual(
    seen.map((each) => each.state),
    seen.map(() => 'healthy'),
  );
  assert.ok(relay.dropped() > 0, 'the way did lose some');
});

test('a port on which nobody listens, and one that is silent', async () => {
  const closed = await look(await freePort(), { timeoutMs: 10_000 });
  assert.deepEqual(outcome(closed), ['unreachable', 'sip_udp_refused', 'dns_udp_only']);
  assert.ok((closed.steps.at(-1)?.tookMs ?? Infinity) < 2_000, 'ICMP ends it at once');
  const relay = await startLossyRelay(1, 1, 1);
  const silent = await look(relay.port, { timeoutMs: 3_000 });
  await relay.stop();
  assert.deepEqual(outcome(silent), ['unreachable', 'sip_udp_silent', 'dns_udp_only']);
  assert.equal(silent.edges[0]?.sip?.sent, 3, '0, 0.5 and 1.5 s');
});

for (const transport of ['tcp', 'udp'] as const) {
  test(`kamailio in clear text on the default port, over ${transport}, of a domain without SRV record`, async (t) => {
    const found = await needs(t, 'kamailio');
    if (found === null) return;
    // The port is fixed, so it has an address that nobody else uses.
    const address = `127.${[randomInt(2, 250), randomInt(2, 250), randomInt(2, 250)].join('.')}`;
    const peer = await startKamailio(found[0], { tls: { edge: { certificate } }, clear: { transport, address } });
    tellOnFailure(t, peer);
    t.after(() => peer.stop());
    const published: Net = {
      ...net,
      ask: async (server, question, signal) => {
        const { records, ...answer } = await net.ask(server, question, signal);
        return { ...answer, records: records.map((each) => ({ ...each, address })) };
      },
    };
    const who = partner('a.example', { profile: 'sip', timeoutMs: 4_000 });
    const seen = await examine(who, published, [{ address: '127.0.0.1', port: 53 }]);
    assert.deepEqual(outcome(seen), ['degraded', 'sip_clear_text_only', 'tcp_refused']);
    assert.deepEqual(
      seen.edges.map((edge) => [edge.transport, edge.port, edge.sip?.status ?? null]),
      [
        ['tls', 5061, null],
        [transport, 5060, 200],
      ],
    );
  });
}
