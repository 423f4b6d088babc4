import assert from 'node:assert/strict';
import { createSocket, Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decode, encode } from 'dns-packet';
import { systemClock } from '../../src/net/clock.ts';
import { within } from '../../src/net/deadline.ts';
import { livesMs, queriesEach, socketsEach } from '../../src/net/dns-sockets.ts';
import type { DnsAnswer, Net } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';

interface Asked {
  readonly name: string;
  readonly from: number;
  readonly answer: () => void;
}

/** Each test has a server and a network of its own; the server keeps what it was asked and does as it is told. */
let server: Socket;
let net: Net;
let asked: Asked[];
let onQuery: (one: Asked) => void;

beforeEach(async () => {
  net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
  asked = [];
  onQuery = ({ answer }) => answer();
  server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('message', (bytes, { port, address }) => {
    const { id, questions = [] } = decode(bytes);
    const { name = '' } = questions[0] ?? {};
    const data = `192.0.2.${/^\d+/.exec(name)?.[0] ?? '1'}`;
    const answers = [{ type: 'A', name, ttl: 60, data } as const];
    const answer = (): void =>
      server.send(encode({ type: 'response', id: id ?? 0, questions, answers }), port, address);
    const one = { name, from: port, answer };
    asked.push(one);
    onQuery(one);
  });
});

afterEach(() => {
  server.removeAllListeners('message');
});

const ask = (name: string, ms = 5_000): Promise<DnsAnswer> => {
  const { address, port } = place;
  return within(systemClock, ms, undefined, (signal) => net.ask({ address, port }, { name, type: 'A' }, signal));
};
let place: { readonly address: string; readonly port: number };
beforeEach(() => (place = server.address()));
afterEach(async () => {
  await new Promise<void>((resolve) => {
    try {
      server.close(resolve);
    } catch {
      resolve(); // The test closed it.
    }
  });
});

const one = (answer: DnsAnswer): string => (answer.records[0]?.type === 'A' ? answer.records[0].address : '');
const ports = (): readonly number[] => [...new Set(asked.map(({ from }) => from))];

describe('sockets for queries', () => {
  it('are few at a time, and each serves so many queries and no more', async () => {
    for (let at = 0; at < 1_000; at += 1) await ask('1.example');
    const uses = ports().map((port) => asked.filter(({ from }) => from === port).length);
    assert.ok(Math.max(...uses) <= queriesEach, uses.join(' '));
    assert.ok(uses.filter((each) => each === queriesEach).length >= 1, uses.join(' '));
    assert.ok(ports().length <= socketsEach + 1_000 / queriesEach, uses.join(' '));
    assert.equal(new Set(asked.slice(0, socketsEach).map(({ from }) => from)).size, socketsEach);
  });

  it('are replaced after a time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    for (let at = 0; at < 20; at += 1) await ask('1.example');
    const before = ports();
    t.mock.timers.tick(livesMs);
    asked = [];
    for (let at = 0; at < 20; at += 1) await ask('1.example');
    assert.equal(before.length, socketsEach);
    assert.deepEqual(
      ports().filter((each) => before.includes(each)),
      [],
    );
  });

  it('give each query the answer to it, whatever the order', async () => {
    const waiting: Asked[] = [];
    onQuery = (query) => {
      waiting.push(query);
      if (waiting.length === 60) for (const each of waiting.toReversed()) each.answer();
    };
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => ask(`${String(at + 1)}.example`)));
    assert.deepEqual(
      answers.map(one),
      answers.map((_, at) => `192.0.2.${String(at + 1)}`),
    );
    assert.equal(ports().length, socketsEach);
  });

  it('take answers that come again, or too late, for nothing', async () => {
    onQuery = ({ answer }) => {
      for (let left = 4; left > 0; left -= 1) answer();
    };
    for (let at = 0; at < 500; at += 1) assert.equal(one(await ask('7.example')), '192.0.2.7');
  });

  it('tell all queries that are under way of a closed port', async () => {
    onQuery = () => undefined;
    const all = Array.from({ length: 40 }, (_, at) => ask(`${String(at + 1)}.example`));
    const settled = Promise.allSettled(all);
    while (asked.length < all.length) await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => server.close(resolve));
    const codes = (await settled).map((each) =>
      each.status === 'rejected' ? (each.reason as { failure?: { code: string } }).failure?.code : each.status,
    );
    assert.deepEqual(new Set(codes), new Set(['dns_unreachable']));
  });

  it('tell one query that its datagram was refused by our machine, and no other', async (t) => {
    onQuery = () => undefined;
    const all = Array.from({ length: 40 }, (_, at) => ask(`${String(at + 1)}.example`));
    while (asked.length < all.length) await new Promise((resolve) => setImmediate(resolve));
    const refusing = t.mock.method(Socket.prototype, 'send', (_: unknown, done: (error: Error) => void) =>
      done(Object.assign(new Error('send EPERM'), { code: 'EPERM' })),
    );
    await assert.rejects(ask('99.example'), { failure: { code: 'local_resource', detail: 'EPERM' } });
    refusing.mock.restore();
    for (const { answer } of asked) answer();
    assert.equal((await Promise.all(all)).length, 40);
  });

  it('take no more queries once one had to be sent again', async () => {
    for (let at = 0; at < socketsEach; at += 1) await ask('1.example');
    let heard = 0;
    onQuery = ({ name, answer }) => {
      if (name !== 'lost.example') answer();
      else if ((heard += 1) === 2) setTimeout(answer, 100);
    };
    const lost = ask('lost.example');
    while (heard < 2) await pause(5);
    const slow = asked.at(-1)?.from;
    for (let at = 0; at < 60; at += 1) await ask('1.example');
    await lost;
    assert.equal(asked.slice(socketsEach).filter(({ from, name }) => from === slow && name === '1.example').length, 0);
  });

  it('are given up after a query without an answer', async () => {
    for (let at = 0; at < socketsEach; at += 1) await ask('1.example');
    onQuery = ({ name, answer }) => (name.startsWith('silent') ? undefined : answer());
    await assert.rejects(ask('silent.example', 30), { name: 'DeadlineExceeded' });
    const silent = asked.at(-1)?.from;
    for (let at = 0; at < 60; at += 1) await ask('1.example');
    assert.equal(asked.filter(({ from }) => from === silent).length, 2);
  });
});
