import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertIn, alertMeaning, alertPhrase, ownAlertPhrase } from '../../src/federation/alert.ts';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { createNet } from '../../src/net/node-net.ts';
import { peer } from './loopback.ts';

test('an alert is read back from the detail of a failure, with its direction', () => {
  assert.deepEqual(alertIn(alertPhrase(48)), { number: 48, name: 'unknown_ca', from: 'theirs' });
  assert.deepEqual(alertIn(ownAlertPhrase('unsupported_protocol', 70)), {
    number: 70,
    name: 'protocol_version',
    from: 'ours',
  });
  assert.deepEqual(alertIn(alertPhrase(255)), { number: 255, name: 'unknown', from: 'theirs' });
  for (const detail of ['', 'read ECONNRESET', 'alert 48', 'they sent alert 48 unknown_ca', 'alert 1234 x']) {
    assert.equal(alertIn(detail), null, detail);
  }
  for (const number of [40, 42, 43, 44, 45, 46, 48, 49, 70, 71, 86, 112, 116, 120]) {
    assert.ok(alertMeaning(number), String(number));
  }
  assert.equal(alertMeaning(80), null);
});

/** A ServerHello of this version that chooses this suite, in one record. */
function serverHello(version: number, suite: number): Buffer {
  const body = [version >> 8, version & 255, ...new Array<number>(32).fill(7), 0, suite >> 8, suite & 255, 0];
  const message = [2, 0, 0, body.length, ...body];
  return Buffer.from([22, 3, 3, 0, message.length, ...message]);
}

// What we say about our own alert is a table; here the octets that leave are the witness.
for (const [what, hello, number] of [
  ['a version we do not take', serverHello(0x0302, 0xc02f), 70],
  ['a suite we did not offer', serverHello(0x0303, 0x0005), 47],
] as const) {
  test(`we refuse them: ${what}`, async () => {
    const sent: Buffer[] = [];
    const server = await peer((socket) => {
      socket.once('data', () => socket.write(hello));
      socket.on('data', (bytes) => sent.push(bytes));
    });
    const net = createNet({ egressAllow: ['127.0.0.1'], trust: 'mozilla', certificate: null });
    const signal = AbortSignal.timeout(5_000);
    const link = await net.connect(server, signal);
    try {
      const error: unknown = await link.secure({ serverName: 'sip.a.example' }, signal).catch((each: unknown) => each);
      assert.ok(error instanceof NetworkFailure, String(error));
      const alert = alertIn(error.failure.detail);
      assert.deepEqual([alert?.number, alert?.from], [number, 'ours'], error.failure.detail);
      const until = performance.now() + 2_000;
      const octets = (): Buffer => Buffer.concat(sent);
      // The last octet of our hello is random, and may be the number.
      const isThere = (): boolean => octets().at(-7) === 21 && octets().at(-1) === number;
      while (!isThere() && performance.now() < until) await new Promise((go) => setTimeout(go, 5));
      assert.deepEqual(
        [...octets().subarray(-7)].filter((_, at) => at === 0 || at > 4),
        [21, 2, number],
      );
    } finally {
      link.close();
      await server.stop();
    }
  });
}
