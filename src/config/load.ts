import { dirname, resolve } from 'node:path';
import { apiToken, checkFiles } from './check-files.ts';
import { completeRedis } from './check-redis.ts';
import type { Api, Config, Identity, PartnerDefaults, Politeness } from './config.ts';
import { anonymous, builtInDefaults, cadenceOf, hysteresisOf, systemServers } from './defaults.ts';
import { formatDuration } from './duration.ts';
import { identitiesOf, identityNames } from './identities.ts';
import { listenOf } from './listen.ts';
import { allWindows } from './maintenance.ts';
import { ConfigInvalid, inOrder, type Mistake } from './mistake.ts';
import { parsed, shown, unknownKey } from './mistakes-of.ts';
import { halfOf, scheduleOf } from './partner-schedule.ts';
import { allPartners, timeoutFor, withoutEntries } from './partners.ts';
import { sections, type Sections } from './schema.ts';
import { placesOf } from './vantages.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';
import { dayMs } from '../federation/cron.ts';
import { hops } from '../federation/partner.ts';
import { lookoutSections } from './lookouts.ts';

/** What a configuration is read for: `check` needs neither an identity nor partners. */
export type Purpose = 'service' | 'check';

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Judges each section by itself, so that a mistake in one hides none in another. */
function readSections(file: YamlFile, purpose: Purpose, mistakes: Mistake[]): Partial<Sections> {
  if (!isGroup(file.value)) {
    const got = file.value === null ? 'the file is empty' : `got ${shown(file.value)}`;
    mistakes.push(file.mistake([], `${got}, expected settings such as identity and partners`));
    return {};
  }
  const names = Object.keys(sections);
  for (const key of Object.keys(file.value).filter((each) => !names.includes(each))) {
    mistakes.push(file.mistake([key], unknownKey(key, names), 'key'));
  }
  const given: Record<string, unknown> = {};
  const around = { ...file, value: withoutEntries(file.value) };
  for (const [name, schema] of Object.entries(sections)) {
    if (name === 'identity' && purpose === 'check' && !(name in file.value)) continue;
    const value = parsed(around, [name], schema, mistakes);
    if (value !== null) given[name] = value;
  }
  return given;
}

/** The defaults for partners. Where they have mistakes of their own, such that nothing false is said of a partner. */
function partnerDefaults(
  file: YamlFile,
  given: Sections['defaults'] | undefined,
  mistakes: Mistake[],
): PartnerDefaults {
  if (given === undefined) return { ...builtInDefaults, everyMs: dayMs };
  const schedule = scheduleOf(file, ['defaults'], given, builtInDefaults, mistakes);
  const most = timeoutFor(schedule.everyMs, Infinity);
  if (given.timeout !== undefined && given.timeout > most) {
    const message = `got ${formatDuration(given.timeout)}, expected at most ${formatDuration(most)}, ${halfOf(schedule)}`;
    mistakes.push(file.mistake(['defaults', 'timeout'], message));
  }
  return {
    ...schedule,
    ...(given.timezone === undefined ? {} : { timezone: given.timezone }),
    timeoutMs: given.timeout ?? builtInDefaults.timeoutMs,
    profile: given.profile,
    tier: given.tier,
    ...hops(given.sip?.maxForwards),
  };
}

function identityOf(given: Sections['identity'] | undefined, from: (path: string) => string): Identity {
  if (given === undefined) return anonymous;
  return {
    domain: given.domain,
    contact: given.contact,
    certFile: given.certFile === undefined ? null : from(given.certFile),
    keyFile: given.keyFile === undefined ? null : from(given.keyFile),
    platform: given.platform,
  };
}

function politenessOf({ gap, stop, stopAll }: Sections['politeness']): Politeness {
  const stops = stopAll || stop.length > 0 ? { stops: { all: stopAll, places: stop } } : {};
  return { gapMs: gap, ...stops };
}

function apiOf(
  file: YamlFile,
  env: NodeJS.ProcessEnv,
  given: Sections['api'] | undefined,
  from: (path: string) => string,
  purpose: Purpose,
  mistakes: Mistake[],
): Api {
  const tokenFile = given?.tokenFile === undefined ? null : from(given.tokenFile);
  const token = purpose === 'check' ? null : apiToken(file, tokenFile, env['FEDMON_API_TOKEN'], mistakes);
  return { tokenFile, token };
}

function configOf(file: YamlFile, env: NodeJS.ProcessEnv, purpose: Purpose, mistakes: Mistake[]): Config {
  const folder = dirname(resolve(file.file));
  const from = (path: string): string => resolve(folder, path);
  const given = readSections(file, purpose, mistakes);
  const defaults = partnerDefaults(file, given.defaults, mistakes);
  const cadence = cadenceOf(given.cadence ?? sections.cadence.parse(undefined));
  const found = allPartners(
    file,
    given.include ?? [],
    { defaults, cadence, identities: identityNames(file) },
    mistakes,
  );
  const usable = isGroup(file.value) && given.partners !== undefined && found.complete;
  if (purpose === 'service' && usable && found.entries === 0) {
    mistakes.push(file.mistake(['partners'], 'none, expected at least one partner here or in an included file'));
  }
  checkFiles(file, from, mistakes);
  const named = identitiesOf(file, given.identities ?? [], from, mistakes);
  const redis = given.redis ?? sections.redis.parse(undefined);
  const trust = given.trust ?? 'system';
  // `check` works without the store, so whoever runs it need not be able to read its secrets.
  const place =
    purpose === 'check' ? { url: redis.url.href } : completeRedis(file, redis, env['FEDMON_REDIS_URL'], from, mistakes);
  return {
    file: file.file,
    sources: [resolve(file.file), ...(given.include ?? []).map(from)],
    redis: { ...place, prefix: redis.prefix },
    ...placesOf(file, env, given, purpose, mistakes),
    identity: identityOf(given.identity, from),
    ...(named.length === 0 ? {} : { identities: named }),
    dns: { servers: given.dns?.servers ?? systemServers() },
    trust: trust === 'system' || trust === 'mozilla' ? trust : from(trust),
    egress: given.egress ?? sections.egress.parse(undefined),
    politeness: politenessOf(given.politeness ?? sections.politeness.parse(undefined)),
    listen: listenOf(env, given.listen, mistakes),
    api: apiOf(file, env, given.api, from, purpose, mistakes),
    ...(given.grafana === undefined ? {} : { grafana: given.grafana }),
    hysteresis: hysteresisOf(given.hysteresis ?? sections.hysteresis.parse(undefined)),
    cadence,
    partners: found.partners,
    maintenance: allWindows(file, given.maintenance ?? [], found, mistakes),
    defaults,
    ...lookoutSections(file, given, mistakes),
    ownCertificates: (given.ownCertificates ?? []).map((each) => ({ ...each, certFile: from(each.certFile) })),
  };
}

/**
 * Reads and checks the configuration: the file, the files it includes, and what goes before it: FEDMON_REDIS_URL before
 * `redis.url`, FEDMON_API_TOKEN before `api.tokenFile`, FEDMON_VANTAGE before `vantage`, FEDMON_LISTEN before `listen`.
 * Throws ConfigInvalid with every mistake at once.
 */
export function loadConfig(file: string, env: NodeJS.ProcessEnv, purpose: Purpose = 'service'): Config {
  const read = readYaml(file);
  if (read.file === null) throw new ConfigInvalid(read.mistakes);
  const mistakes: Mistake[] = [...read.mistakes];
  const config = configOf(read.file, env, purpose, mistakes);
  if (mistakes.length > 0) throw new ConfigInvalid(inOrder(mistakes));
  return config;
}
