import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contentLength, maxHeaders } from '../../../src/probe/sip/headers.ts';
import { mayBeSip, readHead, topBranch, type SipResponse } from '../../../src/probe/sip/message.ts';
import { costMs } from '../../processor-time.ts';
import { maxLineOctets } from '../../../src/probe/sip/start-line.ts';

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

function response(text: string): SipResponse {
  const read = readHead(text);
  assert.equal(read.kind, 'response');
  return (read as { response: SipResponse }).response;
}

describe('readHead', () => {
  test('status, reason and headers, names in any case, compact forms, white space around the colon', () => {
    const read = response(
      head('SIP/2.0 200 All is well', 'v: SIP/2.0/TLS a;branch=z9hG4bKx', 'CSEQ : 1 OPTIONS', 'l:0', 'X-Own: é'),
    );
    assert.equal(read.status, 200);
    assert.equal(read.reason, 'All is well');
    assert.deepEqual(
      [...read.headers],
      [
        ['via', ['SIP/2.0/TLS a;branch=z9hG4bKx']],
        ['cseq', ['1 OPTIONS']],
        ['content-length', ['0']],
        ['x-own', ['é']],
      ],
    );
  });

  test('a line that begins with white space continues the one before (RFC 3261 §7.3.1)', () => {
    const read = response(head('SIP/2.0 503 Busy', 'Warning: 399 a "one', '\ttwo"', ' three'));
    assert.deepEqual(read.headers.get('warning'), ['399 a "one two" three']);
  });

  test('several headers of a name keep their order', () => {
    const read = response(head('SIP/2.0 200 OK', 'Via: one', 'Via: two'));
    assert.deepEqual(read.headers.get('via'), ['one', 'two']);
  });

  test('an empty reason phrase is allowed', () => {
    assert.equal(response(head('SIP/2.0 200 ')).reason, '');
    assert.equal(response(head('SIP/2.0 200')).status, 200);
  });

  test('a request of theirs on our connection is a request', () => {
    assert.equal(readHead(head('OPTIONS sip:a SIP/2.0', 'l: 0')).kind, 'request');
  });

  test('other protocols are not SIP', () => {
    for (const line of [
      'HTTP/1.1 400 Bad Request',
      'SSH-2.0-OpenSSH',
      '220 mail ESMTP',
      '',
      'SIP/3.0 200 OK',
      'SIP/2.00 200 OK',
    ]) {
      assert.equal(readHead(head(line)).kind, 'not_sip', line);
    }
  });

  test('SIP with a broken first line is SIP, and malformed', () => {
    for (const line of [
      'SIP/2.0 099 X',
      'SIP/2.0  200 OK',
      'SIP/2.0 2000 OK',
      'SIP/2.0 4294967301 better not break the receiver',
      'SIP/2.0',
      'OPTIONS sip:a b SIP/2.0',
      'OPTIONS sip:a SIP/7.0',
    ]) {
      assert.equal(readHead(head(line)).kind, 'malformed', line);
    }
  });

  test('broken header lines, and lines and counts at and beyond their caps', () => {
    assert.equal(readHead(head('SIP/2.0 200 OK', 'no colon here')).kind, 'malformed');
    const long = (octets: number) => head('SIP/2.0 200 OK', `X: ${'a'.repeat(octets - 3)}`);
    assert.equal(readHead(long(maxLineOctets)).kind, 'response');
    assert.equal(readHead(long(maxLineOctets + 1)).kind, 'malformed');
    const many = (count: number) => head('SIP/2.0 200 OK', ...Array.from({ length: count }, () => 'X: y'));
    assert.equal(readHead(many(maxHeaders)).kind, 'response');
    assert.equal(readHead(many(maxHeaders + 1)).kind, 'malformed');
  });

  test('header names of Object.prototype are only names', () => {
    assert.deepEqual(response(head('SIP/2.0 200 OK', '__proto__: x', 'constructor: y')).headers.get('constructor'), [
      'y',
    ]);
  });

  test('property: any text is read without throwing and within 50 ms', () => {
    const line = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const text = `SIP/2.0 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`;
        // Time of the processor: a machine that pauses is not a slow reader.
        assert.ok(costMs(() => assert.ok(['response', 'malformed'].includes(readHead(text).kind))) < 50);
      }),
      { seed: 3261, numRuns: 1000 },
    );
  });
});

test('mayBeSip decides on the first octets', () => {
  for (const text of ['S', 'SIP/2', 'SIP/2.0 200', 'SIP/2.0 200 OK\r\n', 'OPTIONS sip:x SIP/2.0\r\n'])
    assert.ok(mayBeSip(text), text);
  for (const text of [
    'HTTP/1.1 400 Bad Request\r\n',
    'HTTP/1',
    'SSH-2.0-OpenSSH_9.6\r\n',
    'login: ',
    '<html>',
    '\u0015\u0003',
  ])
    assert.ok(!mayBeSip(text), text);
});

test('Content-Length: absent is 0, disagreeing, huge or not a number is none', () => {
  const of = (...values: string[]) => contentLength(new Map([['content-length', values]]));
  assert.equal(contentLength(new Map()), 0);
  assert.equal(of('12'), 12);
  assert.equal(of('65536'), 65536);
  for (const values of [['65537'], ['-1'], ['1e3'], ['1', '2'], ['999999'], ['']]) assert.equal(of(...values), null);
});

test('the branch of the top-most Via', () => {
  const of = (...via: string[]) => topBranch(new Map([['via', via]]));
  assert.equal(of('SIP/2.0/TLS a;rport;branch=z9hG4bKone, SIP/2.0/UDP b;branch=z9hG4bKtwo'), 'z9hG4bKone');
  assert.equal(of('SIP/2.0/TLS a; BRANCH = z9hG4bKx ;rport'), 'z9hG4bKx');
  assert.equal(of('SIP/2.0/TLS a'), null);
});
