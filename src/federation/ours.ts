import type { Baseline } from './baseline.ts';
import { textOf } from './drift.ts';
import type { Sight } from './sight.ts';

/** What of us changed, so that a partner may be seen otherwise. Words are public (API, JSON): add, never rename. */
export const oursKinds = ['config_changed', 'certificate_changed', 'version_changed'] as const;
export type OursKind = (typeof oursKinds)[number];

/** A change of ours, as an event. Epoch milliseconds. */
export interface OursChange {
  readonly what: 'ours';
  readonly kind: OursKind;
  /** Null: of all partners. */
  readonly domain: string | null;
  /** The key of the configuration, or the name of the identity; null for the version. */
  readonly subject: string | null;
  /** Null: there was none; of a partner's own setting: it is as for all. Texts are printable and bounded. */
  readonly before: string | null;
  readonly after: string | null;
  readonly atMs: number;
  readonly slotMs: number;
}

/** Words by what they are of: values of the configuration by key, or all that partners are examined with. */
export type Words = Readonly<Record<string, string>>;

/** What all partners are examined with: the names are made by `nameOf`. */
export interface Setup {
  /** When it was written, epoch milliseconds; no two have the same. */
  readonly slotMs: number;
  readonly words: Words;
}

/** How one word of a setup is called. */
export function nameOf(kind: OursKind, subject: string | null): string {
  return subject === null ? kind : `${kind} ${subject}`;
}

function kindAndSubject(name: string): Pick<OursChange, 'kind' | 'subject'> | null {
  const kind = oursKinds.find((each) => name === each || name.startsWith(`${each} `));
  return kind === undefined ? null : { kind, subject: name === kind ? null : name.slice(kind.length + 1) };
}

/** The names of words that are not the same in both. */
export function differing(before: Words, after: Words): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.filter((name) => before[name] !== after[name]);
}

/** So many changes are told of one new setup; what is beyond is not told. */
export const mostTold = 50;

/**
 * What a process has to tell: `stored` is what was told last by anybody, `mine` what it told itself before (null: it has
 * just begun), `now` what it has. Only what changed in its own hands is told, and not what another has told already: so
 * an old process beside a new one does not tell everything back. Null: nothing new. Pure.
 */
export function toldOf(
  stored: Setup | null,
  mine: Words | null,
  now: Setup,
): { readonly next: Setup; readonly changes: readonly OursChange[] } | null {
  const known = stored?.words ?? mine;
  if (known === null) return { next: now, changes: [] };
  const changed = differing(mine ?? known, now.words);
  const names = changed.filter((name) => known[name] !== now.words[name]);
  if (names.length === 0 && stored !== null) return null;
  const kept = Object.entries(known).filter(([name]) => !names.includes(name));
  const fresh = Object.entries(now.words).filter(([name]) => names.includes(name));
  const slotMs = Math.max(now.slotMs, (stored?.slotMs ?? -1) + 1);
  const changes = names.slice(0, mostTold).flatMap((name): readonly OursChange[] => {
    const about = kindAndSubject(name);
    if (about === null) return [];
    const [before, after] = [textOf([known[name] ?? null]), textOf([now.words[name] ?? null])];
    return [{ what: 'ours', ...about, domain: null, before, after, atMs: now.slotMs, slotMs }];
  });
  return { next: { slotMs, words: Object.fromEntries([...kept, ...fresh]) }, changes };
}

/**
 * Keeps with a baseline how the configuration wants this partner examined otherwise than others, and tells what of it is
 * another since the last examination. Nothing before a baseline is begun: there is no last good then. Pure.
 */
export function followWords(
  before: Baseline | null,
  baseline: Baseline | null,
  words: Words,
  { domain, atMs, slotMs }: Pick<Sight, 'domain' | 'atMs' | 'slotMs'>,
): { readonly baseline: Baseline | null; readonly changes: readonly OursChange[] } {
  if (baseline === null || (before !== null && slotMs <= before.slotMs)) return { baseline, changes: [] };
  const known = before?.words;
  const names = known === undefined ? [] : differing(known, words);
  if (known !== undefined && names.length === 0) {
    return { baseline: baseline.words === known ? baseline : { ...baseline, words: known }, changes: [] };
  }
  const changes = names.map((name): OursChange => {
    const [was, is] = [textOf([known?.[name] ?? null]), textOf([words[name] ?? null])];
    return { what: 'ours', kind: 'config_changed', domain, subject: name, before: was, after: is, atMs, slotMs };
  });
  return { baseline: { ...baseline, slotMs, words }, changes };
}
