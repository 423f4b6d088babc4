import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { decode, encode, TRUNCATED_RESPONSE, type DecodedPacket, type Packet } from 'dns-packet';
import { systemClock } from '../../src/net/clock.ts';
import { within } from '../../src/net/deadline.ts';
import type { DnsAnswer, DnsServer } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { openSockets, started, type Peer } from './loopback.ts';

const net = createNet({ egressAllow: [], trust: 'mozilla', certificate: null });
const name = 'sip.a.example';
const question = { name, type: 'A' } as const;

interface Asked {
  readonly query: DecodedPacket;
  readonly socket: UdpSocket;
  readonly from: RemoteInfo;
  /** A response to this query; parts may be replaced. */
  reply(over?: Packet): Buffer;
  send(bytes: Buffer): void;
}

interface HostileServer extends DnsServer {
  readonly udp: UdpSocket;
  readonly queries: readonly Asked[];
}

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((each) => each()));
  assert.equal(await openSockets(), 0, 'no socket is left open');
});

/** A UDP server that does with each query what the test says. */
async function hostile(answer: (asked: Asked, count: number) => void): Promise<HostileServer> {
  const udp = createSocket('udp4');
  const queries: Asked[] = [];
  udp.on('message', (bytes, from) => {
    const query = decode(bytes);
    const answers = [{ type: 'A', name, ttl: 60, data: '192.0.2.1' }] as const;
    const asked: Asked = {
      query,
      socket: udp,
      from,
      reply: (over = {}) =>
        encode({ type: 'response', id: query.id, questions: query.questions, answers: [...answers], ...over }),
      send: (response) => udp.send(response, from.port, from.address),
    };
    queries.push(asked);
    answer(asked, queries.length);
  });
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  cleanUp.push(() => new Promise((resolve) => udp.close(() => resolve())));
  return { udp, queries, address: '127.0.0.1', port: udp.address().port };
}

/** A TCP server on the same port as the UDP one; null when something else has the port. */
async function tcpBeside(server: DnsServer, reply: (query: DecodedPacket) => readonly Buffer[]): Promise<Peer> {
  const tcp = createServer((socket) => {
    socket.once('data', (bytes) => {
      for (const part of reply(decode(bytes.subarray(2)))) socket.write(part);
    });
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject).listen(server.port, server.address, resolve);
  });
  const peer = await started(tcp);
  cleanUp.push(() => peer.stop());
  return peer;
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const asking = (server: DnsServer, ms = 5_000): Promise<DnsAnswer> =>
  within(systemClock, ms, undefined, (signal) =>
    net.ask({ address: server.address, port: server.port }, question, signal),
  );

const rejectsWith = (work: Promise<unknown>, code: string): Promise<void> =>
  assert.rejects(work, (error) => {
    assert.equal((error as { failure?: { code?: string } }).failure?.code, code, String(error));
    return true;
  });

const good = [{ type: 'A', name, ttl: 60, address: '192.0.2.1' }];

