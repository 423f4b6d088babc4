import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { single } from '../../../src/probe/sip/headers.ts';
import { match, readCSeq, readTag } from '../../../src/probe/sip/matching.ts';
import { readHead } from '../../../src/probe/sip/message.ts';
import { cut, parametersOf, trim, unquoted, withoutComments } from '../../../src/probe/sip/scan.ts';
import { readVia, topVia } from '../../../src/probe/sip/via.ts';
import { answer, ids } from '../../corpus/sip/torture.ts';

describe('cut', () => {
  test('separates outside of quotes, brackets and comments only', () => {
    assert.deepEqual(cut('a, "b, \\", c" <sip:x,y>, (d, (e, \\)), f), g', ','), [
      'a',
      '"b, \\", c" <sip:x,y>',
      '(d, (e, \\)), f)',
      'g',
    ]);
    assert.deepEqual(cut('', ';'), ['']);
    assert.deepEqual(cut(';;', ';'), ['', '', '']);
  });

  test('a quote, bracket or comment that stays open leaves the meaning open', () => {
    for (const value of ['"a', 'a "b\\"', '<sip:x', '(a (b)', '"\\']) assert.equal(cut(value, ','), null, value);
  });
});

test('where nothing is quoted, bracketed or a comment, the short way says what the long way says', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', ';', ',', ' ', '\t', '\\', '>', ')', '=', '\u00a0') });
  const held = fc.property(plain, (value) => {
    assert.deepEqual(cut(value, ';'), cut(`${value};"q"`, ';')?.slice(0, -1));
    assert.deepEqual(cut(value, ','), cut(`${value},<q>`, ',')?.slice(0, -1));
    assert.equal(withoutComments(value), withoutComments(`${value}(c)`));
  });
  fc.assert(held, { numRuns: 500 });
});

test('comments are taken out, those in quotes are none', () => {
  assert.equal(withoutComments('120 (I\\)m (in) a meeting) '), '120');
  assert.equal(withoutComments('"(a)" b'), '"(a)" b');
  assert.equal(trim(' \t a b\u00a0 '), 'a b\u00a0');
});

test('quoted strings lose quotes and escapes', () => {
  assert.equal(unquoted('"a \\"b\\" \\\\"'), 'a "b" \\');
  for (const value of ['a', '"a', '"a"b"', '"a\\"']) assert.equal(unquoted(value), null, value);
});

test('parameters: white space around =, no value, quoted values; no repetition, nothing empty', () => {
  assert.deepEqual(parametersOf(['LR', 'tag \t= x', 'q="a;b"', 'e=']), [
    { name: 'lr', value: null },
    { name: 'tag', value: 'x' },
    { name: 'q', value: 'a;b' },
    { name: 'e', value: '' },
  ]);
  for (const pieces of [[''], ['a', 'A'], ['a=b c'], ['a="b'], ['=x'], ['a=<b>']]) {
    assert.equal(parametersOf(pieces), null, String(pieces));
  }
});

describe('Via', () => {
  test('white space, port, IPv6, comment, unbracketed received address', () => {
    assert.deepEqual(readVia('SIP / 2.0 /\ttls [2001:DB8::1] : 5061 (edge) ; branch = z9hG4bKx;received=2001:db8::2'), {
      transport: 'TLS',
      host: '2001:db8::1',
      port: 5061,
      parameters: [
        { name: 'branch', value: 'z9hG4bKx' },
        { name: 'received', value: '2001:db8::2' },
      ],
    });
    assert.deepEqual(topVia(['SIP/2.0/UDP a;x="1,2", SIP/2.0/UDP b', 'SIP/2.0/UDP c']), {
      transport: 'UDP',
      host: 'a',
      port: null,
      parameters: [{ name: 'x', value: '1,2' }],
    });
  });

  test('what is no Via is none', () => {
    for (const value of ['', 'SIP/2.0', 'SIP/2.0/UDP', 'SIP/2.0/UDP ;branch=x', 'SIP/2.0/UDP a b', 'SIP/2.0/UDP a:b']) {
      assert.equal(readVia(value), null, value);
    }
    assert.equal(topVia([]), null);
    assert.equal(topVia([', SIP/2.0/UDP a']), null);
  });
});

test('CSeq: a number below 2^31 and a method', () => {
  assert.deepEqual(readCSeq('0001 \t OPTIONS'), { number: 1, method: 'OPTIONS' });
  assert.deepEqual(readCSeq('2147483647 X'), { number: 2_147_483_647, method: 'X' });
  for (const value of ['2147483648 X', '1', 'OPTIONS', '-1 X', '1 X Y', '', '1,X']) {
    assert.equal(readCSeq(value), null, value);
  }
});

test('the tag of an address: none, or not to be read', () => {
  assert.equal(readTag('"a;tag=no" <sip:x;tag=no> ;TAG = yes'), 'yes');
  assert.equal(readTag('sip:x;tag=plain'), 'plain');
  assert.equal(readTag('<sip:x;tag=no>'), null);
  for (const value of ['', '<sip:x', '"a <sip:x>;tag=1', '<sip:x>;tag=1;tag=2']) {
    assert.equal(readTag(value), undefined, value);
  }
});

test('a header that may stand once: repeating is harmless, contradicting is not', () => {
  const read = (...values: string[]) => single(new Map(values.length === 0 ? [] : [['x', values]]), 'x');
  assert.deepEqual(read('a', 'a'), { ok: true, value: 'a' });
  assert.deepEqual(read('a', 'b'), { ok: false, why: 'contradicted' });
  assert.deepEqual(read(), { ok: false, why: 'missing' });
});

test('match names what is wrong with an answer that is meant for us', () => {
  const of = (over: Parameters<typeof answer>[0]) => {
    const head = readHead(answer(over));
    assert.equal(head.kind, 'response');
    return match(head.response, ids);
  };
  assert.deepEqual(of({}), { kind: 'ours' });
  assert.deepEqual(of({ cseq: 'CSeq: 2 OPTIONS' }), { kind: 'other' });
  assert.deepEqual(of({ cseq: null }), { kind: 'broken', why: 'cseq is missing' });
  assert.deepEqual(of({ cseq: 'CSeq: x' }), { kind: 'broken', why: 'cseq is broken' });
  assert.deepEqual(of({ to: null }), { kind: 'broken', why: 'to is missing' });
  assert.deepEqual(of({ more: ['Call-ID: x'] }), { kind: 'broken', why: 'call-id is contradicted' });
  assert.deepEqual(of({ via: null }), { kind: 'broken', why: 'the top-most via has no branch or is broken' });
  assert.deepEqual(of({ via: null, callId: null, from: null }), { kind: 'other' });
});
