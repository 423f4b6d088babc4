// What a query over UDP costs a worker, CPU of its process alone, with sockets that serve several queries in turn with a
// fresh socket for each. The server runs in a process of its own.
//   node test/net/dns-bench.ts [ROUNDS]
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';
import { QuerySockets } from '../../src/net/dns-sockets.ts';
import { ask } from '../../src/net/dns-wire.ts';
import { median } from '../bench/figures.ts';

const each = 2_000;
const atOnce = 6;

async function serve(): Promise<void> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (bytes, { port, address }) => {
    const { id = 0, questions = [] } = decode(bytes);
    const answers = [{ type: 'A', name: questions[0]?.name ?? '', ttl: 60, data: '192.0.2.1' } as const];
    socket.send(encode({ type: 'response', id, questions, answers }), port, address);
  });
  process.send?.(socket.address().port);
}

async function main(): Promise<void> {
  const child = fork(import.meta.filename, ['serve']);
  const [port] = (await once(child, 'message')) as [number];
  const server = { address: '127.0.0.1', port };
  const { signal } = new AbortController();
  const kept = new QuerySockets();
  const ways = { kept: () => kept, fresh: () => new QuerySockets() };
  const costs = { kept: [] as number[], fresh: [] as number[] };
  const round = async (sockets: () => QuerySockets): Promise<number> => {
    const before = process.cpuUsage();
    let left = each;
    const follow = async (): Promise<void> => {
      while (left-- > 0) await ask(server, { name: 'sip.a.example', type: 'A' }, signal, sockets());
    };
    await Promise.all(Array.from({ length: atOnce }, follow));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / each;
  };
  for (const way of ['kept', 'fresh'] as const) await round(ways[way]);
  for (let left = Number(process.argv[2] ?? 9); left > 0; left -= 1) {
    for (const way of ['kept', 'fresh'] as const) costs[way].push(await round(ways[way]));
  }
  for (const way of ['kept', 'fresh'] as const) console.log(`${way}: ${median(costs[way]).toFixed(1)} µs a query`);
  child.kill();
}

if (process.argv[2] === 'serve') await serve();
else await main();
