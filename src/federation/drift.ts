import { expectedFor, isCrowded, type Baseline, type Deviation } from './baseline.ts';
import { deviationsIn } from './compare.ts';
import { printable } from './failure.ts';
import { operatorOf, targetName, type Sight } from './sight.ts';

/** How a partner is reached otherwise than before. Words are public (API, JSON): add, never rename. */
export const driftKinds = [
  'target_added',
  'target_lost',
  'target_moved',
  'provider_changed',
  'port_changed',
  'priority_changed',
  'address_changed',
  'certificate_renewed',
  'issuer_changed',
  'names_changed',
  'reverted',
  'accepted',
] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One change for a person: what was there, what is there now. Texts are printable and bounded. */
export interface Drift {
  readonly kind: DriftKind;
  /** The host or endpoint; null for the route. */
  readonly subject: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** A change of how a partner is reached, as an event. Epoch milliseconds. */
export interface DriftChange extends Drift {
  readonly what: 'drift';
  readonly domain: string;
  readonly atMs: number;
  readonly slotMs: number;
}

const longestText = 300;

/** Names for one event: printable and bounded. */
export const textOf = (names: readonly (string | null)[]): string | null => {
  const some = names.filter((name) => name !== null);
  return some.length === 0 ? null : printable(some.join(', '), longestText);
};

/** The host of a target or endpoint by its name. */
export const hostOf = (name: string): string => name.replace(/:\d+( \(\w+\))?$/, '');

/** Deviations as a person tells them: a target lost and one added is a move, on the same host another port. */
export function drifts(baseline: Baseline, deviations: readonly Deviation[]): readonly Drift[] {
  const { domain, targets } = baseline;
  let lost = deviations.filter(({ kind }) => kind === 'lost').map(({ subject }) => subject);
  let added = deviations.filter(({ kind }) => kind === 'added').map(({ subject }) => subject);
  const told: Drift[] = [];
  const tell = (kind: DriftKind, before: readonly string[], after: readonly string[]): void => {
    told.push({ kind, subject: null, before: textOf(before), after: textOf(after) });
    lost = lost.filter((name) => !before.includes(name));
    added = added.filter((name) => !after.includes(name));
  };

  const ports = added.filter((name) => lost.some((each) => hostOf(each) === hostOf(name)));
  const left = lost.filter((name) => ports.some((each) => hostOf(each) === hostOf(name)));
  if (ports.length > 0) tell('port_changed', left, ports);
  const operators = new Set(targets.map(({ host }) => operatorOf(host, domain)));
  const foreign = added.filter((name) => !operators.has(operatorOf(hostOf(name), domain)));
  if (foreign.length > 0) tell('provider_changed', lost.length > 0 ? lost : targets.map(targetName), foreign);
  if (lost.length > 0 && added.length > 0) tell('target_moved', lost, added);
  if (lost.length > 0) tell('target_lost', lost, []);
  if (added.length > 0) tell('target_added', [], added);
  return [...told, ...deviations.flatMap(single)];
}

const singleKinds: Readonly<Partial<Record<Deviation['kind'], DriftKind>>> = {
  priority: 'priority_changed',
  address: 'address_changed',
  issuer: 'issuer_changed',
  names: 'names_changed',
};

function single({ kind, subject, before, after }: Deviation): readonly Drift[] {
  const name = singleKinds[kind];
  return name === undefined ? [] : [{ kind: name, subject, before: textOf([before]), after: textOf([after]) }];
}

/** Certificates that are new and what was expected: one for each endpoint, however many addresses show them. */
export function renewals({ certificates }: Baseline, sight: Sight): readonly Drift[] {
  const told = new Map<string, Drift>();
  const until = (notAfter: string): string => `valid until ${notAfter.slice(0, 10)}`;
  for (const seen of sight.certificates) {
    const expected = expectedFor(certificates, seen);
    if (expected === undefined || isCrowded(expected.known, sight.atMs)) continue;
    if (expected.known.some(({ value }) => value === seen.fingerprint256)) continue;
    const { endpoint: subject } = seen;
    const [before, after] = [until(expected.notAfter), until(seen.notAfter)];
    told.set(subject, { kind: 'certificate_renewed', subject, before, after });
  }
  return [...told.values()];
}

/** All that an examination shows to be otherwise than expected, at once and unconfirmed. Pure. */
export function compare(baseline: Baseline, sight: Sight): readonly Drift[] {
  return [...drifts(baseline, deviationsIn(baseline, sight)), ...renewals(baseline, sight)];
}

/** A change as it is told of an examination. */
export function event(drift: Drift, sight: Pick<Sight, 'domain' | 'atMs' | 'slotMs'>): DriftChange {
  const { domain, atMs, slotMs } = sight;
  return { what: 'drift', domain, atMs, slotMs, ...drift };
}
