import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { Net } from '../../src/net/net.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { provenBy } from '../../src/probe/sip/responses.ts';
import { authority, leaf, serverAuth, type Leaf } from '../lab/certificates.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { examine, loopbackNet, outcome, partner } from './examination.ts';
import { startKamailio, type KamailioPorts } from './kamailio.ts';
import { startKnot } from './knot.ts';
import { Shared, type Peer } from './program.ts';

// A real SIP server behind a real name server: what it answers, whom it lets in, and what we make of it.

const partnerNames = ['partner', 'closed', 'busy', 'absent', 'slow', 'mute', 'open'];
type PortName = 'edge' | 'mutual12' | 'mutual';

let folder: string;
let net: Record<'without' | 'ours' | 'serverOnly' | 'foreign', Net>;
let start: (kamailio: Tool) => Promise<Peer<KamailioPorts<PortName>>>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedmon-sip-'));
  const [root, stranger] = await Promise.all([authority('Peers Root'), authority('Stranger Root')]);
  const issuing = await authority('Peers Issuing', root);
  const make = (...names: readonly string[]): Promise<Leaf> => leaf({ names, issuer: issuing });
  const names = ['whole.example', ...partnerNames.map((name) => `sip.${name}.example`)];
  const [fallback, edge, ours, serverOnly, foreign] = await Promise.all([
    make('unnamed.example'),
    make(...names),
    leaf({ names: ['mon.example'], issuer: root }),
    leaf({ names: ['mon.example'], issuer: root, eku: [serverAuth] }),
    leaf({ names: ['mon.example'], issuer: stranger }),
  ]);
  const trust = join(folder, 'root.pem');
  writeFileSync(trust, root.certPem);
  net = {
    without: loopbackNet(trust),
    ours: loopbackNet(trust, ours),
    serverOnly: loopbackNet(trust, serverOnly),
    foreign: loopbackNet(trust, foreign),
  };
  const mutual = { certificate: edge, clients: root.certPem };
  start = (kamailio) =>
    startKamailio(kamailio, {
      fallback,
      tls: {
        edge: { certificate: edge, names },
        mutual,
        mutual12: { ...mutual, method: 'TLSv1.2' },
      },
      script,
    });
});

const script = `
  if ($rd == "sip.closed.example") {
    append_to_reply("ms-diagnostics: 1027;reason=\\"Cannot route this type of SIP request\\"\\r\\n");
    sl_send_reply("403", "Forbidden here");
    exit;
  }
  if ($rd == "sip.busy.example") {
    append_to_reply("Retry-After: 120 (maintenance)\\r\\n");
    sl_send_reply("503", "Draining");
    exit;
  }
  if ($rd == "sip.absent.example") {
    sl_send_reply("404", "Not Found");
    exit;
  }
  if ($rd == "sip.slow.example") {
    sl_send_reply("100", "Trying");
    sl_send_reply("180", "Looking");
  }
  if ($rd == "sip.mute.example") exit;
`;

function zonesFor({ tcp, tls }: KamailioPorts<PortName>): Readonly<Record<string, string>> {
  const edge = (port: number): string => `_sipfederationtls._tcp SRV 10 0 ${String(port)} sip\nsip A 127.0.0.1`;
  return {
    ...Object.fromEntries(partnerNames.map((name) => [`${name}.example`, edge(tls.edge)])),
    'other.example': edge(tls.edge),
    'plain.example': `_sip._tcp SRV 10 0 ${String(tcp)} sip\nsip A 127.0.0.1`,
    'whole.example': `_sips._tcp SRV 10 0 ${String(tls.edge)} sip\n_sip._tcp SRV 10 0 1 unused\nsip A 127.0.0.1`,
    'secure.example': `_sips._tcp SRV 10 0 ${String(tls.edge)} sip.open.example.`,
    'untls.example': edge(tcp),
  };
}

