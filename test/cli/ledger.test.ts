import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLedger } from '../../src/cli/render-ledger.ts';
import { requestRows, sentRows, type Ledger } from '../../src/http/ledger-rows.ts';
import { requestAsSent, sampleRequest } from '../../src/probe/sip/request.ts';
import * as made from '../metrics/made-up.ts';
import { golden } from './golden.ts';

const plain = { colour: false, columns: null };
const then = { domain: 'mon.example', userAgent: 'fedmon/0 (+https://mon.example)' };
const before = { ...then, userAgent: 'fedmon/0 (+https://old.example)' };
const edge = made.edge('sip.two.example', '192.0.2.1');
const random = ['1', '2', '3'].map((digit) => digit.repeat(32));
const connect = { what: 'tcp_connect', outcome: 'done' } as const;
const handshake = { what: 'tls_handshake', outcome: 'done', identity: null } as const;
const row = (minute: number) => ({
  ...{ slotMs: minute * 60_000, at: `2026-03-01T12:0${String(minute)}:00.000Z`, vantage: 'here-1', edge },
});
const asked = (sender: typeof then) =>
  ({ what: 'sip_options', outcome: '200', octets: 412, text: sampleRequest(edge, sender), random }) as const;

const once: Ledger = {
  rows: [
    { ...row(1), sendings: [{ what: 'tcp_connect', outcome: 'tcp_refused' }] },
    { ...row(0), sendings: [connect, handshake, asked(then)] },
  ],
};
const changed: Ledger = {
  rows: [
    { ...row(3), sendings: [connect, { ...handshake, identity: 'default' }], held: 'retry_after' },
    { ...row(2), edge: { ...edge, address: '192.0.2.2' }, sendings: [connect, handshake, asked(then)] },
    { ...row(1), sendings: [connect, handshake, { ...asked(then), outcome: 'sip_timeout', times: 3 }] },
    { ...row(0), sendings: [connect, handshake, asked(before)] },
  ],
};

test('what was sent, newest first, and the request once', () =>
  golden('ledger.txt', renderLedger('two.example', once, plain)));

test('requests that differ are each shown as they were sent, and the lines say which it was', () => {
  golden('ledger-changed.txt', renderLedger('two.example', changed, plain));
  const requests = requestRows(changed);
  assert.deepEqual(
    requests.map(({ number, addresses, times, firstAt, lastAt }) => [number, addresses.length, times, firstAt, lastAt]),
    [
      [1, 2, 4, '2026-03-01T12:01:00.000Z', '2026-03-01T12:02:00.000Z'],
      [2, 1, 1, '2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
    ],
  );
  const texts = sentRows(changed).map(({ text }) => text);
  assert.equal(texts.filter((text) => text !== null).length, 3);
  assert.equal(texts.at(-1), requestAsSent(sampleRequest(edge, before), random));
  assert.match(
    texts.at(-1) ?? '',
    /;branch=z9hG4bK1{32};rport\r\n[^]*;tag=2{32}\r\n[^]*\r\nCall-ID: 3{32}@mon\.example\r\n/,
  );
});

test('what an earlier version kept has no text, and none is made up for it', () => {
  const rows = [{ ...row(0), sendings: [connect, { what: 'sip_options', outcome: '200', octets: 412 } as const] }];
  assert.deepEqual(requestRows({ rows }), []);
  assert.equal(sentRows({ rows })[1]?.text, null);
  assert.match(renderLedger('two.example', { rows }, plain), /OPTIONS, 412 octets +answered 200/);
});

test('nothing was sent: said, and where the reason stands', () => {
  assert.match(
    renderLedger('two.example', { rows: [] }, plain),
    /^Nothing was sent to the edges of two\.example in the last seven days\. Why: .*fedmon partners show two\.example\n$/,
  );
});
