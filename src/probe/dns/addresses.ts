import type { Failure } from '../../federation/failure.ts';
import { familyOf } from '../../net/address.ts';
import { aliasLoop } from './alias.ts';
import { maxAddresses, type Target } from './facts.ts';
import { isDecisive, type Inquiry } from './inquiry.ts';
import type { Wanted } from './services.ts';

type Addresses = Pick<Target, 'addresses' | 'droppedAddresses' | 'failure' | 'unanswered' | 'isAlias' | 'aliasLoop'>;

const families = ['A', 'AAAA'] as const;

/** Both families of a host; a failure only when neither gave an address, and then the one that says more. */
async function addressesOf(host: string, inquiry: Inquiry): Promise<Addresses> {
  if (familyOf(host) !== null) {
    return { addresses: [host], droppedAddresses: 0, failure: null, unanswered: null, isAlias: false };
  }
  const outcomes = await Promise.all(
    families.map(async (type) => (await inquiry.lookup('address_lookup', { name: host, type })).outcome),
  );
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
  return {
    addresses: all.slice(0, maxAddresses),
    droppedAddresses: Math.max(0, all.length - maxAddresses),
    failure: all.length > 0 ? null : (telling ?? aliasOnly),
    unanswered: all.length > 0 ? (unanswered ?? null) : null,
    isAlias: records.some((each) => each.type === 'CNAME' && each.name === host),
    aliasLoop: all.length === 0 && aliasLoop(records, host),
  };
}

const aliasOnly: Failure = { code: 'dns_nodata', detail: 'an alias that leads to no address' };

/** Targets one after another: a hostile record set must not become a burst of queries. */
export async function targetsOf(wanted: readonly Wanted[], inquiry: Inquiry): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const each of wanted) targets.push({ ...each, ...(await addressesOf(each.host, inquiry)) });
  return targets;
}
