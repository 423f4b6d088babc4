import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { before, test, type TestContext } from 'node:test';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { authority, leaf, type Authority, type Leaf } from './certificates.ts';
import {
  certificateRefusingEdge,
  plainWebEdge,
  refusedEdge,
  silentEdge,
  sipEdge,
  tarpitEdge,
  webEdge,
  type LabEdge,
} from './edges.ts';

let trusted: Authority;
let stranger: Authority;
let certificate: Leaf;
let ours: Leaf;

before(async () => {
  [trusted, stranger] = await Promise.all([authority('Trusted'), authority('Stranger')]);
  [certificate, ours] = await Promise.all([
    leaf({ names: ['sip.a.example'], issuer: trusted }),
    leaf({ names: ['mon.example'], issuer: trusted }),
  ]);
});

const options = [
  'OPTIONS sip:a.example SIP/2.0',
  'Via: SIP/2.0/TLS mon.example:5061;branch=z9hG4bK1',
  'Max-Forwards: 70',
  'From: <sip:probe@mon.example>;tag=abc',
  'To: <sip:a.example>',
  'Call-ID: 42@mon.example',
  'CSeq: 7 OPTIONS',
  'Content-Length: 0',
].join('\r\n');

/** What a client sees: whether TLS came up, what it read, and how it ended. */
interface Seen {
  readonly secure: boolean;
  readonly text: string;
  readonly end: string;
}

/** Connects with TLS, sends one OPTIONS, and tells what came within the time. */
function dial(edge: LabEdge, more: ConnectionOptions = {}, withinMs = 1_500): Promise<Seen> {
  return new Promise((resolve) => {
    let [secure, text, end] = [false, '', 'closed'];
    const socket = connectTls({
      host: edge.address,
      port: edge.port,
      servername: 'sip.a.example',
      ca: trusted.certPem,
      cert: ours.certPem,
      key: ours.keyPem,
      ...more,
    });
    const timer = setTimeout(() => {
      end = 'silence';
      socket.destroy();
    }, withinMs);
    socket.on('secureConnect', () => {
      secure = true;
      socket.write(`${options}\r\n\r\n`);
    });
    socket.on('data', (data: Buffer) => {
      text += data.toString();
      if (!text.endsWith('\r\n\r\n')) return;
      end = 'answered';
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => (end = error.code ?? error.message));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ secure, text, end });
    });
  });
}

/** Stops an edge when its test is over. */
function during(t: TestContext, edge: LabEdge): LabEdge {
  t.after(() => edge.stop());
  return edge;
}

test('OPTIONS is answered so that a client can match it', async (t) => {
  const edge = during(t, await sipEdge({ certificate }));
  const { text } = await dial(edge);
  const lines = text.split('\r\n');
  assert.equal(lines[0], 'SIP/2.0 200 OK');
  for (const copied of options.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq)/.test(line))) {
    assert.ok(lines.includes(copied), copied);
  }
  assert.match(text, /^To: <sip:a\.example>;tag=[0-9a-f]{12}\r$/m);
  assert.match(text, /^Server: fedmon-lab\/1\.0\r$/m);
  assert.deepEqual([edge.connections, edge.requests.length, edge.requests[0]?.method], [1, 1, 'OPTIONS']);
  assert.equal(edge.received.toString(), `${options}\r\n\r\n`);
});

test('another answer comes with its headers; silence stays silent', async (t) => {
  const busy = { status: 503, reason: 'Service Unavailable', headers: { 'Retry-After': '30' } };
  const overloaded = during(t, await sipEdge({ certificate, react: () => busy }));
  assert.match((await dial(overloaded)).text, /^SIP\/2\.0 503 Service Unavailable\r\n[^]*\r\nRetry-After: 30\r\n/);
  const mute = during(t, await sipEdge({ certificate, react: () => 'silence' }));
  assert.deepEqual(await dial(mute, {}, 300), { secure: true, text: '', end: 'silence' });
});

test('a client certificate that is required is required', async (t) => {
  const edge = during(t, await sipEdge({ certificate, clientAuthority: trusted.certPem }));
  assert.equal((await dial(edge)).end, 'answered');
  const without = await dial(edge, { cert: undefined, key: undefined, maxVersion: 'TLSv1.2' });
  assert.match(without.end, /ALERT_HANDSHAKE_FAILURE$/);
  assert.equal(without.secure, false);
});

test('a refused certificate is an alert: in the handshake with TLS 1.2, after it with TLS 1.3', async (t) => {
  for (const [version, secure] of [
    ['TLSv1.2', false],
    ['TLSv1.3', true],
  ] as const) {
    const edge = during(
      t,
      await certificateRefusingEdge({
        certificate,
        clientAuthority: stranger.certPem,
        minVersion: version,
        maxVersion: version,
        alert: 48,
      }),
    );
    assert.deepEqual(await dial(edge), { secure, text: '', end: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' }, version);
    assert.equal(edge.connections, 1);
  }
});

test('versions of TLS are kept apart', async (t) => {
  const old = during(t, await sipEdge({ certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }));
  assert.equal((await dial(old)).end, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
});

test('a web server answers OPTIONS with HTTP, with TLS or without', async (t) => {
  const web = during(t, await webEdge({ certificate }));
  assert.match((await dial(web)).text, /^HTTP\/1\.1 400 Bad Request\r\n/);
  const plain = during(t, await plainWebEdge());
  assert.deepEqual(await dial(plain), { secure: false, text: '', end: 'ERR_SSL_WRONG_VERSION_NUMBER' });
});

test('a tarpit accepts and never answers the handshake', async (t) => {
  const edge = during(t, await tarpitEdge());
  assert.deepEqual(await dial(edge, {}, 300), { secure: false, text: '', end: 'silence' });
  assert.equal(edge.connections, 1);
  assert.equal(edge.received[0], 22, 'it did get a ClientHello');
});

test('a flapping edge serves every second connection', async (t) => {
  const edge = during(t, await sipEdge({ certificate, welcomes: (connection) => connection % 2 === 1 }));
  const ends: boolean[] = [];
  for (let round = 0; round < 4; round += 1) ends.push((await dial(edge)).end === 'answered');
  assert.deepEqual(ends, [true, false, true, false]);
});

test('ports that refuse and ports that are silent', async (t) => {
  const refused = during(t, await refusedEdge());
  assert.equal((await dial(refused)).end, 'ECONNREFUSED');
  const silent = during(t, await silentEdge());
  for (let round = 0; round < 3; round += 1) assert.equal(await dialTcp(silent, 400), 'silence');
});

function dialTcp(edge: LabEdge, withinMs: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(edge.port, edge.address);
    const give = (how: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(how);
    };
    const timer = setTimeout(() => give('silence'), withinMs);
    socket.once('connect', () => give('connected'));
    socket.once('error', () => give('error'));
  });
}
