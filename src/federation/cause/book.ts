import { layers, type Layer } from '../observation.ts';
import { causeId, factKey, type Fact, type FactKind } from './fact.ts';
import { fittingFacts, mostCauses, type Case, type Found } from './search.ts';

/** More codes of one cause than these are not kept. */
const mostCodes = 5;

/** A cause as it is remembered. Instants in epoch milliseconds. */
export interface SharedCause {
  readonly id: string;
  readonly kind: FactKind;
  readonly value: string;
  /** How it is named to people. */
  readonly name: string;
  /** The lowest layer that fails, and how: the commonest codes first. */
  readonly layer: Layer;
  readonly codes: readonly { readonly code: string; readonly count: number }[];
  /** When those that began together began to fail, and when the cause was found. */
  readonly sinceMs: number;
  readonly foundMs: number;
  readonly partners: number;
  /** How many share the fact and were seen to work since. */
  readonly healthy: number;
  /** How many partners were told of last, and how often the number has doubled since. */
  readonly told: number;
  readonly step: number;
  /** Since when it does not explain enough any more; null: it does. */
  readonly wanesMs: number | null;
}

/** All causes there are now, and the slot they were found in. Those found last stand before those that wane. */
export interface CauseBook {
  readonly slotMs: number;
  readonly causes: readonly SharedCause[];
}

/** How patient the book is, milliseconds. */
export interface Patience {
  /** For so long a cause whose members all work again is kept, lest it flap. */
  readonly holdDownMs: number;
  /** By then every partner has been examined and its failure or recovery confirmed. */
  readonly everybodyMs: number;
}

/** How these fail, the commonest first. */
export function codesOf(members: readonly Case[]): SharedCause['codes'] {
  const counts = new Map<string, number>();
  for (const { finding } of members) counts.set(finding.code, (counts.get(finding.code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
    .slice(0, mostCodes);
}

function lowest(members: readonly Case[]): Layer {
  const seen = new Set(members.map(({ finding }) => finding.layer));
  return layers.find((layer) => seen.has(layer)) ?? 'tcp';
}

/**
 * A cause that was found, with what is remembered of it. While it is young it grows to its size, since partners are
 * examined one after the other; after that each doubling is a step, to be told again.
 */
function kept(
  { fact, members, healthy, sinceMs }: Found,
  before: SharedCause | undefined,
  nowMs: number,
  patience: Patience,
): SharedCause {
  const partners = members.length;
  const young = before === undefined || nowMs - before.foundMs < patience.everybodyMs;
  const told = before?.told ?? 0;
  const grown = !young && partners >= 2 * told;
  return {
    id: causeId(fact.kind, fact.value),
    kind: fact.kind,
    value: fact.value,
    name: fact.name ?? before?.name ?? fact.value,
    layer: lowest(members),
    codes: codesOf(members),
    sinceMs: before?.sinceMs ?? sinceMs,
    foundMs: before?.foundMs ?? nowMs,
    partners,
    healthy,
    told: grown ? partners : young ? Math.max(told, partners) : told,
    step: (before?.step ?? 0) + (grown ? 1 : 0),
    wanesMs: null,
  };
}

/** A cause that does not explain enough any more: kept for those that have not recovered yet, then for the hold-down. */
function waning(cause: SharedCause, partners: number, nowMs: number, patience: Patience): SharedCause | null {
  const wanesMs = cause.wanesMs ?? nowMs;
  const patienceMs = partners === 0 ? patience.holdDownMs : Math.max(patience.holdDownMs, patience.everybodyMs);
  return nowMs - wanesMs >= patienceMs ? null : { ...cause, partners, wanesMs };
}

/**
 * The next book: what was found, with its memory, and what wanes. A cause ends when its members have worked for the
 * hold-down, or when it has explained too little for as long as all partners need to be examined again. Pure.
 */
export function follow(
  before: CauseBook | null,
  found: readonly Found[],
  cases: readonly Case[],
  at: { readonly slotMs: number; readonly nowMs: number } & Patience,
): CauseBook {
  const known = new Map((before?.causes ?? []).map((cause) => [cause.id, cause]));
  const standing = found.map((each) => kept(each, known.get(causeId(each.fact.kind, each.fact.value)), at.nowMs, at));
  const ids = new Set(standing.map(({ id }) => id));
  const explained = new Set(found.flatMap(({ members }) => members.map(({ domain }) => domain)));
  const rest = cases.filter(({ domain }) => !explained.has(domain));
  const lost = [...known.values()].filter(({ id }) => !ids.has(id));
  const left = membersOf({ slotMs: at.slotMs, causes: lost }, rest);
  const fading = lost.flatMap((cause) => waning(cause, left.get(cause.id)?.length ?? 0, at.nowMs, at) ?? []);
  return { slotMs: at.slotMs, causes: [...standing, ...fading].slice(0, mostCauses) };
}

/** Who belongs to which cause now: each case to the first that it shares the fact of. By the id of the cause, sorted by name. */
export function membersOf(book: CauseBook, cases: readonly Case[]): ReadonlyMap<string, readonly Case[]> {
  const byFact = new Map(book.causes.map((cause, rank) => [factKey(cause), { rank, id: cause.id }]));
  const members = new Map<string, Case[]>(book.causes.map(({ id }) => [id, []]));
  for (const each of cases) {
    const [first] = fittingFacts(each)
      .map((fact: Fact) => byFact.get(factKey(fact)))
      .filter((cause) => cause !== undefined)
      .sort((a, b) => a.rank - b.rank);
    if (first !== undefined) members.get(first.id)?.push(each);
  }
  for (const of of members.values()) of.sort((a, b) => (a.domain < b.domain ? -1 : 1));
  return members;
}

/** A book of half as many causes, and so on until there is none. */
export function* smallerBook(book: CauseBook): Generator<CauseBook, void, undefined> {
  let { causes } = book;
  while (causes.length > 0) {
    causes = causes.slice(0, Math.floor(causes.length / 2));
    yield { ...book, causes };
  }
}
