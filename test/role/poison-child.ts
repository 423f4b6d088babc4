import { healthyEdge, sharedDns, sharedRoute } from './bed.ts';
import { scriptedWorker } from './worker-child.ts';
import { partner } from '../schedule/partner.ts';

/** One partner's edge ends whoever connects to it; the other's is in order. */
export const deadly = 'deadly.example';
export const good = 'good.example';
const goodHost = 'sip.good.example';

/** A worker of both queues. `onDeadly` runs when it connects to the deadly edge. */
export function poisonWorker(url: string, onDeadly: () => void): () => Promise<void> {
  const onConnect = (address: string): void => {
    if (address === '192.0.2.1') onDeadly();
  };
  return scriptedWorker(url, { connect: 'silence' }, onConnect, {
    partners: [
      { ...partner(deadly, 60_000, 5_000), route: sharedRoute },
      { ...partner(good, 60_000, 5_000), route: { host: goodHost, port: 5061 } },
    ],
    dns: {
      ...sharedDns,
      [`${goodHost} A`]: [{ type: 'A', name: goodHost, ttl: 60, address: '192.0.2.2' }],
      [`${goodHost} AAAA`]: 'dns_nodata',
    },
    edges: { '192.0.2.2:5061': healthyEdge(Date.now()) },
  });
}

// Run as a program: it dies of the deadly edge, without any word, as of a fault of a native library.
if (process.argv[1] === import.meta.filename) {
  poisonWorker(process.argv[2] ?? '', () => process.kill(process.pid, 'SIGKILL'));
}
