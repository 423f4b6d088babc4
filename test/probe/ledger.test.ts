import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Edge } from '../../src/federation/edge.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { requestAsSent } from '../../src/probe/sip/request.ts';
import { ledgerEntryOf } from '../../src/probe/ledger.ts';
import { base, healthyEdge, okTo, settings } from '../role/bed.ts';
import { scriptedNet } from '../fakes/scripted-net.ts';

const far: Edge = {
  transport: 'tls',
  host: 'sip.shared.example',
  port: 5061,
  address: '192.0.2.1',
  serverName: 'sip.shared.example',
  options: true,
};

const net = (egressAllow: readonly string[]) => createNet({ egressAllow, trust: 'system', certificate: null });
const examine = (edge: Edge, over: ReturnType<typeof net>): Promise<EdgeEvidence> =>
  examineEdge(edge, base, 5_000, settings, { net: over, clock: systemClock });

test('a real server gets as many octets as the ledger says, and a User-Agent that names us', async (t) => {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.endsWith('\r\n\r\n')) socket.write(okTo(heard).join(''));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const edge: Edge = { ...far, transport: 'tcp', port, address: '127.0.0.1' };
  const entry = ledgerEntryOf(await examine(edge, net(['127.0.0.0/8'])), settings.sip, 'here-1');
  const [connected, { text = '', random = [], ...asked } = assert.fail(), ...more] = entry?.sendings ?? [];
  assert.deepEqual(connected, { what: 'tcp_connect', outcome: 'done' });
  assert.deepEqual(asked, { what: 'sip_options', outcome: '200', octets: Buffer.byteLength(heard) });
  assert.deepEqual([requestAsSent(text, random), more], [heard, []]);
  assert.deepEqual([entry?.vantage, entry?.slotMs], ['here-1', base]);
  assert.match(heard, /^User-Agent: fedmon\/0 \(\+https:\/\/mon\.example\)\r$/m);
  assert.match(heard, /^From: <sip:fedmon@mon\.example>;tag=/m);
});

test('what our own rules kept from being sent is in no ledger', async () => {
  const denied = await examine({ ...far, address: '10.0.0.1' }, net([]));
  assert.equal(denied.observations[0]?.steps[0]?.failure?.code, 'egress_denied');
  assert.equal(ledgerEntryOf(denied, settings.sip, 'here-1'), null);
});

test('a handshake says which identity was shown, a step that failed how it ended', async () => {
  const scripted = scriptedNet({ edges: { '192.0.2.1:5061': healthyEdge(base) } });
  const examined = await examineEdge(far, base, 5_000, settings, { net: scripted, clock: systemClock });
  const shown = ledgerEntryOf(
    {
      ...examined,
      edge: { ...far, identity: 'emea' },
      observations: examined.observations.map((each) =>
        each.kind === 'tls' ? { ...each, facts: { ...(each.facts as object), offeredCertificate: true } } : each,
      ),
    },
    settings.sip,
    'here-1',
  );
  assert.deepEqual(
    shown?.sendings.map(({ what, outcome, identity }) => [what, outcome, identity]),
    [
      ['tcp_connect', 'done', undefined],
      ['tls_handshake', 'done', 'emea'],
      ['sip_options', '200', undefined],
    ],
  );
  const none = ledgerEntryOf(examined, settings.sip, 'here-1');
  assert.equal(none?.sendings[1]?.identity, null);
});
