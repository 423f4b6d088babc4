import { readFileSync } from 'node:fs';
import { connect, createSecureContext } from 'node:tls';
import { requestTo } from './sides.ts';
import type { WorldEdge } from './world.ts';

// The same handshakes and requests in the same Node, and nothing else: `bare-child.ts FILE-OF-EDGES CA CERT KEY PER-SECOND`.

const [file = '', ca = '', cert = '', key = '', pace = ''] = process.argv.slice(2);
const edges = JSON.parse(readFileSync(file, 'utf8')) as readonly WorldEdge[];
const secureContext = createSecureContext({
  ca: readFileSync(ca),
  cert: readFileSync(cert),
  key: readFileSync(key),
  minVersion: 'TLSv1.3',
});

function probe({ address, port, host }: WorldEdge): void {
  const socket = connect({ host: address, port, servername: host, secureContext });
  socket.setNoDelay(true);
  socket.once('secureConnect', () => socket.write(`${requestTo(host).join('\r\n')}\r\n`));
  socket.once('data', () => socket.destroy());
  socket.on('error', (error) => console.error(host, error));
}

const startMs = performance.now();
let sent = 0;
function next(): void {
  while (performance.now() - startMs >= (sent * 1_000) / Number(pace)) {
    const edge = edges[sent % edges.length];
    if (edge !== undefined) probe(edge);
    sent += 1;
  }
  setTimeout(next, startMs + (sent * 1_000) / Number(pace) - performance.now());
}
next();
