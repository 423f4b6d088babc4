import type { Cadence } from '../federation/cadence.ts';
import { hops, pinnedRoute, pinRefused, type Partner, type PinnedRoute, type Profile } from '../federation/partner.ts';
import type { PartnerDefaults } from './config.ts';
import { domainName } from './domain.ts';
import { formatDuration } from './duration.ts';
import { includedFiles } from './include.ts';
import type { Mistake } from './mistake.ts';
import { parsed } from './mistakes-of.ts';
import { mostPartners, partnerEntry, partnersFile, type PartnerEntry } from './schema.ts';
import { halfOf, scheduleOf } from './partner-schedule.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** A partner as written, and where. */
interface Written {
  readonly file: YamlFile;
  readonly at: number;
  readonly domain: string;
  /** Null when the entry has mistakes of its own. */
  readonly entry: PartnerEntry | null;
}

export interface AllPartners {
  readonly partners: readonly Partner[];
  /** How many entries there are, with and without mistakes. */
  readonly entries: number;
  /** Every domain that was named, also by an entry with mistakes. */
  readonly named: ReadonlySet<string>;
  /** False: a file could not be read, so there may be more. */
  readonly complete: boolean;
}

/** The same value with its list of partners emptied: entries are judged one by one, so that none hides another. */
export function withoutEntries(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return 'partners' in value && Array.isArray(value.partners) ? { ...value, partners: [] } : value;
}

function rawEntries(value: unknown): readonly unknown[] {
  const partners = typeof value === 'object' && value !== null && 'partners' in value ? value.partners : null;
  return Array.isArray(partners) ? partners : [];
}

function rawDomain(entry: unknown): string | null {
  const domain = typeof entry === 'object' && entry !== null && 'domain' in entry ? entry.domain : null;
  return typeof domain === 'string' ? domainName(domain) : null;
}

function entriesOf(file: YamlFile, mistakes: Mistake[]): readonly Written[] {
  return rawEntries(file.value).flatMap((raw, at) => {
    const entry = parsed(file, ['partners', at], partnerEntry, mistakes);
    const domain = entry?.domain ?? rawDomain(raw);
    return domain === null ? [] : [{ file, at, domain, entry }];
  });
}

/** The shortest of what is wanted and half the interval: an examination always ends before the next one begins. */
export function timeoutFor(everyMs: number, wantedMs: number): number {
  return Math.min(wantedMs, Math.floor(everyMs / 2));
}

/** What partners refer to beyond their own entry. */
export interface Terms {
  readonly defaults: PartnerDefaults;
  readonly cadence: Cadence;
  readonly identities: ReadonlySet<string>;
}

function checkIdentity({ file, at }: Written, { identity }: PartnerEntry, { identities }: Terms, mistakes: Mistake[]) {
  if (identity === undefined || identities.has(identity)) return;
  const known = [...identities].join(', ');
  const message = `${identity} is no identity, expected a name under identities or none; known here: ${known}`;
  mistakes.push(file.mistake(['partners', at, 'identity'], message));
}

function pinnedAs(
  { file, at }: Written,
  { route }: PartnerEntry,
  profile: Profile,
  mistakes: Mistake[],
): PinnedRoute | null {
  if (route === undefined) return null;
  const pinned = pinnedRoute(route.host, route.port, route.transport);
  const refused = pinRefused(profile, pinned);
  if (refused !== null) {
    mistakes.push(
      file.mistake(['partners', at, 'route', 'transport'], `got ${String(route.transport)}, expected tls: ${refused}`),
    );
  }
  return pinned;
}

function completed(written: Written, entry: PartnerEntry, terms: Terms, mistakes: Mistake[]): Partner {
  const { defaults } = terms;
  const profile = entry.profile ?? defaults.profile;
  const pinned = pinnedAs(written, entry, profile, mistakes);
  checkIdentity(written, entry, terms, mistakes);
  const schedule = scheduleOf(written.file, ['partners', written.at], entry, defaults, mistakes);
  const { everyMs, cron } = schedule;
  const noCron = entry.timezone !== undefined && cron === undefined;
  if (noCron) mistakes.push(written.file.mistake(['partners', written.at, 'timezone'], 'stands without cron', 'key'));
  const most = timeoutFor(everyMs, Infinity);
  if (entry.timeout !== undefined && entry.timeout > most) {
    const got = `got ${formatDuration(entry.timeout)}`;
    const message = `${got}, expected at most ${formatDuration(most)}, ${halfOf(schedule)}`;
    mistakes.push(written.file.mistake(['partners', written.at, 'timeout'], message));
  }
  return {
    domain: entry.domain,
    name: entry.name ?? null,
    tier: entry.tier ?? defaults.tier,
    owner: entry.owner ?? null,
    contact: entry.contact ?? null,
    profile,
    everyMs,
    ...(cron === undefined ? {} : { cron }),
    timeoutMs: entry.timeout ?? timeoutFor(everyMs, defaults.timeoutMs),
    route: pinned,
    ...(entry.tags === undefined ? {} : { tags: entry.tags }),
    cadence: terms.cadence,
    ...hops(entry.sip?.maxForwards ?? defaults.maxForwards),
    ...(entry.identity === undefined ? {} : { identity: entry.identity }),
  };
}

/** Of entries with the same domain the first; the others are mistakes that name both places. */
function namedOnce(written: readonly Written[], mistakes: Mistake[]): ReadonlyMap<string, Written> {
  const first = new Map<string, Written>();
  for (const each of written) {
    const before = first.get(each.domain);
    if (before === undefined) {
      first.set(each.domain, each);
      continue;
    }
    const place = before.file.place(['partners', before.at, 'domain']);
    const message = `${each.domain} is named twice, already at ${place}`;
    mistakes.push(each.file.mistake(['partners', each.at, 'domain'], message));
  }
  return first;
}

/** Every partner of the file and of the files it includes, each complete and named once. */
export function allPartners(
  file: YamlFile,
  include: readonly string[],
  terms: Terms,
  mistakes: Mistake[],
): AllPartners {
  const reads = includedFiles(file, include, mistakes).map(readYaml);
  const included = reads.map((read) => read.file).filter((each) => each !== null);
  const own = entriesOf(file, mistakes);
  for (const read of reads) {
    mistakes.push(...read.mistakes);
    if (read.file !== null)
      parsed({ ...read.file, value: withoutEntries(read.file.value) }, [], partnersFile, mistakes);
  }
  const first = namedOnce([...own, ...included.flatMap((each) => entriesOf(each, mistakes))], mistakes);
  if (first.size > mostPartners) {
    const message = `${String(first.size)} partners, expected at most ${String(mostPartners)}`;
    mistakes.push(file.mistake(['partners'], message));
  }
  return {
    partners: [...first.values()].flatMap((each) =>
      each.entry === null ? [] : [completed(each, each.entry, terms, mistakes)],
    ),
    entries: [file, ...included].reduce((sum, each) => sum + rawEntries(each.value).length, 0),
    named: new Set(first.keys()),
    complete: included.length === reads.length,
  };
}
