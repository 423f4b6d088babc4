import { systemClock } from '../../src/net/clock.ts';
import { failureOf, connectFailureOf } from '../../src/net/classify.ts';
import { within } from '../../src/net/deadline.ts';
import type { Link } from '../../src/net/net.ts';
import { watchStandstill } from '../../src/net/standstill.ts';
import { Trail } from '../../src/probe/trail.ts';
import { createNet } from '../../src/net/node-net.ts';

/**
 * A process that may be stopped or starved. `listen` waits for a word that never comes; `connect` opens links until it fails;
 * `trail` waits as an examination of a worker does, for longer than the peer.
 */
const [what, port] = process.argv.slice(2);
const net = createNet({ egressAllow: ['127.0.0.0/8'], trust: 'mozilla', certificate: null });
const to = { address: '127.0.0.1', port: Number(port) };
const links: Link[] = [];
const standstill = watchStandstill(systemClock);
try {
  if (what === 'trail') {
    const link = await net.connect(to, AbortSignal.timeout(5_000));
    links.push(link);
    const trail = new Trail(systemClock, undefined, standstill);
    const waits = trail.step('sip_options', 'peer', 10_000, (signal) => link.receive(signal));
    process.stderr.write('waiting\n');
    const outcome = await waits;
    process.stdout.write(JSON.stringify(outcome.ok ? null : outcome.failure));
  } else if (what === 'listen') {
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
standstill.stop();
for (const link of links) link.close();
