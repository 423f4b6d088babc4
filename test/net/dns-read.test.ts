import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encode, type Answer } from 'dns-packet';
import fc from 'fast-check';
import { toAnswer } from '../../src/net/dns-answer.ts';
import { MalformedMessage } from '../../src/net/dns-octets.ts';
import { readMessage } from '../../src/net/dns-read.ts';
import { bombedAnswer } from '../hostile/dns-bomb.ts';
import { questionFor, response as rawResponse } from '../hostile/dns-server.ts';
import { costMs } from '../processor-time.ts';

const name = 'sip.a.example';
const from = { server: { address: '192.0.2.53', port: 53 }, overTcp: false };

/** dns-packet as an independent writer. */
function response(answers: Answer[], type: 'A' | 'AAAA' | 'SRV' | 'CNAME' = 'A'): Buffer {
  return encode({ type: 'response', id: 7, questions: [{ name, type }], answers });
}

/** A response to an A question for `a.`, with an answer section of these octets. */
function raw(count: number, ...octets: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 7, 0x80, 0, 0, 1, 0, count, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1, ...octets]);
}

const isMalformed = (error: unknown): boolean => error instanceof MalformedMessage;

describe('readMessage', () => {
  it('reads the four types as another library wrote them', () => {
    const bytes = response([
      { type: 'CNAME', name: 'SIP.a.example', ttl: 5, data: 'Edge.A.Example' },
      { type: 'A', name: 'edge.a.example', ttl: 6, data: '192.0.2.1' },
      { type: 'AAAA', name: 'edge.a.example', ttl: 7, data: '2001:db8:0:0:1:0:0:1' },
      { type: 'SRV', name: 'edge.a.example', ttl: 8, data: { priority: 1, weight: 2, port: 5061, target: '.' } },
      { type: 'TXT', name: 'edge.a.example', ttl: 9, data: 'not looked into' },
    ]);
    const message = readMessage(bytes);
    assert.deepEqual(message.question, { name, type: 1, class: 1 });
    assert.deepEqual(message.answers(), [
      { type: 'CNAME', name, ttl: 5, target: 'edge.a.example' },
      { type: 'A', name: 'edge.a.example', ttl: 6, address: '192.0.2.1' },
      { type: 'AAAA', name: 'edge.a.example', ttl: 7, address: '2001:db8::1:0:0:1' },
      { type: 'SRV', name: 'edge.a.example', ttl: 8, priority: 1, weight: 2, port: 5061, target: '.' },
    ]);
  });

  it('reads NAPTR as another library wrote it', () => {
    const data = { order: 10, preference: 20, flags: 'S', services: 'SIPS+D2T', regexp: '' };
    const bytes = encode({
      type: 'response',
      questions: [{ name, type: 'NAPTR' }],
      answers: [{ type: 'NAPTR', name, ttl: 9, data: { ...data, replacement: '_sips._tcp.A.example' } }],
    });
    assert.deepEqual(readMessage(bytes).answers(), [
      { type: 'NAPTR', name, ttl: 9, ...data, replacement: '_sips._tcp.a.example' },
    ]);
  });

  it('reads the times of signatures in each section, and no more than 32', () => {
    const times = { inception: 1_700_000_000, expiration: 1_800_000_000 };
    const signature = (of: string, covered: string): Answer => ({
      type: 'RRSIG',
      name: of,
      ttl: 9,
      data: {
        typeCovered: covered,
        algorithm: 13,
        labels: 3,
        originalTTL: 9,
        keyTag: 1,
        signersName: 'a.example',
        signature: Buffer.alloc(64),
        ...times,
      },
    });
    const said = (count: number) =>
      readMessage(
        encode({
          type: 'response',
          questions: [{ name, type: 'A' }],
          answers: Array.from({ length: count }, () => signature(name, 'A')),
          authorities: [signature('A.example', 'SOA')],
        }),
      );
    assert.deepEqual(said(1).signatures('answer'), [{ name, covers: 1, ...times }]);
    assert.deepEqual(said(1).signatures('authority'), [{ name: 'a.example', covers: 6, ...times }]);
    assert.deepEqual(
      [said(32), said(33)].map((each) => each.signatures('answer').length),
      [32, 32],
    );
    assert.deepEqual(said(1).answers(), [], 'a signature is no record of its own');
    const owner = [0xc0, 12];
    const short = raw(1, ...owner, 0, 46, 0, 1, 0, 0, 0, 9, 0, 18, ...Array.from({ length: 18 }, () => 0));
    assert.throws(() => readMessage(short).signatures('answer'), isMalformed);
  });

  it('keeps the signatures of the records that are kept, where they were asked for', () => {
    const rrsig = (of: string, typeCovered: string, expiration: number): Answer => ({
      type: 'RRSIG',
      name: of,
      data: {
        typeCovered,
        algorithm: 13,
        labels: 3,
        originalTTL: 9,
        inception: 1,
        expiration,
        keyTag: 1,
        signersName: 'a.example',
        signature: Buffer.alloc(64),
      },
    });
    const message = readMessage(
      response([
        { type: 'A', name, ttl: 5, data: '192.0.2.1' },
        rrsig(name, 'A', 20),
        rrsig(name, 'TXT', 10),
        rrsig('other.example', 'A', 5),
      ]),
    );
    const question = { name, type: 'A' } as const;
    assert.deepEqual(toAnswer(message, { ...question, signatures: true }, from).signatures, [
      { name, covers: 1, inception: 1, expiration: 20 },
    ]);
    assert.equal(toAnswer(message, question, from).signatures, undefined);
  });

  it('finds the zone that says no, behind what stands before it', () => {
    const soa = { mname: 'ns.a.example', rname: 'h.a.example', serial: 1, refresh: 2, retry: 3, expire: 4 };
    const said = (ttl: number, minimum: number) =>
      readMessage(
        encode({
          type: 'response',
          questions: [{ name, type: 'A' }],
          answers: [{ type: 'CNAME', name, data: 'x.a.example' }],
          authorities: [
            { type: 'NS', name: 'b.example', data: 'ns.b.example' },
            { type: 'SOA', name: 'A.example', ttl, data: { ...soa, minimum } },
          ],
        }),
      ).zone();
    assert.deepEqual(said(60, 300), { name: 'a.example', negativeTtl: 60 }, 'the smaller of the two (RFC 2308 §5)');
    assert.deepEqual(said(600, 300), { name: 'a.example', negativeTtl: 300 });
    assert.equal(readMessage(response([])).zone(), null);
    const broken = Buffer.from(encode({ authorities: [{ type: 'SOA', name: '.', data: { ...soa, minimum: 1 } }] }));
    broken.writeUInt16BE(0x8000, 2);
    assert.throws(() => readMessage(broken.subarray(0, -1)).zone(), isMalformed);
  });

  it('writes any IPv6 address so that it reads back as the same octets', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (octets, zeros) => {
          const groups = Array.from({ length: 8 }, (_, at) =>
            zeros[at]! % 2 === 0 ? [0, 0] : [octets[2 * at]!, octets[2 * at + 1]!],
          );
          const bytes = raw(1, 0xc0, 12, 0, 28, 0, 1, 0, 0, 0, 1, 0, 16, ...groups.flat());
          const [record] = readMessage(bytes).answers();
          assert.equal(record?.type, 'AAAA');
          const back = encode({ answers: [{ type: 'AAAA', name: '.', data: record.address }] });
          assert.deepEqual([...back.subarray(-16)], groups.flat());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps a dot inside a label from passing for a border between labels', () => {
    const bytes = raw(1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 8, 4, 0x61, 0x2e, 0x00, 0x5c, 1, 0x62, 0);
    assert.deepEqual(readMessage(bytes).answers(), [{ type: 'CNAME', name: 'a', ttl: 1, target: 'a\\.\\000\\\\.b' }]);
  });

  it('refuses loops, forward pointers, cut messages, long names and odd lengths', () => {
    const broken: Readonly<Record<string, Uint8Array>> = {
      'pointer to itself': raw(1, 0xc0, 19, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      'two pointers in a circle': raw(1, 0xc0, 21, 0xc0, 19, 0, 1, 0, 1),
      'pointer forward': raw(1, 0xc0, 30, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4, 0),
      'fewer records than announced': raw(2, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4),
      'an address of three octets': raw(1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 3, 1, 2, 3),
      'an SRV without target': raw(1, 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0),
      'an alias longer than its record': raw(1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 1, 0xc0, 12),
      'a NAPTR that ends in its texts': raw(1, 0xc0, 12, 0, 35, 0, 1, 0, 0, 0, 1, 0, 9, 0, 1, 0, 1, 9, 0x73, 0, 0, 0),
      'a NAPTR whose texts reach into the next record': raw(
        1,
        ...[0xc0, 12, 0, 35, 0, 1, 0, 0, 0, 1, 0, 8, 0, 1, 0, 1, 1, 0x73, 0, 0, 0],
      ),
      'a label of unknown kind': raw(1, 0x80, 0, 0, 1),
      'a name of 260 octets': raw(1, ...Array.from({ length: 130 }, () => [1, 0x61]).flat(), 0, 0, 1, 0, 1),
    };
    for (const [what, bytes] of Object.entries(broken)) {
      assert.throws(() => readMessage(bytes).answers(), isMalformed, what);
    }
    assert.throws(() => readMessage(new Uint8Array(11)), isMalformed);
  });

  it('throws nothing but MalformedMessage at garbage and at broken real messages', () => {
    const real = response([
      { type: 'CNAME', name, data: 'edge.a.example' },
      { type: 'SRV', name: 'edge.a.example', data: { priority: 1, weight: 2, port: 3, target: 'x.a.example' } },
      {
        type: 'NAPTR',
        name,
        data: { order: 1, preference: 2, flags: 's', services: 'SIP+D2T', regexp: '', replacement: 'x.a.example' },
      },
    ]);
    const readAll = (bytes: Uint8Array): void => {
      try {
        readMessage(bytes).answers();
        readMessage(bytes).zone();
      } catch (error) {
        if (!isMalformed(error)) throw error;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), readAll), { numRuns: 3_000 });
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.nat(255), fc.nat(real.length), (at, octet, cut) => {
        const bytes = Uint8Array.from(real);
        bytes[at] = octet;
        readAll(bytes);
        readAll(bytes.subarray(0, cut));
      }),
      { numRuns: 3_000 },
    );
  });

  it('a message full of long pointer chains costs little', () => {
    const bytes = new Uint8Array(65_535);
    bytes.set([0, 7, 0x80, 0, 0, 0, 0xff, 0xff]);
    for (let at = 14; at < 16_000; at += 2) bytes.set([0xc0 | ((at - 2) >> 8), (at - 2) & 0xff], at);
    assert.ok(costMs(() => assert.throws(() => readMessage(bytes).answers(), isMalformed)) < 50);
  });

  it('64 kB in which every pair of octets is a name of a hundred labels costs little', () => {
    const query = { id: 7, name: 'a', type: 33, question: questionFor('_sipfederationtls._tcp.a.example', 33) };
    const bytes = rawResponse(query, bombedAnswer());
    const read = (): void => {
      const message = readMessage(bytes);
      assert.equal(message.answers().length, 2_400);
      assert.equal(message.zone(), null);
    };
    const tries = [1, 2, 3, 4].map(() => costMs(read));
    assert.ok(Math.min(...tries) < 50, tries.join());
  });
});

