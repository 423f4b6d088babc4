import { examineAll } from '../../src/cli/examine-all.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import type { Net } from '../../src/net/net.ts';
import { aPartner, writer } from '../federation/samples.ts';
import { trustFile } from '../net/test-certificates.ts';
import type { Servers } from './servers.ts';
import { ownNowMs } from '../processor-time.ts';
import { domain, host, type Counts, type Script } from './script.ts';
import { scripts } from './scripts.ts';

/** The budget of an examination here. Its steps have 2,500, 1,250, 1,750 and 1,750 ms: what a busy machine does not use up. */
export const timeoutMs = 5_000;

const loopback: readonly string[] = ['127.0.0.1/32'];

export interface Examined {
  readonly script: Script;
  readonly report: CheckReport;
  readonly tookMs: number;
  readonly counts: Counts;
}

/** Examines hostile partners as `fedmon check` does, each against its own server. */
export function examiner(servers: Servers): {
  examine(script: Script, at: number, port: number): Promise<Examined>;
  end(): void;
} {
  const trust = trustFile(servers.root);
  const certificate = { cert: Buffer.from(servers.cert), key: Buffer.from(servers.key) };
  // As a service that starts does it: roots and keys are read once, and before any partner is examined.
  const allowed = new Map(scripts.map(({ allow = loopback }) => [allow.join(), allow]));
  const nets = new Map<string, Net>();
  for (const [key, egressAllow] of allowed) nets.set(key, createNet({ egressAllow, trust: trust.path, certificate }));
  const netOf = (allow: readonly string[]): Net => {
    const net = nets.get(allow.join());
    if (net === undefined) throw new TypeError(`no script allows ${allow.join()}`);
    return net;
  };
  return {
    async examine(script, at, port) {
      const isResolver = script.layer === 'dns';
      const route = isResolver ? null : { host, port };
      const partner = aPartner(domain, {
        timeoutMs,
        route,
        ...(script.profile === undefined ? {} : { profile: script.profile }),
      });
      const settings = {
        dns: { servers: [{ address: '127.0.0.1', port: isResolver ? port : servers.dns }] },
        sip: { domain: 'mon.example', userAgent: 'fedmon/hostile (+https://mon.example/probing)' },
      };
      const world = { net: netOf(script.allow ?? loopback), clock: systemClock };
      const startedMs = ownNowMs();
      const [report] = await examineAll(
        [partner],
        { vantage: 'test', identity: writer },
        settings,
        world,
        () => undefined,
      );
      const tookMs = ownNowMs() - startedMs;
      if (report === undefined) throw new TypeError('no report');
      return { script, report, tookMs, counts: await servers.stop(at) };
    },
    end: () => trust.remove(),
  };
}
