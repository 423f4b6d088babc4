import { stringify } from 'yaml';
import { dnsServerName } from '../net/dns-server.ts';
import type { Cadence } from '../federation/cadence.ts';
import type { Lookouts } from '../federation/canary.ts';
import type { Hysteresis } from '../federation/history.ts';
import type { Partner } from '../federation/partner.ts';
import type { Config, PartnerDefaults, Politeness, RedisConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { formatHostPort } from './endpoint.ts';
import type { Schedule } from './partner-schedule.ts';
import { masked } from './secret.ts';

const instant = (ms: number): string => new Date(ms).toISOString();
const asked = (maxForwards: number | undefined): Record<string, unknown> =>
  maxForwards === undefined ? {} : { sip: { maxForwards } };
const given = <T>(key: string, value: T | null): Record<string, T> => (value === null ? {} : { [key]: value });

function printableRedis({ url, prefix, caFile, sentinel }: RedisConfig): Record<string, unknown> {
  const hosts = sentinel?.hosts.map(({ host, port }) => formatHostPort(host, port)) ?? [];
  return {
    url: masked(url),
    prefix,
    ...given('caFile', caFile ?? null),
    ...(sentinel == null ? {} : { sentinel: { hosts, master: sentinel.master } }),
  };
}

function printableHysteresis({ down, up, holdDownMs }: Hysteresis): Record<string, unknown> {
  return { down, up, holdDown: formatDuration(holdDownMs ?? 0) };
}

function printableCadence(cadence: Cadence | undefined): Record<string, unknown> {
  if (cadence === undefined) return {};
  const { confirmAfterMs, slowAfterMs, slowFactor } = cadence;
  return {
    cadence: { confirmAfter: formatDuration(confirmAfterMs), slowAfter: formatDuration(slowAfterMs), slowFactor },
  };
}

function printableSchedule({ everyMs, cron, timezone }: Schedule): Record<string, unknown> {
  if (cron !== undefined) return { cron: cron.expression, timezone: cron.timezone };
  return { every: formatDuration(everyMs), ...given('timezone', timezone ?? null) };
}

function printableLookouts({ canary, controls = [] }: Lookouts): Record<string, unknown> {
  if (canary === undefined) return {};
  const { host, port, everyMs } = canary;
  return {
    canary: { host, port, ...(everyMs === undefined ? {} : { every: formatDuration(everyMs) }) },
    ...(controls.length === 0 ? {} : { controls }),
  };
}

function printablePoliteness(politeness: Politeness | undefined): Record<string, unknown> {
  if (politeness === undefined) return {};
  const { gapMs, stops } = politeness;
  const stop = stops?.places.map(({ host, port }) => (port === null ? host : formatHostPort(host, port))) ?? [];
  return {
    politeness: {
      gap: formatDuration(gapMs),
      ...(stop.length === 0 ? {} : { stop }),
      ...(stops?.all === true ? { stopAll: true } : {}),
    },
  };
}

/** What holds for a partner that does not say otherwise, in the words of the file. */
export function printableDefaults(defaults: PartnerDefaults): Record<string, unknown> {
  return {
    ...printableSchedule(defaults),
    timeout: formatDuration(Math.min(defaults.timeoutMs, Math.floor(defaults.everyMs / 2))),
    profile: defaults.profile,
    tier: defaults.tier,
    ...asked(defaults.maxForwards),
  };
}

/** One partner in the words of the file. */
export function printablePartner(partner: Partner): Record<string, unknown> {
  return {
    domain: partner.domain,
    ...given('name', partner.name),
    tier: partner.tier,
    ...given('owner', partner.owner),
    ...given('contact', partner.contact),
    profile: partner.profile,
    ...printableSchedule(partner),
    timeout: formatDuration(partner.timeoutMs),
    ...given('route', partner.route),
    ...given('tags', partner.tags ?? null),
    ...asked(partner.maxForwards),
    ...given('identity', partner.identity ?? null),
  };
}

/** The configuration as it is in force, in the words of the file and without secrets; safe to show to anybody. */
export function printableConfig(config: Config): Record<string, unknown> {
  const { identity, defaults } = config;
  return {
    redis: printableRedis(config.redis),
    vantage: config.vantage,
    ...given('vantages', config.vantages ?? null),
    identity: {
      domain: identity.domain,
      contact: identity.contact,
      ...given('certFile', identity.certFile),
      ...given('keyFile', identity.keyFile),
      ...given('platform', identity.platform ?? null),
    },
    ...(config.identities === undefined || config.identities.length === 0 ? {} : { identities: config.identities }),
    dns: { servers: config.dns.servers.map(dnsServerName) },
    trust: config.trust,
    egress: { allow: config.egress.allow },
    ...printablePoliteness(config.politeness),
    listen: {
      exporter: formatHostPort(config.listen.exporter.host, config.listen.exporter.port),
      scheduler: formatHostPort(config.listen.scheduler.host, config.listen.scheduler.port),
      worker: formatHostPort(config.listen.worker.host, config.listen.worker.port),
    },
    api: { ...given('tokenFile', config.api.tokenFile) },
    ...given('grafana', config.grafana ?? null),
    hysteresis: printableHysteresis(config.hysteresis),
    ...printableCadence(config.cadence),
    ...(defaults === undefined ? {} : { defaults: printableDefaults(defaults) }),
    ...printableLookouts(config),
    ownCertificates: config.ownCertificates ?? [],
    partners: config.partners.map(printablePartner),
    maintenance: config.maintenance.map((window) => ({
      partners: window.partners,
      ...given('providers', window.providers ?? null),
      from: instant(window.fromMs),
      until: instant(window.untilMs),
      reason: window.reason,
    })),
  };
}

/** `printableConfig` as YAML that could be loaded again (but for a masked password). */
export function printConfig(config: Config): string {
  return stringify(printableConfig(config), { aliasDuplicateObjects: false, lineWidth: 0 });
}