let tools: readonly [Tool, Tool];
const shared = new Shared(async () => {
  const kamailio = await start(tools[1]);
  const knot = await startKnot(tools[0], zonesFor(kamailio.serves));
  return [knot, kamailio] as const;
});
after(async () => {
  await shared.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Rig {
  readonly ports: KamailioPorts<PortName>;
  look(domain: string, more?: Parameters<typeof partner>[1], by?: Net): Promise<CheckReport>;
}

async function rigFor(t: TestContext): Promise<Rig | null> {
  const found = await needs(t, 'knotd', 'kamailio');
  if (found === null) return null;
  tools = found;
  const [knot, kamailio] = await shared.for(t);
  return {
    ports: kamailio.serves,
    look: (domain, more, by = net.ours) => examine(partner(domain, more), by, [knot.serves]),
  };
}

const proven = {
  dns: 'proven',
  tcp: 'proven',
  tls: 'proven',
  admission: 'proven',
  sip: 'proven',
  policy: 'not_proven',
} as const;

test('a healthy partner: TLS 1.3, the certificate of its name, 200 with the facts of the answer', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const seen = await rig.look('partner.example');
  assert.deepEqual(outcome(seen), ['healthy']);
  assert.deepEqual(seen.layers, proven);
  const [edge, ...others] = seen.edges;
  assert.equal(others.length, 0);
  assert.deepEqual(
    [edge?.transport, edge?.host, edge?.port, edge?.address, edge?.serverName, edge?.status],
    ['tls', 'sip.partner.example', rig.ports.tls.edge, '127.0.0.1', 'sip.partner.example', 'up'],
  );
  const { server, seenAs, random, ...sip } = edge?.sip ?? { server: null, seenAs: null, random: [] };
  assert.equal(new Set(random).size, 3, 'branch, tag and Call-ID');
  assert.deepEqual([seenAs?.address, typeof seenAs?.port], ['127.0.0.1', 'number']);
  assert.match(server ?? '', /^kamailio \(\d+\.\d+/);
  assert.deepEqual(sip, {
    requestUri: 'sip:sip.partner.example',
    status: 200,
    reason: 'OK',
    provisional: 0,
    retryAfterSeconds: null,
    warning: null,
    allow: null,
    diagnostics: [],
    decoded: [],
    reasonHeader: null,
    edgeKind: null,
    product: null,
    contradicted: [],
    date: null,
    proves: provenBy(200, null),
  });
  const { chain = [], roots, session, flight, ...tls } = edge?.tls ?? {};
  assert.deepEqual(
    [flight?.presented.map(({ subject, place }) => [subject, place]), flight?.presentedTotal, flight?.authorities],
    [
      [
        ['CN=whole.example', 'leaf'],
        ['CN=Peers Issuing, O=fedmon lab', 'path'],
      ],
      2,
      [],
    ],
  );
  assert.equal(roots?.file?.subject, 'CN=Peers Root, O=fedmon lab');
  assert.equal(session?.resumed, false);
  assert.deepEqual(tls, {
    alert: null,
    certificateRequested: false,
    alpn: null,
    staple: null,
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    verification: 'ok',
    offeredCertificate: true,
    keyExchange: 'X25519',
    stapled: false,
    nameMatch: { microsoft: true, rfc5922: true },
  });
  assert.deepEqual(
    chain.map((each) => each.commonName),
    ['whole.example', 'Peers Issuing'],
  );
});

test('without SNI of its own a domain gets the default certificate, which names somebody else', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const seen = await rig.look('other.example');
  assert.deepEqual(outcome(seen), ['misconfigured', 'tls_name_mismatch']);
  assert.deepEqual(seen.edges[0]?.tls?.chain[0]?.names.dns, ['unnamed.example']);
  assert.equal(seen.edges[0].sip?.status, 200, 'SIP is asked all the same');
});

test('answers other than 200: each has its code and no other', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const closed = await rig.look('closed.example');
  assert.deepEqual(outcome(closed), ['refused', 'sip_forbidden', 'sip_diagnostics']);
  assert.equal(closed.findings[1]?.args['id'], 1027);
  assert.deepEqual(closed.layers, { ...proven, policy: 'failed' });
  assert.deepEqual(closed.edges[0]?.sip?.diagnostics, ['1027;reason="Cannot route this type of SIP request"']);
  assert.equal(closed.edges[0].sip.reason, 'Forbidden here');

  const busy = await rig.look('busy.example');
  assert.deepEqual(outcome(busy), ['degraded', 'sip_unavailable']);
  assert.equal(busy.edges[0]?.sip?.retryAfterSeconds, 120);

  assert.deepEqual(outcome(await rig.look('absent.example')), ['healthy', 'sip_answer_unusual']);

  const slow = await rig.look('slow.example');
  assert.deepEqual(outcome(slow), ['healthy']);
  assert.equal(slow.edges[0]?.sip?.provisional, 2);

  const mute = await rig.look('mute.example', { timeoutMs: 3_000 });
  assert.deepEqual(outcome(mute), ['unreachable', 'sip_silent']);
  assert.deepEqual(mute.layers, { ...proven, sip: 'failed' });
});

