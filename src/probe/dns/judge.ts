import type { Failure } from '../../federation/failure.ts';
import type { Finding } from '../../federation/finding.ts';
import type { Observation } from '../../federation/observation.ts';
import { providerOf } from '../../federation/provider.ts';
import { dnsFindings as findings } from './findings.ts';
import { droppedEdges, isDecisive, type RouteFacts, type Target } from './facts.ts';
import { judgeMissing } from './judge-missing.ts';
import { judgeHidden, judgePin, judgePlatforms, judgePorts, judgeTransports, judgeWords } from './judge-set.ts';
import { becauseOfTime, judgeSignatures } from './judge-signatures.ts';

/** Whether a failed lookup says something about the partner, or only that we were not answered. */
function saysNothing(failure: Failure): boolean {
  return !isDecisive(failure) && failure.code !== 'dns_servfail';
}

const words: Readonly<Partial<Record<Failure['code'], string>>> = {
  dns_nxdomain: 'the name does not exist',
  dns_nodata: 'the name exists, without such a record',
  dns_alias_only: 'it is an alias that leads to no such record',
  dns_alias_loop: 'its aliases lead in a circle',
  dns_servfail: 'the name servers fail',
};

const because = (failure: Failure): string => words[failure.code] ?? failure.detail;

/** Why there is no record; whether the domain itself exists tells a typing mistake from a record that was not made. */
function becauseMissing({ domainExists, reply }: RouteFacts, failure: Failure): string {
  if (failure.code === 'dns_nxdomain' && reply?.isAlias === true) return 'it is an alias of a name that does not exist';
  if (failure.code === 'dns_alias_only') return because(failure);
  if (domainExists === false) return 'the domain does not exist';
  return domainExists === true ? 'the domain exists, the record does not' : because(failure);
}

/** The question was not answered, or not even asked: our side's trouble. */
function judgeSilence(failure: Failure, name: string): Finding {
  const args = { name, because: because(failure) };
  return failure.code === 'dns_not_authenticated' || failure.code === 'dns_tls_failed'
    ? findings.make('dns_resolver_not_authenticated', args)
    : findings.make('dns_resolver_silent', args);
}

/** One resolver alone may itself be the one that fails; several that agree are believed. */
function judgeServfail({ resolvers }: RouteFacts, name: string): Finding {
  return resolvers > 1
    ? findings.make('dns_servfail', { name, resolvers })
    : findings.make('dns_servfail_alone', { name });
}

function judgeLookup(facts: RouteFacts, failure: Failure, nowMs: number): readonly Finding[] {
  const name = facts.asked.at(-1) ?? facts.domain;
  const other = judgeOtherThanMissing(facts, failure, name, nowMs);
  return other === null ? judgeMissing(facts, name, becauseMissing(facts, failure)) : [other];
}

/** Why there is no route when it is not that the record is missing. */
function judgeOtherThanMissing(facts: RouteFacts, failure: Failure, name: string, nowMs: number): Finding | null {
  if (facts.udpOnly === true) return findings.make('dns_udp_only', { domain: facts.domain });
  if (facts.reply?.dnssec === 'bogus') {
    const { signed = null } = facts.reply;
    return findings.make('dns_dnssec_bogus', { name, because: signed === null ? null : becauseOfTime(signed, nowMs) });
  }
  if (facts.reply?.aliasLoop === true) return findings.make('dns_alias_loop', { name });
  if (failure.code === 'dns_servfail') return judgeServfail(facts, name);
  if (saysNothing(failure)) return judgeSilence(failure, name);
  return null;
}

/** The suffix rule of facts §2.2: one label below the domain, or a provider's proxy; the domain itself is doubtful. */
function judgeName(facts: RouteFacts, target: Target): Finding | null {
  if (facts.profile !== 'microsoft-federation' || facts.pinned || inDomain(facts, target)) return null;
  if (target.host === facts.domain) return findings.make('dns_srv_shape', { target: target.host });
  const args = { target: target.host, domain: facts.domain };
  // One that leads nowhere is no rescue.
  const others = facts.targets.some((each) => inDomain(facts, each) && each.addresses.length > 0);
  return others ? findings.make('dns_srv_partly_foreign', args) : findings.make('dns_srv_foreign', args);
}

/** Directly below the domain, or at a provider's proxy. */
function inDomain(facts: RouteFacts, { host }: Target): boolean {
  const below = host.endsWith(`.${facts.domain}`) ? host.slice(0, -facts.domain.length - 1) : '.';
  return !below.includes('.') || providerOf(host) !== null;
}

function judgeAddresses(facts: RouteFacts): readonly Finding[] {
  const without = facts.targets.filter((target) => target.addresses.length === 0);
  const last = without.length === facts.targets.length;
  return without.map((target) => {
    const failure = target.failure ?? { code: 'dns_nodata', detail: '' };
    if (target.aliasLoop === true && last) return findings.make('dns_alias_loop', { name: target.host });
    const circle = target.aliasLoop === true ? 'its aliases lead in a circle' : null;
    const args = { target: target.host, because: circle ?? because(failure) };
    if (failure.code === 'dns_servfail' && last) return judgeServfail(facts, target.host);
    if (saysNothing(failure)) return judgeSilence(failure, target.host);
    if (!last) return findings.make('dns_target_without_address', args);
    const name = facts.asked.at(-1) ?? facts.domain;
    return facts.fellBack
      ? findings.make('dns_srv_missing', { name, because: `${args.because}; ${target.host} has no address either` })
      : findings.make('dns_no_address', args);
  });
}

/** A family that was not answered beside one that was: there may be addresses that we do not know. */
function judgeUnanswered({ targets }: RouteFacts): readonly Finding[] {
  return targets.flatMap(({ host, unanswered }) => {
    if (unanswered === null) return [];
    const { family, failure } = unanswered;
    return [findings.make('dns_family_unanswered', { target: host, family, because: because(failure) })];
  });
}

/** Opinion on a route: pure. */
export function judgeRoute(observation: Observation<RouteFacts>): readonly Finding[] {
  const { facts } = observation;
  const nowMs = Date.parse(observation.at);
  const ofAnswer = [...judgeWords(facts), ...judgeSignatures(facts, nowMs)];
  if (facts.failure !== null) return [...judgeLookup(facts, facts.failure, nowMs), ...ofAnswer];
  if (facts.declined) {
    return [findings.make('dns_declined', { name: facts.asked.at(-1) ?? facts.domain }), ...ofAnswer];
  }
  if (facts.targets.length === 0) {
    const name = facts.asked.at(-1) ?? facts.domain;
    return [findings.make('dns_srv_missing', { name, because: 'no target of it is a host name' }), ...ofAnswer];
  }
  const droppedAddresses = facts.targets.reduce((sum, target) => sum + target.droppedAddresses, 0);
  const capped = { targets: facts.droppedTargets, addresses: droppedAddresses, edges: droppedEdges(facts) };
  return [
    ...judgeAddresses(facts),
    ...judgeUnanswered(facts),
    ...facts.targets.map((target) => judgeName(facts, target)).filter((each) => each !== null),
    ...facts.invalidTargets.map((target) => findings.make('dns_srv_invalid', { target })),
    ...facts.targets
      .filter((target) => target.isAlias)
      .map((target) => findings.make('dns_target_alias', { target: target.host })),
    ...judgePin(facts),
    ...judgeHidden(facts),
    ...judgeTransports(facts),
    ...judgePorts(facts),
    ...judgePlatforms(facts),
    ...ofAnswer,
    ...(capped.targets + capped.addresses + capped.edges > 0 ? [findings.make('dns_capped', capped)] : []),
  ];
}
