import { printable } from '../federation/failure.ts';
import type { Platform } from '../federation/platform.ts';
import type { Clock } from '../net/clock.ts';
import { within } from '../net/deadline.ts';
import type { DnsServer, Net } from '../net/net.ts';
import type { Standstill } from '../net/standstill.ts';
import { version } from '../version.ts';
import type { DnsSettings } from './dns/inquiry.ts';
import type { ProbeIo } from './probe.ts';
import type { Sender } from './sip/request.ts';
import { Trail } from './trail.ts';

/** What an examination needs to know of the configuration. */
export interface ExaminationSettings {
  readonly dns: Omit<DnsSettings, 'limitMs'>;
  readonly sip: Sender;
}

/** What an examination may touch. `signal` fires when the process stops. */
export interface World {
  readonly net: Net;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Absent: our process is taken to run. */
  readonly standstill?: Pick<Standstill, 'longestSinceMs'>;
}

/** The part of a configuration that examinations need. */
export function settingsOf(config: {
  readonly dns: { readonly servers: readonly DnsServer[] };
  readonly identity: { readonly domain: string; readonly contact: string; readonly platform?: Platform };
  readonly egress?: { readonly allow: readonly string[] };
}): ExaminationSettings {
  const { domain, contact, platform } = config.identity;
  const ours = platform === undefined ? {} : { ours: platform };
  const dns = { ...config.dns, ...ours, ...config.egress };
  return { dns, sip: { domain, userAgent: printable(`fedmon/${version} (+${contact})`) } };
}

/** Runs `work` with one deadline over all steps. */
export function examination<T>(world: World, timeoutMs: number, work: (io: ProbeIo) => Promise<T>): Promise<T> {
  return within(world.clock, timeoutMs, world.signal, (signal) =>
    work({ net: world.net, clock: world.clock, trail: new Trail(world.clock, signal, world.standstill) }),
  );
}
