import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NetworkFailure } from '../../../src/federation/failure.ts';
import { within } from '../../../src/net/deadline.ts';
import {
  exchangeDatagrams,
  lingerMs,
  maxDatagrams,
  t1Ms,
  t2Ms,
  timerFMs,
} from '../../../src/probe/sip/datagram-transaction.ts';
import type { Answer } from '../../../src/probe/sip/hearing.ts';
import { answer, ids } from '../../corpus/sip/torture.ts';
import { manualClock } from '../../fakes/manual-clock.ts';
import { scriptedNet, type DatagramScript } from '../../fakes/scripted-net.ts';

interface Ended {
  /** When the request went out, milliseconds. */
  readonly sentAt: readonly number[];
  readonly outcome: Answer | string;
  readonly tookMs: number;
}

const to = { address: '192.0.2.1', port: 5060 };

/** One exchange by the clock of the test; `limitMs` is what the examination leaves for Timer F. */
async function run(replies: DatagramScript['replies'], limitMs = timerFMs): Promise<Ended> {
  const clock = manualClock();
  const net = scriptedNet({ datagrams: { '192.0.2.1:5060': replies === undefined ? {} : { replies } } });
  const link = await net.datagrams(to, new AbortController().signal);
  const sentAt: number[] = [];
  let tookMs = -1;
  const work = within(clock, limitMs, undefined, (signal) =>
    exchangeDatagrams({ link, request: 'OPTIONS', ids, clock, sending: () => sentAt.push(clock.monotonic()) }, signal),
  ).finally(() => (tookMs = clock.monotonic()));
  const outcome = work.catch((error: unknown) =>
    error instanceof NetworkFailure ? error.failure.code : String(error),
  );
  await clock.go(limitMs + 1_000);
  const ended = { sentAt, outcome: await outcome, tookMs };
  assert.equal(clock.waiting(), 0, 'no timer is left behind');
  return ended;
}

const statusOf = ({ outcome }: Ended): unknown => (typeof outcome === 'string' ? outcome : outcome.final.status);
const at =
  (turn: number, ...datagrams: readonly string[]): DatagramScript['replies'] =>
  (_, now) =>
    now === turn ? datagrams : [];

describe('timers over UDP (RFC 3261 §17.1.2.2)', () => {
  test('they are those of the table', () => {
    assert.deepEqual([t1Ms, t2Ms, timerFMs], [500, 4_000, 32_000]);
  });

  test('silence: Timer E at 0.5, 1, 2, 4, 4 … s, Timer F after 32 s', async () => {
    const ended = await run(undefined);
    const gaps = ended.sentAt.slice(1).map((ms, n) => ms - (ended.sentAt[n] ?? 0));
    assert.deepEqual(gaps, [500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000, 4_000]);
    assert.equal(ended.tookMs, 32_000);
    assert.equal(ended.outcome, 'DeadlineExceeded: no answer within 32000 ms');
  });

  test('the budget of the examination ends it before Timer F does', async () => {
    const ended = await run(undefined, 3_000);
    assert.deepEqual([ended.sentAt, ended.tookMs], [[0, 500, 1_500], 3_000]);
  });

  test('a provisional answer lengthens Timer E to T2, and is no answer', async () => {
    const ended = await run(at(2, answer({ line: 'SIP/2.0 100 Trying' })));
    assert.deepEqual(ended.sentAt.slice(0, 5), [0, 500, 1_500, 5_500, 9_500]);
    assert.equal(ended.outcome, 'sip_no_final');
  });

  test('the answer to any of them ends it: nothing is sent after it', async () => {
    for (const [turn, sentAt] of [
      [1, [0]],
      [2, [0, 500]],
      [4, [0, 500, 1_500, 3_500]],
    ] as const) {
      const ended = await run(at(turn, answer()));
      assert.deepEqual([statusOf(ended), ended.sentAt], [200, sentAt]);
      assert.equal(ended.tookMs, (sentAt.at(-1) ?? 0) + lingerMs);
    }
  });
});

describe('what comes over UDP', () => {
  test('strangers are passed over: another branch, CSeq, Call-ID or tag, a request, a keep-alive, rubbish', async () => {
    const strangers = [
      answer({ via: 'Via: SIP/2.0/UDP mon.example;branch=z9hG4bKother', line: 'SIP/2.0 403 Forbidden' }),
      answer({ cseq: 'CSeq: 2 OPTIONS', line: 'SIP/2.0 403 Forbidden' }),
      answer({ callId: 'Call-ID: other', line: 'SIP/2.0 403 Forbidden' }),
      answer({ from: 'From: <sip:fedmon@mon.example>;tag=other', line: 'SIP/2.0 403 Forbidden' }),
      'OPTIONS sip:x SIP/2.0\r\n\r\n',
      '\r\n\r\n',
      '\0\0\0\0',
      '',
      'jaK',
    ];
    const ended = await run(at(1, ...strangers, answer({ line: 'SIP/2.0 481 Gone' })));
    assert.deepEqual([statusOf(ended), ended.sentAt], [481, [0]]);
  });

  test('nothing but rubbish is said to be rubbish, and only when time is up', async () => {
    const ended = await run(at(1, 'HTTP/1.1 400 Bad Request\r\n\r\n'), 5_000);
    assert.deepEqual([ended.outcome, ended.tookMs], ['sip_not_sip', 5_000]);
  });

  test('an answer to us that cannot be read ends it at once', async () => {
    const cases = [
      answer({ cseq: null }),
      answer().slice(0, -2),
      // RFC 3261 §18.3: over UDP a body that is shorter than Content-Length is an error.
      answer({ length: 'Content-Length: 9' }),
    ];
    for (const text of cases) {
      const ended = await run(at(1, text));
      assert.deepEqual([ended.outcome, ended.tookMs], ['sip_malformed', 0], text);
    }
  });

  test('what lies behind Content-Length in a datagram is dropped, and without one the datagram is the body', async () => {
    assert.equal(statusOf(await run(at(1, `${answer()}${answer({ line: 'SIP/2.0 500 No' })}`))), 200);
    assert.equal(statusOf(await run(at(1, answer({ length: null, body: 'v=0' })))), 200);
  });

  test('of several finals the first counts, and one that contradicts it is told', async () => {
    const [ok, no] = [answer(), answer({ line: 'SIP/2.0 403 Forbidden' })];
    const { outcome } = await run(at(1, ok, ok, no, no));
    assert.ok(typeof outcome !== 'string');
    assert.deepEqual([outcome.final.status, outcome.contradicted], [200, [403]]);
    const repeated = await run(at(1, ok, ok));
    assert.ok(typeof repeated.outcome !== 'string');
    assert.deepEqual(repeated.outcome.contradicted, [], 'the same again is a copy');
  });

  test('a closed port is told at once and not asked again', async () => {
    const ended = await run(() => 'udp_refused');
    assert.deepEqual([ended.outcome, ended.sentAt, ended.tookMs], ['udp_refused', [0], 0]);
  });

  test('datagrams of strangers are read up to the cap and no further', async () => {
    const stray = answer({ callId: 'Call-ID: other' }).replaceAll('z9hG4bKours', 'z9hG4bKother');
    const flood = (many: number): Promise<Ended> =>
      run(at(1, ...Array.from({ length: many }, () => stray), answer()), 1_000);
    assert.equal(statusOf(await flood(maxDatagrams - 1)), 200);
    assert.equal((await flood(maxDatagrams)).outcome, 'sip_too_large');
  });
});
