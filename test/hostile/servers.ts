import { Worker } from 'node:worker_threads';
import type { Order, Told } from './lab-thread.ts';
import type { Counts } from './script.ts';

/** The thread in which all hostile servers live, as the suite sees it. */
export interface Servers {
  /** PEM: the root to trust, and a certificate and key for us. */
  readonly root: string;
  readonly cert: string;
  readonly key: string;
  /** The port of a well-behaved resolver that knows every host as 127.0.0.1. */
  readonly dns: number;
  /** Starts the script of this number; gives the port of its server. */
  start(script: number): Promise<number>;
  /** Ends it; gives what it counted. */
  stop(script: number): Promise<Counts>;
  end(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const worker = new Worker(new URL('./lab-thread.ts', import.meta.url));
  const waiting = new Map<string, (told: Told) => void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  worker.on('error', (error) => failed.reject(error as Error));
  const told = (key: string): Promise<Told> => {
    const { promise, resolve } = Promise.withResolvers<Told>();
    waiting.set(key, resolve);
    return Promise.race([promise, failed.promise]);
  };
  const keyOf = (each: Told): string =>
    'started' in each ? `start ${String(each.started)}` : 'stopped' in each ? `stop ${String(each.stopped)}` : 'ready';
  worker.on('message', (each: Told) => waiting.get(keyOf(each))?.(each));
  const send = (order: Order): void => worker.postMessage(order);

  const lab = await told('ready');
  if (!('root' in lab)) throw new TypeError('the lab did not introduce itself');
  return {
    ...lab,
    async start(script) {
      const answer = told(`start ${String(script)}`);
      send({ start: script });
      const started = await answer;
      return 'port' in started ? started.port : 0;
    },
    async stop(script) {
      const answer = told(`stop ${String(script)}`);
      send({ stop: script });
      const stopped = await answer;
      return 'counts' in stopped ? stopped.counts : {};
    },
    async end() {
      await worker.terminate();
    },
  };
}