test('the profile sip: TLS when the domain offers it, else TCP', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  const plain = await rig.look('plain.example', { profile: 'sip' });
  assert.deepEqual(outcome(plain), ['healthy']);
  assert.deepEqual(plain.route.asked, ['_sips._tcp.plain.example', '_sip._tcp.plain.example']);
  assert.deepEqual(plain.layers, { ...proven, tls: 'not_proven', admission: 'not_proven' });
  assert.deepEqual(
    plain.edges.map(({ transport, port, tls, sip }) => ({ transport, port, tls, status: sip?.status })),
    [{ transport: 'tcp', port: rig.ports.tcp, tls: null, status: 200 }],
  );

  const whole = await rig.look('whole.example', { profile: 'sip' });
  assert.deepEqual(outcome(whole), ['healthy']);
  assert.deepEqual(whole.route.asked, ['_sips._tcp.whole.example']);
  assert.deepEqual([whole.edges[0]?.serverName, whole.layers], ['whole.example', proven]);

  const secure = await rig.look('secure.example', { profile: 'sip' });
  assert.deepEqual(secure.route.asked, ['_sips._tcp.secure.example']);
  assert.deepEqual(secure.edges[0]?.serverName, 'secure.example');
  assert.deepEqual(outcome(secure), ['misconfigured', 'tls_name_mismatch'], 'the name of the host is not enough');
});

test('a SIP server on a port that should speak TLS waits for more', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  let seen = await rig.look('untls.example', { timeoutMs: 3_000 });
  // Once in a while the random octets of our hello contain what it takes for the end of a bad request: then it hangs up.
  for (let tries = 0; tries < 3 && outcome(seen).includes('tls_closed'); tries += 1) {
    seen = await rig.look('untls.example', { timeoutMs: 3_000 });
  }
  assert.deepEqual(outcome(seen), ['unreachable', 'tls_silent']);
  assert.deepEqual(seen.layers, { ...proven, tls: 'failed', admission: 'not_proven', sip: 'not_proven' });
});

test('an edge that wants a client certificate lets in ours and refuses the others', async (t) => {
  const rig = await rigFor(t);
  if (rig === null) return;
  // Under TLS 1.2 the refusal breaks the handshake, under TLS 1.3 it follows it.
  const cases = [
    { port: 'mutual12', protocol: 'TLSv1.2', tls: 'not_proven', without: 'alert 40 handshake_failure' },
    { port: 'mutual', protocol: 'TLSv1.3', tls: 'proven', without: 'alert 116 certificate_required' },
  ] as const;
  for (const { port, protocol, tls, without } of cases) {
    const route = { host: 'sip.open.example', port: rig.ports.tls[port] };
    const admitted = await rig.look('open.example', { route }, net.ours);
    // The record names another port than the one that is pinned here, which is said.
    assert.deepEqual(outcome(admitted), ['healthy', 'dns_pin_differs'], port);
    assert.deepEqual([admitted.layers, admitted.edges[0]?.tls?.protocol], [proven, protocol]);
    assert.equal(admitted.edges[0]?.tls?.certificateRequested, true);

    const refusals = [
      { by: net.without, code: 'admission_certificate_required', alert: without },
      { by: net.serverOnly, code: 'admission_refused', alert: 'alert 43 unsupported_certificate' },
      { by: net.foreign, code: 'admission_refused', alert: 'alert 48 unknown_ca' },
    ];
    for (const { by, code, alert } of refusals) {
      let seen = await rig.look('open.example', { route }, by);
      // Once in a while the reset of a server that closes on what it has not read overtakes its alert: then nothing tells why.
      for (let tries = 0; tries < 3 && outcome(seen).includes('admission_closed'); tries += 1) {
        seen = await rig.look('open.example', { route }, by);
      }
      assert.deepEqual(outcome(seen), ['refused', code, 'dns_pin_differs'], `${port}: ${alert}`);
      assert.equal(seen.findings[0]?.args['alert'], alert);
      assert.deepEqual(seen.layers, { ...proven, tls, admission: 'failed', sip: 'not_proven' });
      assert.equal(seen.edges[0]?.tls?.verification, 'ok', 'their certificate was seen all the same');
    }
  }
});
