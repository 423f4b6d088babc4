import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { decode, encode, type Answer } from 'dns-packet';
import { NetworkFailure } from '../../src/federation/failure.ts';
import { alternativeNames } from '../../src/net/alternative-names.ts';
import { derElement, derElements, DerInvalid, objectId } from '../../src/net/der.ts';
import { distinguishedName } from '../../src/net/distinguished-name.ts';
import { toAnswer } from '../../src/net/dns-answer.ts';
import { MalformedMessage, Octets, readName } from '../../src/net/dns-octets.ts';
import { readMessage } from '../../src/net/dns-read.ts';
import { createNet } from '../../src/net/node-net.ts';
import { readStaple } from '../../src/net/ocsp.ts';
import { serverFlight } from '../../src/net/server-flight.ts';
import { parseCertificate } from '../../src/net/x509/parsed.ts';
import {
  element,
  explicit,
  generalizedTime,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  set,
  utf8,
} from '../corpus/x509/der.ts';
import { leaf } from '../lab/certificates.ts';
import { certificates, message, record, requestHead, vector } from './flight-octets.ts';

// Caps on what strangers send, each at its limit and one past it. The table of all caps is in SECURITY.md.

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe('names and aliases in DNS', () => {
  test('a name has 255 octets at most', () => {
    const name = (last: number): Octets => {
      const labels = [63, 63, 63, last].flatMap((length) => [length, ...times(length, () => 0x61)]);
      return new Octets(Uint8Array.from([...labels, 0]).buffer);
    };
    assert.equal(readName(name(61), 0).end, 255);
    assert.throws(() => readName(name(62), 0), MalformedMessage);
  });

  test('127 pointers of one name are followed', () => {
    // A root label, and behind it pointers, each to the one before.
    const chain = (pointers: number): Octets => {
      const bytes = [0, ...times(pointers, (at) => (at === 0 ? 0 : 1 + 2 * (at - 1))).flatMap((to) => [0xc0, to])];
      return new Octets(Uint8Array.from(bytes).buffer);
    };
    const last = (pointers: number): number => 1 + 2 * (pointers - 1);
    assert.equal(readName(chain(127), last(127)).name, '.');
    assert.throws(() => readName(chain(128), last(128)), MalformedMessage);
  });

  const answerOf = (answers: readonly Answer[]) => {
    const question = { name: 'a.example', type: 'A' } as const;
    const bytes = encode({ type: 'response', id: 7, questions: [question], answers: [...answers] });
    return toAnswer(readMessage(bytes), question, { server: { address: '192.0.2.53', port: 53 }, overTcp: true });
  };

  test('256 records of one answer are kept, the rest is counted', () => {
    const records = (count: number): readonly Answer[] =>
      times(count, (at) => ({ type: 'A', name: 'a.example', ttl: 9, data: `192.0.2.${String(at % 256)}` }));
    const kept = (count: number) => [answerOf(records(count)).records.length, answerOf(records(count)).dropped];
    assert.deepEqual(
      [kept(256), kept(257)],
      [
        [256, 0],
        [256, 1],
      ],
    );
  });

  test('16 aliases of one answer are followed', () => {
    const aliased = (count: number): readonly Answer[] => {
      const name = (at: number): string => (at === 0 ? 'a.example' : `n${String(at)}.example`);
      const aliases = times(count, (at): Answer => ({ type: 'CNAME', name: name(at), ttl: 9, data: name(at + 1) }));
      return [...aliases, { type: 'A', name: name(count), ttl: 9, data: '192.0.2.1' }];
    };
    const addresses = (count: number) => answerOf(aliased(count)).records.filter(({ type }) => type === 'A').length;
    assert.deepEqual([addresses(16), addresses(17)], [1, 0]);
  });

  test('64 datagrams that are no answer are passed over', async () => {
    const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
    const asked = async (strangers: number): Promise<number> => {
      const udp = createSocket('udp4');
      udp.on('message', (bytes, { port, address }) => {
        const { id, questions } = decode(bytes);
        const answers = [{ type: 'A', name: 'a.example', ttl: 9, data: '192.0.2.1' }] as const;
        const reply = (of: number) =>
          encode({ type: 'response', id: of, questions: questions ?? [], answers: [...answers] });
        for (const wrong of times(strangers, () => reply((id ?? 0) ^ 1))) udp.send(wrong, port, address);
        udp.send(reply(id ?? 0), port, address);
      });
      await new Promise<void>((done) => udp.bind(0, '127.0.0.1', done));
      try {
        const server = { address: '127.0.0.1', port: udp.address().port };
        return (await net.ask(server, { name: 'a.example', type: 'A' }, AbortSignal.timeout(5_000))).records.length;
      } finally {
        udp.close();
      }
    };
    assert.equal(await asked(64), 1);
    await assert.rejects(
      asked(65),
      (error) => error instanceof NetworkFailure && error.failure.code === 'dns_malformed',
    );
  });
});

