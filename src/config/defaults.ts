import { getServers } from 'node:dns';
import { defaultCadence, type Cadence } from '../federation/cadence.ts';
import { defaultHysteresis, type Hysteresis } from '../federation/history.ts';
import type { Config, Identity, PartnerDefaults } from './config.ts';
import { parseDnsServer } from './endpoint.ts';
import type { Sections } from './schema.ts';

/** What holds for partners when the file says nothing: five minutes, thirty seconds, Microsoft federation. */
export const builtInDefaults: PartnerDefaults = {
  everyMs: 300_000,
  timeoutMs: 30_000,
  profile: 'microsoft-federation',
  tier: 'standard',
};

/**
 * Who asks when nobody was configured. `.invalid` belongs to no one (RFC 2606 §2), so we never speak in another
 * organisation's name, and a partner's administrator who reads a trace sees at once that nobody set an identity.
 */
export const anonymous: Identity = {
  domain: 'fedmon.invalid',
  contact: 'https://fedmon.invalid/identity-not-configured',
  certFile: null,
  keyFile: null,
};

/** The resolvers of the system, numeric and in order; the local one when it names none. */
export function systemServers(): Config['dns']['servers'] {
  const servers = getServers()
    .map(parseDnsServer)
    .filter((each) => each !== null);
  return servers.length > 0 ? servers : [{ address: '127.0.0.1', port: 53 }];
}

/** The section as it is used. */
export function hysteresisOf({ down, up, holdDown }: Sections['hysteresis']): Hysteresis {
  return { down, up, holdDownMs: holdDown };
}

/** The section as it is used. */
export function cadenceOf({ confirmAfter, slowAfter, slowFactor }: Sections['cadence']): Cadence {
  return { confirmAfterMs: confirmAfter, slowAfterMs: slowAfter, slowFactor };
}

/** What the command line of `fedmon check` can set. */
export interface CheckFlags {
  readonly dns?: Config['dns']['servers'] | undefined;
  readonly trust?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** What the schema says of keys that are left out, said again: a check without a file need not load what reads one. */
const unsaid = {
  redis: { url: 'redis://127.0.0.1:6379', prefix: '{fedmon}' },
  vantage: 'default',
  trust: 'system',
  egress: { allow: [] },
  listen: {
    exporter: { host: '127.0.0.1', port: 9464 },
    scheduler: { host: '127.0.0.1', port: 9465 },
    worker: { host: '127.0.0.1', port: 9466 },
  },
  hysteresis: { ...defaultHysteresis, holdDownMs: 120_000 },
  cadence: defaultCadence,
} as const;

/** A configuration for `fedmon check` without a file: the defaults of every key, no partners, nobody's identity. */
export function checkDefaults(flags: CheckFlags = {}): Config {
  const base: Config = {
    file: null,
    sources: [],
    ...unsaid,
    identity: anonymous,
    dns: { servers: flags.dns ?? systemServers() },
    api: { tokenFile: null, token: null },
    partners: [],
    maintenance: [],
    defaults: builtInDefaults,
  };
  return withFlags(base, flags);
}

/** The same configuration with what the command line says laid over it. */
export function withFlags(config: Config, flags: CheckFlags): Config {
  const { certFile, keyFile } = flags;
  const pair = certFile === undefined || keyFile === undefined ? {} : { certFile, keyFile };
  return {
    ...config,
    dns: { servers: flags.dns ?? config.dns.servers },
    trust: flags.trust ?? config.trust,
    egress: { allow: [...config.egress.allow, ...(flags.allow ?? [])] },
    identity: { ...config.identity, ...pair },
  };
}
