import type { EdgeEvidence, Observation, RouteEvidence } from '../federation/observation.ts';
import type { Baseline } from '../federation/baseline.ts';
import type { Change } from '../federation/change.ts';
import type { Setup } from '../federation/ours.ts';
import type { Standing } from '../federation/standing.ts';

// What a hostile or broken peer made too large is kept in a smaller version, since a partner whose evidence is refused
// would never be judged again. Facts are unknown to this room: what may go is found by its shape.

/** The mark of a value that lost a part: what is judged by it is judged by less. */
export interface Shrunk {
  readonly shrunk: true;
}

type Fields = Readonly<Record<string, unknown>>;

/** No host name is longer, so that no name that could match is cut. */
const longestText = 253;
/** What a failure said is for reading only: its code is judged. */
const longestDetail = 40;
const fewerConsequences = [20, 10, 5, 2, 0];
const fewerItems = [20, 5, 1];
const fewDifferences = 16;

const mark = <Value extends object>(value: Value): Value & Shrunk => ({ ...value, shrunk: true });

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The same value with long texts cut and lists ended after so many items. */
function cut<Value>(value: Value, items = Infinity): Value {
  const walk = (each: unknown, most: number): unknown => {
    if (typeof each === 'string') return each.length > most ? `${each.slice(0, most).toWellFormed()}…` : each;
    if (Array.isArray(each)) return each.slice(0, items).map((item) => walk(item, longestText));
    if (!isRecord(each)) return each;
    const pairs = Object.entries(each);
    return Object.fromEntries(
      pairs.map(([name, inner]) => [name, walk(inner, name === 'detail' ? longestDetail : longestText)]),
    );
  };
  // Only texts and lengths change: the shape stays that of `Value`.
  return walk(value, longestText) as Value;
}

export function* smallerStanding(standing: Standing): Generator<Standing & Shrunk, void, undefined> {
  for (const count of fewerConsequences) {
    if (count >= standing.consequences.length) continue;
    yield mark({ ...standing, consequences: standing.consequences.slice(0, count) });
  }
  yield mark(cut({ ...standing, consequences: [] }));
}

export function* smallerChange(change: Change): Generator<Change & Shrunk, void, undefined> {
  yield mark(cut(change));
}

const fewerWords = [100, 50, 20];

/** The first words, by name: what is beyond is told as new when it changes. */
export function* smallerSetup(setup: Setup): Generator<Setup & Shrunk, void, undefined> {
  const all = Object.entries(setup.words).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const count of fewerWords) yield mark({ ...setup, words: Object.fromEntries(all.slice(0, count)) });
}

/** Without the names of certificates, which are then not compared; then without certificates and addresses; then with few deviations. */
export function* smallerBaseline(baseline: Baseline): Generator<Baseline & Shrunk, void, undefined> {
  const certificates = baseline.certificates.map((each) => ({ ...each, names: null }));
  yield mark({ ...baseline, certificates });
  const bare = { ...baseline, hosts: [], certificates: [] };
  yield mark(bare);
  yield mark({ ...bare, differences: bare.differences.slice(0, fewDifferences) });
}

/** Without the chain above the leaf, which is judged when it is seen and counted as dropped; then without long texts; then with short lists. */
export function* smallerEdge(evidence: EdgeEvidence): Generator<EdgeEvidence & Shrunk, void, undefined> {
  const leafOnly = evidence.observations.map(({ facts, ...each }) => ({ ...each, facts: withLeafOnly(facts) }));
  yield mark({ ...evidence, observations: leafOnly });
  for (const items of [Infinity, ...fewerItems]) {
    const observations = leafOnly.map((each) => ({ ...each, steps: cut(each.steps), facts: cut(each.facts, items) }));
    yield mark({ ...evidence, observations });
  }
}

function withLeafOnly(facts: unknown): unknown {
  if (!isRecord(facts) || !Array.isArray(facts['chain'])) return facts;
  const chainDropped = countOf(facts['chainDropped']) + Math.max(0, facts['chain'].length - 1);
  return { ...facts, chain: facts['chain'].slice(0, 1) as unknown, ...(chainDropped === 0 ? {} : { chainDropped }) };
}

/** Only what leads to the edges, which are all kept; then without long texts, then without the lookups that failed. */
export function* smallerRoute(route: RouteEvidence): Generator<RouteEvidence & Shrunk, void, undefined> {
  const observation = narrowed(route);
  yield mark({ ...route, observation });
  const { facts } = observation;
  const few = isRecord(facts) ? { ...facts, invalidTargets: listOf(facts['invalidTargets']).slice(0, 5) } : facts;
  const short = cut({ ...observation, facts: few });
  yield mark({ ...route, observation: short });
  // Why a lookup failed stands in the facts too.
  const steps = short.steps.filter(({ name, failure }) => name !== 'address_lookup' || failure === null);
  yield mark({ ...route, observation: { ...short, steps } });
}

/** The lookup without targets, addresses and steps that lead to no edge. What is left out is added to what was dropped. */
function narrowed({ observation, edges }: RouteEvidence): Observation<unknown> {
  const { facts, steps } = observation;
  if (!isRecord(facts)) return observation;
  const reached = new Set(edges.map(({ host, address }) => `${host} ${address}`));
  const all = listOf(facts['targets']).filter(isRecord);
  const targets = all.map((target) => {
    const addresses = listOf(target['addresses']);
    const kept = addresses.filter((address) => reached.has(`${textOf(target['host'])} ${textOf(address)}`));
    const dropped = countOf(target['droppedAddresses']) + addresses.length - kept.length;
    return { ...target, addresses: kept, droppedAddresses: dropped };
  });
  const leading = targets.filter(({ addresses }) => addresses.length > 0);
  // A route that leads nowhere is explained by its first target as well as by all of them.
  const kept = leading.length > 0 ? leading : targets.slice(0, 1);
  const hosts = new Set(kept.map((target: Fields) => textOf(target['host'])));
  const droppedTargets = countOf(facts['droppedTargets']) + all.length - kept.length;
  return {
    ...observation,
    steps: steps.filter(({ name, target }) => name !== 'address_lookup' || hosts.has(target.split(' ', 1)[0] ?? '')),
    facts: { ...facts, targets: kept, droppedTargets },
  };
}
