import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientHello } from '../../../src/probe/tls/client-hello.ts';
import { maxAnswer, readAnswer, tlsVersions } from '../../../src/probe/tls/hello-answer.ts';

const hello = (version: number, extensions: readonly number[] = []): Buffer => {
  const tail = extensions.length === 0 ? [] : [extensions.length >> 8, extensions.length & 255, ...extensions];
  const body = [version >> 8, version & 255, ...new Array<number>(32).fill(7), 1, 9, 0xc0, 0x2f, 0, ...tail];
  const message = [2, 0, 0, body.length, ...body];
  return Buffer.from([22, 3, 3, 0, message.length, ...message]);
};
const alert = (level: number, number: number): Buffer => Buffer.from([21, 3, 1, 0, 2, level, number]);

test('the version of a ServerHello is its own word, or that of the extension', () => {
  const version = (bytes: Buffer): unknown => readAnswer(bytes);
  assert.deepEqual(version(hello(0x0301)), { kind: 'server_hello', version: 'TLSv1' });
  assert.deepEqual(version(hello(0x0302)), { kind: 'server_hello', version: 'TLSv1.1' });
  assert.deepEqual(version(hello(0x0303)), { kind: 'server_hello', version: 'TLSv1.2' });
  const supported = [0, 51, 0, 1, 0, 0, 43, 0, 2, 3, 4];
  assert.deepEqual(version(hello(0x0303, supported)), { kind: 'server_hello', version: 'TLSv1.3' });
  assert.deepEqual(version(hello(0x0300)), { kind: 'server_hello', version: 'version 0300' });
});

test('an alert refuses the version or says nothing about it; a warning is passed over', () => {
  assert.deepEqual(readAnswer(alert(2, 70)), {
    kind: 'alert',
    phrase: 'alert 70 protocol_version',
    refusesVersion: true,
  });
  const name = { kind: 'alert', phrase: 'alert 112 unrecognized_name', refusesVersion: false };
  assert.deepEqual(readAnswer(alert(2, 112)), name);
  assert.deepEqual(readAnswer(Buffer.concat([alert(1, 112), hello(0x0303)])), {
    kind: 'server_hello',
    version: 'TLSv1.2',
  });
  assert.equal(readAnswer(alert(1, 112)), null);
});

test('an answer in pieces is waited for; what is no TLS is said at once', () => {
  const whole = hello(0x0303, [0, 43, 0, 2, 3, 4]);
  for (let length = 0; length < whole.length; length += 1) assert.equal(readAnswer(whole.subarray(0, length)), null);
  assert.notEqual(readAnswer(whole), null);
  for (const text of ['HTTP/1.1 400 Bad Request\r\n', 'SIP/2.0 400 Bad\r\n', '220 mail']) {
    assert.deepEqual(readAnswer(Buffer.from(text)), { kind: 'not_tls' });
  }
  const long = Buffer.from([22, 3, 3, 0xff, 0xff, 2, 0, 0x10, 0x01]);
  assert.deepEqual(readAnswer(long), { kind: 'not_tls' }, 'a ServerHello one octet over the limit');
  long[8] = 0;
  assert.equal(readAnswer(long), null, `a ServerHello of ${String(maxAnswer)} octets may still come`);
});

test('property: any octets are read without throwing', () => {
  const noise = fc.uint8Array({ maxLength: 300 });
  fc.assert(fc.property(noise, (bytes) => typeof readAnswer(bytes) === 'object'));
  const spoiled = fc.tuple(fc.nat(90), fc.nat(255));
  fc.assert(
    fc.property(spoiled, ([at, octet]) => {
      const bytes = hello(0x0303, [0, 43, 0, 2, 3, 4]);
      bytes[at] = octet;
      return typeof readAnswer(bytes) === 'object';
    }),
  );
});

test('a hello is one record of a version, and says no name for an address', () => {
  for (const version of tlsVersions) {
    const bytes = clientHello(version, 'sip.a.example');
    assert.deepEqual([...bytes.subarray(0, 3), bytes.readUInt16BE(3)], [22, 3, 1, bytes.length - 5]);
    assert.equal(bytes.readUIntBE(6, 3), bytes.length - 9);
    assert.ok(bytes.includes('sip.a.example'));
    assert.ok(!clientHello(version, '192.0.2.1').includes('192.0.2.1'));
  }
  assert.deepEqual(
    tlsVersions.map((version) => clientHello(version, 'a.example').readUInt16BE(9)),
    [0x0303, 0x0303, 0x0302, 0x0301],
  );
});
