import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { responseTo, takeRequest } from '../lab/sip-answer.ts';

// The servers of edges, in a process of their own, so that whoever measures is not held up by them.

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** One certificate, and all places that show it. */
export interface Served {
  readonly cert: string;
  readonly key: string;
  readonly places: readonly Place[];
}

export interface Serve {
  /** PEM of the authority of clients; null: nobody is asked for a certificate. */
  readonly clientAuthority: string | null;
  readonly served: readonly Served[];
  /** Accept TCP and never say a word; how they do that can be told, see `Silence`. */
  readonly silent: readonly Place[];
}

/** What silent places do with a connection: keep it, or close it at once. */
export type Silence = 'keep' | 'close';

/** So far, and connections that are open now at silent places. */
export interface Seen {
  readonly options: number;
  readonly connections: number;
  readonly held: number;
}

const seen = { options: 0, connections: 0, held: 0 };
let silence: Silence = 'keep';

function answer(socket: TLSSocket): void {
  let held: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    for (let taken = takeRequest(held); taken !== null; taken = takeRequest(held)) {
      held = taken.rest;
      seen.options += 1;
      socket.write(responseTo(taken.request, { status: 200, reason: 'OK' }));
    }
  });
}

function listen({ address, port }: Place, welcome: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.on('error', () => undefined);
    welcome(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, 1_024, resolve);
  });
}

async function serve({ clientAuthority, served, silent }: Serve): Promise<void> {
  for (const { cert, key, places } of served) {
    const asks = { requestCert: true, rejectUnauthorized: true };
    const above = createTlsServer({ cert, key, ...(clientAuthority === null ? {} : { ca: clientAuthority, ...asks }) });
    above.on('tlsClientError', () => undefined);
    above.on('secureConnection', answer);
    for (const place of places) await listen(place, (socket) => void above.emit('connection', socket));
  }
  for (const place of silent) {
    await listen(place, (socket) => {
      if (silence === 'close') return void socket.destroy();
      seen.held += 1;
      socket.resume();
      socket.once('close', () => (seen.held -= 1));
    });
  }
}

process.on('message', (asked: Serve | Silence | 'count') => {
  if (asked === 'count') return void process.send?.(seen);
  if (asked === 'keep' || asked === 'close') return void (silence = asked);
  serve(asked).then(
    () => process.send?.('ready'),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on('disconnect', () => process.exit(0));
