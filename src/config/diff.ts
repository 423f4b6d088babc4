import type { Config } from './config.ts';

/** What is read once, when the process starts: connections and listeners hang on it. */
export const restartSections = ['redis', 'listen', 'vantage', 'vantages', 'api'] as const;
type RestartSection = (typeof restartSections)[number];

/** What tells one configuration from the next. Domains in the order of the configuration they are in. */
export interface ConfigDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Sections that changed and are in force. */
  readonly settings: readonly string[];
  /** Sections that changed and take effect only after a restart. */
  readonly restart: readonly string[];
}

/** Both were made by the same code from checked values: equal values have equal texts. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const isRestartSection = (name: string): name is RestartSection => restartSections.some((each) => each === name);

/** What changed from one configuration to the next. Pure. */
export function diffConfig(before: Config, after: Config): ConfigDiff {
  const [known, wanted] = [before, after].map(({ partners }) => new Map(partners.map((each) => [each.domain, each])));
  const sections = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => name !== 'partners' && name !== 'file' && name !== 'sources',
  ) as readonly (keyof Config)[];
  const differing = sections.filter((name) => !same(before[name], after[name]));
  return {
    added: after.partners.filter(({ domain }) => known?.has(domain) === false).map(({ domain }) => domain),
    removed: before.partners.filter(({ domain }) => wanted?.has(domain) === false).map(({ domain }) => domain),
    changed: after.partners
      .filter((each) => known?.has(each.domain) === true && !same(known.get(each.domain), each))
      .map(({ domain }) => domain),
    settings: differing.filter((name) => !isRestartSection(name)),
    restart: differing.filter(isRestartSection),
  };
}

/** Whether nothing at all changed. */
export function isEmptyDiff(diff: ConfigDiff): boolean {
  return Object.values(diff).every((each: readonly string[]) => each.length === 0);
}

/** The next configuration, with what needs a restart left as it is in force. Pure. */
export function inForce(before: Config, after: Config): Config {
  const { redis, listen, vantage, vantages, api } = before;
  return { ...after, redis, listen, vantage, vantages, api };
}
