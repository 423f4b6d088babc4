import { systemClock } from '../../src/net/clock.ts';
import { failureOf, connectFailureOf } from '../../src/net/classify.ts';
import { within } from '../../src/net/deadline.ts';
import type { Link } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';

/** A process that may be stopped or starved. `listen` waits for a word that never comes; `connect` opens links until it fails. */
const [what, port] = process.argv.slice(2);
const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'mozilla', certificate: null });
const to = { address: '127.0.0.1', port: Number(port) };
const links: Link[] = [];
try {
  if (what === 'listen') {
    const link = await net.connect(to, AbortSignal.timeout(5_000));
    links.push(link);
    const silent = within(systemClock, 300, undefined, (signal) => link.receive(signal));
    process.stderr.write('waiting\n');
    await silent;
  } else {
    while (links.length < 500) links.push(await net.connect(to, AbortSignal.timeout(5_000)));
  }
} catch (error) {
  const failure = what === 'listen' ? failureOf(error, 'tls_handshake') : connectFailureOf(error, to.address);
  process.stdout.write(JSON.stringify(failure));
}
for (const link of links) link.close();