describe('ask', () => {
  it('sends one plain question with EDNS 1232 and AD wanted', async () => {
    const server = await hostile((asked) => asked.send(asked.reply({ flags: 0x0020 })));
    const answer = await asking(server);
    const query = server.queries[0]!.query;
    assert.deepEqual(answer, {
      server: { address: server.address, port: server.port },
      overTcp: false,
      authoritative: false,
      authenticated: true,
      records: good,
      dropped: 0,
    });
    assert.deepEqual(query.questions, [{ name, type: 'A', class: 'IN' }]);
    assert.deepEqual([query.flag_rd, query.flag_ad, query.flag_cd], [true, true, false]);
    const opt = query.additionals?.[0];
    assert.ok(opt?.type === 'OPT');
    assert.deepEqual([opt.udpPayloadSize, opt.flag_do], [1232, false]);
  });

  it('asks with checking disabled where wanted, and tells AA', async () => {
    const server = await hostile((asked) => asked.send(asked.reply({ flags: 0x0400 })));
    const to = { address: server.address, port: server.port };
    const answer = await net.ask(to, { ...question, checkingDisabled: true }, AbortSignal.timeout(2_000));
    const query = server.queries[0]!.query;
    assert.deepEqual([query.flag_cd, query.flag_ad, answer.authoritative], [true, true, true]);
  });

  it('asks for signatures where wanted', async () => {
    const server = await hostile((asked) => asked.send(asked.reply()));
    const to = { address: server.address, port: server.port };
    const answer = await net.ask(to, { ...question, signatures: true }, AbortSignal.timeout(2_000));
    const opt = server.queries[0]!.query.additionals?.[0];
    assert.deepEqual([opt?.type === 'OPT' && opt.flag_do, answer.signatures], [true, []]);
  });

  it('uses a new id and a new port for each question', async () => {
    const server = await hostile((asked) => asked.send(asked.reply()));
    for (let left = 8; left > 0; left -= 1) await asking(server);
    const different = (values: readonly (number | undefined)[]): number => new Set(values).size;
    assert.ok(different(server.queries.map((each) => each.query.id)) >= 7);
    assert.ok(different(server.queries.map((each) => each.from.port)) >= 4);
  });

  it('takes no answer with a wrong id, a wrong question, the query itself, or from another port', async () => {
    const stranger = createSocket('udp4');
    cleanUp.push(() => new Promise((resolve) => stranger.close(() => resolve())));
    const spoof = [{ type: 'A', name, ttl: 60, data: '203.0.113.66' } as const];
    const server = await hostile((asked) => {
      const { query, from } = asked;
      asked.send(asked.reply({ id: (query.id! + 1) % 0x1_0000, answers: [...spoof] }));
      asked.send(asked.reply({ questions: [{ name: 'other.example', type: 'A' }], answers: [...spoof] }));
      asked.send(asked.reply({ questions: [{ name, type: 'AAAA' }], answers: [...spoof] }));
      asked.send(asked.reply({ questions: [], answers: [...spoof] }));
      asked.send(asked.reply({ type: 'query', answers: [...spoof] }));
      asked.send(Buffer.from([1]));
      stranger.send(asked.reply({ answers: [...spoof] }), from.port, from.address, () => asked.send(asked.reply()));
    });
    assert.deepEqual((await asking(server)).records, good);
  });

  it('matches the question whatever the case of its letters', async () => {
    const server = await hostile((asked) =>
      asked.send(asked.reply({ questions: [{ name: 'SIP.A.Example', type: 'A' }] })),
    );
    assert.deepEqual((await asking(server)).records, good);
  });

  it('gives up a server that floods us', async () => {
    const server = await hostile((asked) => {
      for (let left = 100; left > 0; left -= 1) asked.send(asked.reply({ id: (asked.query.id! + 1) % 0x1_0000 }));
    });
    await rejectsWith(asking(server), 'dns_malformed');
  });

  it('asks again after half a second when a datagram was lost', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const server = await hostile((asked, count) => {
      if (count === 1) t.mock.timers.tick(500);
      else asked.send(asked.reply());
    });
    assert.deepEqual((await asking(server)).records, good);
    const [first, second] = server.queries;
    assert.deepEqual([second?.query.id, second?.from.port], [first?.query.id, first?.from.port]);
  });

  it('goes to TCP when the answer does not fit', async () => {
    const server = await hostile((asked) => asked.send(asked.reply({ flags: TRUNCATED_RESPONSE, answers: [] })));
    await tcpBeside(server, ({ id, questions }) => {
      const answers = Array.from({ length: 300 }, () => ({ type: 'A', name, ttl: 60, data: '192.0.2.1' }) as const);
      const bytes = framed(encode({ type: 'response', id, questions, answers }));
      return [bytes.subarray(0, 1), bytes.subarray(1, 100), bytes.subarray(100)];
    });
    const answer = await asking(server);
    assert.deepEqual([answer.overTcp, answer.records.length, answer.dropped], [true, 256, 44]);
  });

  it('says dns_truncated when TCP is refused, closes early or is truncated, too', async () => {
    const truncating = () => hostile((asked) => asked.send(asked.reply({ flags: TRUNCATED_RESPONSE, answers: [] })));
    await rejectsWith(asking(await truncating()), 'dns_truncated');

    const closing = await truncating();
    const tcp = await started(createServer((socket) => socket.destroy()).listen(closing.port, closing.address));
    cleanUp.push(() => tcp.stop());
    await rejectsWith(asking(closing), 'dns_truncated');

    const again = await truncating();
    await tcpBeside(again, ({ id, questions }) => [
      framed(encode({ type: 'response', id, questions, flags: TRUNCATED_RESPONSE })),
    ]);
    await rejectsWith(asking(again), 'dns_truncated');
  });

  it('says dns_timeout when TCP never answers', async () => {
    const server = await hostile((asked) => asked.send(asked.reply({ flags: TRUNCATED_RESPONSE, answers: [] })));
    await tcpBeside(server, () => []);
    await assert.rejects(asking(server, 150), { name: 'DeadlineExceeded' });
  });

  it('says dns_malformed for an answer that breaks off or answers something else over TCP', async () => {
    const cut = await hostile((asked) => asked.send(asked.reply().subarray(0, -3)));
    await rejectsWith(asking(cut), 'dns_malformed');
    const loop = await hostile((asked) => {
      const bytes = asked.reply();
      const at = bytes.length - 16;
      asked.send(Buffer.concat([bytes.subarray(0, at), Buffer.from([0xc0 | (at >> 8), at]), bytes.subarray(at + 2)]));
    });
    await rejectsWith(asking(loop), 'dns_malformed');
    const other = await hostile((asked) => asked.send(asked.reply({ flags: TRUNCATED_RESPONSE, answers: [] })));
    await tcpBeside(other, ({ id }) => [
      framed(encode({ type: 'response', id, questions: [{ name: 'b.example', type: 'A' }] })),
    ]);
    await rejectsWith(asking(other), 'dns_malformed');
  });

  it('says dns_unreachable for a closed port', async () => {
    const server = await hostile(() => undefined);
    const closed = { address: server.address, port: server.port };
    await cleanUp.pop()?.();
    await rejectsWith(asking(closed), 'dns_unreachable');
  });

  it('asks nothing for a name that DNS cannot carry', async () => {
    const server = await hostile(() => undefined);
    const signal = AbortSignal.timeout(2_000);
    for (const wrong of ['a..example', `${'a'.repeat(64)}.example`]) {
      await rejectsWith(net.ask(server, { name: wrong, type: 'A' }, signal), 'dns_malformed');
    }
    assert.equal(server.queries.length, 0);
  });

  it('stops at once when the signal fires', async () => {
    const server = await hostile(() => undefined);
    await assert.rejects(asking(server, 50), { name: 'DeadlineExceeded' });
  });
});
