import type { Failure } from '../../federation/failure.ts';
import { familyOf } from '../../net/address.ts';
import { aliasLoop } from './alias.ts';
import { isDecisive, maxAddresses, type ResolverWord, type Target } from './facts.ts';
import type { Heard, Inquiry } from './inquiry.ts';
import { contraryRecords } from './second-opinion.ts';
import type { Wanted } from './services.ts';

type Addresses = Omit<Target, keyof Wanted>;

const families = ['A', 'AAAA'] as const;
type Both = readonly [Heard, Heard];

/** Of how many targets without address another server is asked, when no target has one. */
const maxContested = 4;

function ask(host: string, inquiry: Inquiry): Promise<Both> {
  const [a, aaaa] = families.map((type) => inquiry.lookup('address_lookup', { name: host, type }));
  return Promise.all([a, aaaa] as [Promise<Heard>, Promise<Heard>]);
}

/** Both families of a host; a failure only when neither gave an address, and then the one that says more. */
function addressesIn(host: string, heard: Both): Addresses {
  const outcomes = heard.map(({ outcome }) => outcome);
  const records = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.records : []));
  const all = [
    ...new Set(records.flatMap((each) => (each.type === 'A' || each.type === 'AAAA' ? [each.address] : []))),
  ];
  const failures = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]));
  const telling = failures.find((each) => !isDecisive(each)) ?? failures[0] ?? null;
  const unanswered = families.flatMap((family, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined || outcome.ok || isDecisive(outcome.failure)) return [];
    return [{ family, failure: outcome.failure }];
  })[0];
  const loops = all.length === 0 && aliasLoop(records, host);
  return {
    addresses: all.slice(0, maxAddresses),
    droppedAddresses: Math.max(0, all.length - maxAddresses),
    failure: all.length > 0 ? null : (telling ?? (loops ? aliasLoops : aliasOnly)),
    unanswered: all.length > 0 ? (unanswered ?? null) : null,
    isAlias: records.some((each) => each.type === 'CNAME' && each.name === host),
    aliasLoop: loops,
  };
}

const aliasOnly: Failure = { code: 'dns_alias_only', detail: 'an alias that leads to no address' };
const aliasLoops: Failure = { code: 'dns_alias_loop', detail: 'its aliases lead in a circle' };

/** What another server says of both families, and how it differs; null when it knows no address either. */
async function contested(
  host: string,
  heard: Both,
  inquiry: Inquiry,
): Promise<(Addresses & { readonly words: readonly ResolverWord[] }) | null> {
  const others = [];
  for (const [at, type] of families.entries()) {
    const first = heard[at];
    if (first !== undefined) others.push(await contraryRecords('address_lookup', { name: host, type }, first, inquiry));
  }
  const [a, aaaa] = others;
  const words = a?.words ?? aaaa?.words;
  if (words === undefined) return null;
  return { ...addressesIn(host, [a?.heard ?? heard[0], aaaa?.heard ?? heard[1]]), words };
}

/**
 * Targets one after another: a hostile record set must not become a burst of queries. When none has an address, that is
 * believed only when another server knows none either.
 */
export async function targetsOf(wanted: readonly Wanted[], inquiry: Inquiry): Promise<readonly Target[]> {
  const asked: { readonly target: Target; readonly heard: Both | null }[] = [];
  for (const each of wanted) {
    if (familyOf(each.host) !== null) {
      const literal = { addresses: [each.host], droppedAddresses: 0, failure: null, unanswered: null, isAlias: false };
      asked.push({ target: { ...each, ...literal }, heard: null });
      continue;
    }
    const heard = await ask(each.host, inquiry);
    asked.push({ target: { ...each, ...addressesIn(each.host, heard) }, heard });
  }
  const targets = asked.map(({ target }) => target);
  if (targets.some(({ addresses }) => addresses.length > 0)) return targets;
  for (const [at, { target, heard }] of asked.slice(0, maxContested).entries()) {
    const other = heard === null ? null : await contested(target.host, heard, inquiry);
    if (other !== null) return targets.with(at, { ...target, ...other });
  }
  return targets;
}
