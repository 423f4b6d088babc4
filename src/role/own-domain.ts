import { probeInstead, productionWarnings, type Named } from '../config/production.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../net/clock.ts';
import { ShuttingDown } from '../net/deadline.ts';
import { createNet } from '../net/node-net.ts';
import { lookUpOwnClients, type OwnPlace } from './own-targets.ts';
import { ownLookupMs } from './own-watch.ts';
import type { Part, RolePorts } from './part.ts';

type Configured = Named & OwnPlace;

export interface OwnDomainPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** What says that people sign in with our domain; null: nothing does. */
  readonly lookUp: (config: Configured, signal: AbortSignal) => Promise<string | null>;
}

/**
 * Asks DNS every hour whether the domain in whose name we probe is one that our people sign in with, and warns, each time
 * that it says something new. Where the configuration alone tells it, that is said and DNS is not asked.
 */
export function watchOwnDomain(first: Configured, { clock, log, lookUp }: OwnDomainPorts) {
  const stopping = new AbortController();
  let config = first;
  let said: string | null = null;
  let cancel = (): void => undefined;

  async function look(): Promise<void> {
    const asked = config;
    if (productionWarnings(asked).some((warning) => warning.startsWith('identity.domain'))) return;
    const because = await lookUp(asked, stopping.signal);
    if (asked !== config || because === said) return;
    said = because;
    if (because === null) return;
    log.warn(
      {},
      `identity.domain ${asked.identity.domain} is a domain that people sign in with: ${because}. ${probeInstead}`,
    );
  }

  async function round(): Promise<void> {
    cancel();
    try {
      await look();
      cancel();
      if (!stopping.signal.aborted) cancel = clock.after(ownLookupMs, () => void round());
    } catch (error) {
      if (!(error instanceof ShuttingDown)) throw error;
    }
  }

  return {
    round,
    use(next: Configured): Promise<void> {
      if (next.identity.domain !== config.identity.domain) said = null;
      config = next;
      return round();
    },
    stop(): void {
      stopping.abort(new ShuttingDown('the process is stopping'));
      cancel();
    },
  };
}

/** The watch as a part of the process that is scraped for all. */
export function ownDomainPart({ config, clock, log }: RolePorts): Part {
  const lookUp: OwnDomainPorts['lookUp'] = (now, signal) => {
    const { egress, trust } = config.current();
    const net = createNet({ egressAllow: egress.allow, trust, certificate: null });
    return lookUpOwnClients(now, { net, clock, signal });
  };
  const watch = watchOwnDomain(config.current(), { clock, log, lookUp });
  return {
    name: 'own domain',
    start() {
      config.onChange((next) => void watch.use(next));
      // The process does not wait for DNS to be up.
      void watch.round();
      return Promise.resolve();
    },
    stop() {
      watch.stop();
      return Promise.resolve();
    },
  };
}
