import { parentPort } from 'node:worker_threads';
import { authority, leaf } from '../lab/certificates.ts';
import { sipEdge } from '../lab/edges.ts';
import { orderlyDns } from './dns-server.ts';
import { host, type Lab, type Served } from './script.ts';
import { scripts } from './scripts.ts';

// The servers have a thread of their own: what they cost must not be taken for what they make the prober pay.

/** What the suite asks for, and what it is told. */
export type Order = { readonly start: number } | { readonly stop: number };
export type Told =
  | { readonly root: string; readonly cert: string; readonly key: string; readonly dns: number }
  | { readonly started: number; readonly port: number }
  | { readonly stopped: number; readonly counts: Readonly<Record<string, number>> };

const tell = (told: Told): void => parentPort?.postMessage(told);

async function makeLab(): Promise<Lab> {
  const root = await authority('Hostile Lab');
  const sound = await leaf({ names: [host], issuer: root });
  const edge = await sipEdge({ certificate: sound });
  const soundEdge: Served = {
    port: edge.port,
    counts: () => ({ connections: edge.connections }),
    stop: () => edge.stop(),
  };
  return { root, sound, soundEdge };
}

const lab = await makeLab();
const client = await leaf({ names: ['mon.example'], issuer: lab.root });
const dns = await orderlyDns();
const running = new Map<number, Served>();

async function obey(order: Order): Promise<void> {
  if ('start' in order) {
    const served = await scripts[order.start]?.serve(lab);
    if (served === undefined) throw new RangeError(`no script ${String(order.start)}`);
    running.set(order.start, served);
    tell({ started: order.start, port: served.port });
  } else {
    const served = running.get(order.stop);
    running.delete(order.stop);
    const counts = served?.counts() ?? {};
    await served?.stop();
    tell({ stopped: order.stop, counts });
  }
}

parentPort?.on('message', (order: Order) => void obey(order));
tell({ root: lab.root.certPem, cert: client.chainPem, key: client.keyPem, dns: dns.port });
