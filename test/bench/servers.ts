import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Seen, Serve, Silence } from './world-child.ts';

/** Servers of edges in processes of their own. */
export interface Servers {
  readonly pids: readonly number[];
  seen(): Promise<Seen>;
  /** What silent places do from now on; at first they keep connections. */
  silent(silence: Silence): void;
  stop(): Promise<void>;
}

/** As many connections at once and listeners as one process may have under the usual limit of descriptors. */
export const placesEach = 4_000;

/** One process for each of these; resolves when all listen. */
export async function startServers(shares: readonly Serve[]): Promise<Servers> {
  const children = await Promise.all(
    shares.map(async (share) => {
      const child = fork(join(import.meta.dirname, 'world-child.ts'), { serialization: 'advanced' });
      child.send(share);
      const [said] = (await once(child, 'message')) as [string];
      if (said !== 'ready') throw new Error(`the servers do not listen: ${said}`);
      return child;
    }),
  );
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    async seen() {
      const all = children.map(async (child) => {
        const answer = once(child, 'message') as Promise<[Seen]>;
        child.send('count');
        return (await answer)[0];
      });
      const sum = { options: 0, connections: 0, held: 0 };
      for (const { options, connections, held } of await Promise.all(all)) {
        sum.options += options;
        sum.connections += connections;
        sum.held += held;
      }
      return sum;
    },
    silent(silence) {
      for (const child of children) child.send(silence);
    },
    async stop() {
      await Promise.all(
        children.map((child) => {
          const ended = once(child, 'exit');
          child.disconnect();
          return ended;
        }),
      );
    },
  };
}
