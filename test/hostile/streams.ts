import type { Socket } from 'node:net';

/** Sends one octet every so often until the peer goes away. */
export function drip(socket: Socket, octets: Buffer, everyMs = 100): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < octets.length) socket.write(octets.subarray(at, at + 1));
    at += 1;
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
}

/** Sends the same octets as fast as the peer takes them, `times` at most. */
export function flood(socket: Socket, octets: Buffer, times = Infinity): void {
  let left = times;
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= 1;
      if (!socket.write(octets)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

/** Makes so many pieces, a few in a turn so that other servers go on, and sends all of them at once. */
export function burst(socket: Socket, make: () => Buffer, count: number, made: readonly Buffer[] = []): void {
  const more = [...made, ...Array.from({ length: Math.min(50, count) }, make)];
  if (count > 50) setImmediate(() => burst(socket, make, count - 50, more));
  else socket.write(Buffer.concat(more));
}

export function reset(socket: Socket): void {
  socket.resetAndDestroy();
}