describe('toAnswer', () => {
  const answer = (answers: Answer[]) =>
    toAnswer(readMessage(response(answers)), { name: 'SIP.A.example.', type: 'A' }, from);

  it('follows aliases inside the answer and leaves strangers out', () => {
    const { records } = answer([
      { type: 'A', name: 'stranger.example', data: '192.0.2.66' },
      { type: 'A', name: 'end.b.example', data: '192.0.2.1' },
      { type: 'CNAME', name: 'middle.b.example', data: 'end.b.example' },
      { type: 'CNAME', name, data: 'middle.b.example' },
    ]);
    assert.deepEqual(
      records.map((each) => each.name),
      ['end.b.example', 'middle.b.example', name],
    );
  });

  it('ends at a circle of aliases', () => {
    const { records } = answer([
      { type: 'CNAME', name, data: 'b.example' },
      { type: 'CNAME', name: 'b.example', data: name },
    ]);
    assert.equal(records.length, 2);
  });

  it('keeps 256 records and counts the rest', () => {
    const many = Array.from({ length: 300 }, (_, at): Answer => ({
      type: 'A',
      name,
      data: `192.0.2.${String(at % 256)}`,
    }));
    const { records, dropped } = answer(many);
    assert.deepEqual([records.length, dropped], [256, 44]);
  });

  it('nothing of the wanted type is dns_nodata', () => {
    assert.throws(() => answer([{ type: 'AAAA', name, data: '2001:db8::1' }]), {
      failure: { code: 'dns_nodata', detail: 'no A record at SIP.A.example.' },
      reply: { rcode: 'NOERROR', authoritative: false, authenticated: false, zone: null, isAlias: false },
    });
  });

  it('a no says who says it: rcode, AA, AD, and whether the name is an alias', () => {
    const no = (flags: number, answers: Answer[] = []) => {
      const bytes = encode({ type: 'response', id: 7, flags, questions: [{ name, type: 'A' }], answers });
      return () => toAnswer(readMessage(bytes), { name, type: 'A' }, from);
    };
    const plain = { authoritative: false, authenticated: false, zone: null, isAlias: false };
    assert.throws(no(0x0400 | 0x0020 | 3, [{ type: 'CNAME', name, data: 'gone.example' }]), {
      failure: { code: 'dns_nxdomain', detail: `NXDOMAIN for ${name} A` },
      reply: { rcode: 'NXDOMAIN', authoritative: true, authenticated: true, zone: null, isAlias: true },
    });
    assert.throws(no(2, [{ type: 'CNAME', name, data: 'gone.example' }]), { reply: { ...plain, rcode: 'SERVFAIL' } });
    assert.throws(no(5), { reply: { ...plain, rcode: 'REFUSED' } });
    assert.throws(no(9), { reply: { ...plain, rcode: 'rcode 9' } });
  });
});
