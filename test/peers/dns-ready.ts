import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';
import type { DnsServer } from '../../src/net/net.ts';

/** Whether a server sends anything back to a question about the root; any rcode will do. */
export function answersDns(server: DnsServer): Promise<boolean> {
  const query = encode({ type: 'query', id: 1, questions: [{ type: 'A', name: '.', class: 'IN' }] });
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => done(false), 500);
    const done = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    socket.once('error', () => done(false));
    socket.once('message', () => done(true));
    socket.connect(server.port, server.address, () => socket.send(query));
  });
}
