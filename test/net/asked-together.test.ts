import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { askedTogether, joinedForMs } from '../../src/net/asked-together.ts';
import { DnsDenial } from '../../src/net/dns-answer.ts';
import type { Stop } from '../../src/net/deadline.ts';
import { asError } from '../../src/net/progress.ts';
import type { DnsAnswer, DnsQuestion, DnsReply } from '../../src/net/net.ts';

const server = { address: '192.0.2.53', port: 53 };
const answer: DnsAnswer = {
  authoritative: false,
  authenticated: false,
  records: [],
  server,
  overTcp: false,
  dropped: 0,
};
const question: DnsQuestion = { name: 'sip.example', type: 'A' };

/** A server that answers when it is told to; the questions that reached it, and those that were given up. */
function slowServer() {
  const asked: { question: DnsQuestion; signal: Stop; end: (error?: Error) => void }[] = [];
  const ask = askedTogether(
    (_, each, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error === undefined ? resolve(answer) : reject(error));
        signal.addEventListener('abort', () => reject(asError(signal.reason)));
        asked.push({ question: each, signal, end });
      }),
  );
  return { ask, asked };
}

const never = new AbortController().signal;

test('the same question at the same time is asked once, another one by itself; nothing is remembered after it', async () => {
  const { ask, asked } = slowServer();
  const others: readonly DnsQuestion[] = [
    { name: 'sip.example', type: 'AAAA' },
    { name: 'sip.example', type: 'A', checkingDisabled: true },
    { name: 'sip.example', type: 'A', signatures: true },
  ];
  const all = [question, question, ...others].map((each) => ask(server, each, never));
  all.push(ask({ ...server, port: 54 }, question, never));
  assert.equal(asked.length, 5);
  for (const each of asked) each.end();
  assert.deepEqual(
    await Promise.all(all),
    Array.from({ length: 6 }, () => answer),
  );
  const again = ask(server, question, never);
  assert.equal(asked.length, 6);
  asked[5]?.end(new Error('refused'));
  await assert.rejects(again, /refused/);
});

test('who gives up is told so at once; the query goes on for the others and ends with the last of them', async () => {
  const { ask, asked } = slowServer();
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [ask(server, question, one.signal), ask(server, question, other.signal)];
  one.abort(new Error('my time is up'));
  await assert.rejects(both[0]!, /my time/);
  assert.equal(asked[0]?.signal.aborted, false);
  other.abort(new Error('mine, too'));
  await assert.rejects(both[1]!, /mine, too/);
  assert.equal(asked[0].signal.aborted, true);
  const third = ask(server, question, never);
  assert.equal(asked.length, 2, 'who comes after that asks anew');
  asked[1]?.end();
  assert.deepEqual(await third, answer);
  await assert.rejects(ask(server, question, AbortSignal.abort(new Error('before'))), /before/);
});

test('what befalls a query is told to who began it; who joined it asks once by itself', async () => {
  const { ask, asked } = slowServer();
  const all = [1, 2, 3].map(() => ask(server, question, never));
  const failed = [assert.rejects(all[0]!, /lost/), assert.rejects(all[2]!, /refused/)];
  asked[0]!.end(new Error('lost'));
  await pause(1);
  assert.equal(asked.length, 3, 'each of the two others');
  asked[1]!.end();
  asked[2]!.end(new Error('refused'));
  assert.deepEqual(await all[1], answer);
  await Promise.all(failed);
  assert.equal(asked.length, 3, 'once');
});

test('who joined and has no time left asks no more', async () => {
  const { ask, asked } = slowServer();
  const mine = new AbortController();
  const both = [ask(server, question, never), ask(server, question, mine.signal)];
  const failed = both.map((each) => assert.rejects(each));
  mine.abort(new Error('my time is up'));
  asked[0]!.end(new Error('lost'));
  await Promise.all(failed);
  assert.equal(asked.length, 1);
});

test('that a name is not there is told to all who wait; that a server is in trouble is not', async () => {
  for (const [code, queries] of [
    ['dns_nxdomain', 1],
    ['dns_nodata', 1],
    ['dns_servfail', 2],
  ] as const) {
    const { ask, asked } = slowServer();
    const both = [ask(server, question, never), ask(server, question, never)];
    const failed = both.map((each) => assert.rejects(each));
    const denial = new DnsDenial(code, 'no', {} as DnsReply);
    asked[0]!.end(denial);
    await pause(1);
    assert.equal(asked.length, queries, code);
    asked[1]?.end(denial);
    await Promise.all(failed);
  }
});

test('a question that is not answered soon is not joined: whoever asks after that asks anew', async () => {
  const { ask, asked } = slowServer();
  const first = ask(server, question, never);
  await pause(joinedForMs + 20);
  const second = ask(server, question, never);
  const third = ask(server, question, never);
  assert.equal(asked.length, 2);
  asked[1]?.end();
  assert.deepEqual(await Promise.all([second, third]), [answer, answer]);
  asked[0]?.end(new Error('lost'));
  await assert.rejects(first, /lost/);
});
