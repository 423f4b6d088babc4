import { QuerySockets } from './dns-sockets.ts';
import { ask, isSecure } from './dns-wire.ts';
import type { Net } from './net.ts';
import type { NetOptions } from './node-net.ts';

/** A network that has all it needs for plain DNS; `ready` loads the rest: TLS, its trust stores and our certificates. */
export interface LateNet extends Net {
  /** What is not loaded by then is loaded at the first use, in the time of that step. Rejects as `createNet` throws. */
  ready(): Promise<void>;
}

/** The same network as `createNet` gives, whose first question goes out before the rest is loaded. */
export function lateNet(options: NetOptions): LateNet {
  const sockets = new QuerySockets();
  let loading: Promise<Net> | null = null;
  const whole = (): Promise<Net> => (loading ??= import('./node-net.ts').then(({ createNet }) => createNet(options)));
  return {
    ask: async (server, question, signal) =>
      isSecure(server) ? (await whole()).ask(server, question, signal) : ask(server, question, signal, sockets),
    connect: async (to, signal) => (await whole()).connect(to, signal),
    datagrams: async (to, signal) => (await whole()).datagrams(to, signal),
    async ready() {
      await whole();
    },
  };
}