describe('what is kept of a certificate', () => {
  test('100 names, 300 characters of each, 5 mail addresses', () => {
    const names = (count: number) => alternativeNames(times(count, (at) => `DNS:n${String(at)}.example`).join(', '));
    assert.deepEqual([names(100).dns.length, names(100).total], [100, 100]);
    assert.deepEqual([names(101).dns.length, names(101).total], [100, 101]);
    const long = (length: number) => alternativeNames(`DNS:${'x'.repeat(length)}`).dns[0];
    assert.deepEqual([long(300), long(301)], ['x'.repeat(300), `${'x'.repeat(300)}…`]);
    const mails = (count: number) => alternativeNames(times(count, () => 'email:a@a.example').join(', ')).email.length;
    assert.deepEqual([mails(5), mails(6)], [5, 5]);
  });

  const attribute = (value: string): Buffer => set(sequence(oid('2.5.4.11'), utf8(value)));
  const nameOf = (...values: readonly string[]) => distinguishedName(derElement(sequence(...values.map(attribute))));

  test('20 attributes and 200 characters of a name of an authority', () => {
    const attributes = (count: number) => nameOf(...times(count, () => 'x'))?.split(', ').length;
    assert.deepEqual([attributes(20), attributes(21)], [20, 20]);
    const whole = (length: number) => nameOf('x'.repeat(length - 'OU='.length));
    assert.deepEqual([whole(200), whole(201)], [`OU=${'x'.repeat(197)}`, `OU=${'x'.repeat(197)}…`]);
  });

  test('200 elements of a list, 32 numbers of an object identifier', () => {
    const list = (count: number) => derElements(Buffer.concat(times(count, () => integer('01')))).length;
    assert.deepEqual([list(200), list(201)], [200, 200]);
    const numbers = (count: number) => objectId(Uint8Array.from(times(count, () => 0x2a)));
    assert.equal(numbers(32).split('.').length, 33, 'the first octet holds two');
    assert.throws(() => numbers(33), DerInvalid);
  });

  test('200 extensions; a certificate with more is not read', async () => {
    const { certPem } = await leaf({ names: ['a.example'] });
    const [signed, ...rest] = derElements(derElement(new X509Certificate(certPem).raw).content);
    assert.ok(signed !== undefined);
    const fields = derElements(signed.content).filter(({ tag }) => tag !== 0xa3);
    const withExtensions = (count: number): Buffer => {
      const extensions = times(count, (at) =>
        sequence(oid(`1.3.6.1.4.1.99999.${String(at)}`), octets(Buffer.from([5, 0]))),
      );
      const body = sequence(...fields.map(({ encoded }) => encoded), explicit(3, sequence(...extensions)));
      return sequence(body, ...rest.map(({ encoded }) => encoded));
    };
    assert.equal(parseCertificate(withExtensions(200)).extensions?.length, 200);
    assert.throws(() => parseCertificate(withExtensions(201)), DerInvalid);
  });
});

describe('what is kept of the first flight of a server', () => {
  const made = leaf({ names: ['a.example'] }).then(({ certPem }) => new X509Certificate(certPem).raw);

  test('20 certificates as they were sent, the rest is counted', async () => {
    const raw = await made;
    const kept = (count: number) => {
      const flight = serverFlight(record(certificates(...times(count, () => raw))), null);
      return [flight?.presented.length, flight?.presentedTotal];
    };
    assert.deepEqual(
      [kept(20), kept(21)],
      [
        [20, 20],
        [20, 21],
      ],
    );
  });

  test('32 authorities that a certificate of ours is wanted from, the rest is counted', async () => {
    const raw = await made;
    const name = sequence(set(sequence(oid('2.5.4.3'), utf8('CA'))));
    const kept = (count: number) => {
      const names = vector(
        2,
        times(count, () => vector(2, [name])),
      );
      const flight = serverFlight(record(certificates(raw), message(13, ...requestHead, names)), null);
      return [flight?.authorities.length, flight?.authoritiesTotal];
    };
    assert.deepEqual(
      [kept(32), kept(33)],
      [
        [32, 32],
        [32, 33],
      ],
    );
  });
});

describe('what is kept of an OCSP response', () => {
  /** A response about so many certificates; ours, serial 2, comes last. */
  function about(count: number) {
    const single = (serial: string): Buffer => {
      const id = sequence(
        sequence(oid('1.3.14.3.2.26')),
        octets(Buffer.alloc(20)),
        octets(Buffer.alloc(20)),
        integer(serial),
      );
      return sequence(id, implicit(0, ''), generalizedTime('20260101000000Z'));
    };
    const list = sequence(...times(count, (at) => single(at === count - 1 ? '02' : '01')));
    const data = sequence(explicit(2, octets(Buffer.alloc(20))), generalizedTime('20260101000000Z'), list);
    const basic = sequence(data, sequence(oid('1.2.840.10045.4.3.2')), element(3, Buffer.from([0, 1])));
    const bytes = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic));
    return readStaple(sequence(element(0x0a, Buffer.from([0])), explicit(0, bytes)), '02', null);
  }

  test('50 statements are looked at, 3 serial numbers kept', () => {
    assert.deepEqual([about(50).status, about(51).status], ['good', null]);
    assert.deepEqual([about(3).serials.length, about(4).serials.length], [3, 3]);
  });
});
