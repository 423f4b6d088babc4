import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which Linux takes the local ports of outgoing connections (32768 and up): otherwise a port that
// is closed for a while is given away, or a client that knocks on it connects to itself.
const lowest = 20_000;
const highest = 32_000;

/**
 * A TCP port of the loopback on which nothing listens: the preferred one when it is free, else any that no other call
 * has answered, in this process or in another that still runs.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    const port = randomInt(lowest, highest);
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${String(lowest)} and ${String(highest)} on 127.0.0.1`);
}

/** Whether it is ours from now on: a name in Linux' abstract namespace is had by one process at a time, and is free again when that has ended. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const holder = createServer().unref();
    holder.once('error', () => resolve(false));
    holder.listen(`\0fedmon-test-port-${String(port)}`, () => resolve(true));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
