import {
  haveSameNames,
  isCrowded,
  isRenewalOf,
  type Baseline,
  type Deviation,
  type ExpectedCertificate,
} from './baseline.ts';
import { printable } from './failure.ts';
import { organisationOf, targetName, type SeenCertificate, type Sight } from './sight.ts';

function routeDeviations({ targets: expected }: Baseline, seen: NonNullable<Sight['targets']>): readonly Deviation[] {
  const before = new Map(expected.map((target) => [targetName(target), target]));
  const after = new Map(seen.map((target) => [targetName(target), target]));
  const lost = [...before.keys()]
    .filter((name) => !after.has(name))
    .map((name): Deviation => ({ kind: 'lost', subject: name, before: name, after: null }));
  const added = [...after.keys()]
    .filter((name) => !before.has(name))
    .map((name): Deviation => ({ kind: 'added', subject: name, before: null, after: name }));
  const moved = [...after].flatMap(([name, { priority }]): readonly Deviation[] => {
    const was = before.get(name)?.priority ?? priority;
    if (was === priority) return [];
    return [{ kind: 'priority', subject: name, before: String(was), after: String(priority) }];
  });
  return [...lost, ...added, ...moved];
}

const shownAddresses = 4;

/** A host of which no address is known any more. One more address beside known ones is nothing to tell. */
function addressDeviations({ hosts }: Baseline, sight: Sight): readonly Deviation[] {
  return sight.hosts.flatMap(({ host, addresses }): readonly Deviation[] => {
    const known = hosts.find((each) => each.host === host)?.known ?? [];
    if (known.length === 0 || addresses.length === 0 || isCrowded(known, sight.atMs)) return [];
    if (addresses.some((address) => known.some(({ value }) => value === address))) return [];
    const lately = known.slice(0, shownAddresses).map(({ value }) => value);
    return [
      { kind: 'address', subject: host, before: lately.sort().join(', '), after: addresses.toSorted().join(', ') },
    ];
  });
}

const longestText = 300;

function without(names: readonly string[], others: readonly string[]): string | null {
  const rest = names.filter((name) => !others.includes(name));
  return rest.length === 0 ? null : printable(rest.join(', '), longestText);
}

function certificateDeviations(expected: readonly ExpectedCertificate[], seen: SeenCertificate): readonly Deviation[] {
  const ofEndpoint = expected.filter(({ endpoint }) => endpoint === seen.endpoint);
  const organisation = organisationOf(seen.issuer);
  const nearest = ofEndpoint.find(({ issuer }) => organisationOf(issuer) === organisation) ?? ofEndpoint[0];
  if (nearest === undefined || ofEndpoint.some((each) => isRenewalOf(each, seen))) return [];
  const { endpoint: subject } = seen;
  const was = organisationOf(nearest.issuer);
  const deviations: Deviation[] = [];
  if (was !== organisation) deviations.push({ kind: 'issuer', subject, before: was, after: organisation });
  if (nearest.names !== null && seen.names !== null && !haveSameNames(nearest.names, seen.names)) {
    const [before, after] = [without(nearest.names, seen.names), without(seen.names, nearest.names)];
    deviations.push({ kind: 'names', subject, before, after });
  }
  return deviations;
}

/** The same item with the same outcome is the same deviation. */
export function deviationKey({ kind, subject, after }: Deviation): string {
  return `${kind} ${subject} ${after ?? ''}`;
}

/** All that an examination proved to be otherwise than expected; each once, however many addresses show it. */
export function deviationsIn(baseline: Baseline, sight: Sight): readonly Deviation[] {
  const all = [
    ...(sight.targets === null ? [] : routeDeviations(baseline, sight.targets)),
    ...addressDeviations(baseline, sight),
    ...sight.certificates.flatMap((each) => certificateDeviations(baseline.certificates, each)),
  ];
  return [...new Map(all.map((each) => [deviationKey(each), each])).values()];
}

/** Whether an examination could have shown this: what it did not prove neither confirms nor contradicts. */
export function couldShow(sight: Sight, { kind, subject }: Deviation): boolean {
  if (kind === 'address') return sight.hosts.some(({ host }) => host === subject);
  if (kind === 'issuer' || kind === 'names') return sight.certificates.some(({ endpoint }) => endpoint === subject);
  return sight.targets !== null;
}
