import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/**
 * A loopback port on which connecting hangs, as behind a firewall that drops packets: a listener that never accepts,
 * in a thread that sleeps, with its short queue filled by connections of our own. Linux then ignores further SYNs.
 */
export async function silentPort(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const listener = new Worker(neverAccepts, { eval: true });
  const port = await new Promise<number>((resolve, reject) => {
    listener.once('message', resolve);
    listener.once('error', reject);
  });
  const held: Socket[] = [];
  // A queue of length 1 holds two connections; a few more tries show that it is full.
  for (let tries = 0; tries < 8; tries += 1) {
    const socket = await connects(port, 300);
    if (socket === null) break;
    held.push(socket);
  }
  listener.unref();
  return {
    port,
    async stop() {
      for (const socket of held) socket.destroy();
      await listener.terminate();
    },
  };
}

const neverAccepts = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer();
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** The connection, or null when there was none within the time. */
function connects(port: number, withinMs: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const give = (result: Socket | null): void => {
      clearTimeout(timer);
      if (result === null) socket.destroy();
      else socket.unref();
      resolve(result);
    };
    const timer = setTimeout(() => give(null), withinMs);
    socket.on('error', () => give(null));
    socket.once('connect', () => give(socket));
  });
}
