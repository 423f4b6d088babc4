import type { Finding } from '../finding.ts';
import type { FactKind } from './fact.ts';

type Said = Pick<Finding, 'layer' | 'code'>;

/** What our own machine, rules or files lacked: no place out there explains it. */
const ours = ['egress_denied', 'local_resource', 'tls_identity_unknown', 'sip_request_too_long', 'tcp_family_missing'];

/** Nothing came back, or a no from the network. */
const unreached = [
  'tcp_silent',
  'tcp_refused',
  'tcp_unreachable',
  'tcp_failed',
  'filtered_or_down',
  'sip_udp_silent',
  'sip_udp_refused',
  'sip_udp_unreachable',
];

/** What is wrong with the addresses of a host, whoever names it. */
const ofAddresses = ['dns_no_address', 'dns_target_without_address', 'dns_private_address'];

/** What an authority does to every certificate that it issued. */
const ofAuthority = [
  'tls_untrusted',
  'tls_chain_incomplete',
  'tls_certificate_revoked',
  'tls_rule_refused',
  'tls_rule_strict',
  'tls_weak_signature',
  'tls_wrong_purpose',
];

/** Said when nobody gave a usable answer; that a record is missing is an answer. */
const unanswered = [
  'dns_resolver_silent',
  'dns_resolver_not_authenticated',
  'dns_servfail',
  'dns_servfail_alone',
  'dns_family_unanswered',
  'dns_dnssec_bogus',
];

/** What name servers that fail make of every zone that they serve, as resolvers tell it. */
const unserved = ['dns_resolver_silent', 'dns_servfail', 'dns_servfail_alone', 'dns_dnssec_bogus'];

/** What a broken network of ours shows as. */
const ofOurPlace = [...unreached, ...ours, 'tls_silent', 'sip_silent', 'vantages_disagree'];

/** What a place out there can be the reason of: all above DNS that is not about us. */
const atPlace = ({ layer, code }: Said): boolean =>
  layer !== 'dns' && code !== 'vantages_disagree' && code !== 'partner_flapping' && !ours.includes(code);

interface Rule {
  /** Whether a finding can come from this kind of fact at all. */
  readonly fits: (said: Said) => boolean;
  /** Of those that have the fact and were proven or disproven, so many must fail. */
  readonly leastShare: number;
  /** Sharing it is common, so it must be told from chance: some must have begun to fail together. For others it is enough that some fail alike. */
  readonly together: boolean;
}

/** Nearly all: who still works was served by something that others are not. */
const nearlyAll = 0.8;
/** Our own side fails in part: a full link, one of two resolvers. When most fail that have nothing else in common, it is us. */
const most = 0.5;

/** What a fact must meet to be blamed. */
export const rules: Readonly<Record<FactKind, Rule>> = {
  edge: { fits: atPlace, leastShare: nearlyAll, together: false },
  host: {
    fits: (said) => atPlace(said) || ofAddresses.includes(said.code),
    leastShare: nearlyAll,
    together: false,
  },
  prefix: { fits: ({ code }) => unreached.includes(code), leastShare: nearlyAll, together: true },
  issuer: { fits: ({ code }) => ofAuthority.includes(code), leastShare: nearlyAll, together: true },
  provider: {
    fits: (said) => atPlace(said) || ofAddresses.includes(said.code),
    leastShare: nearlyAll,
    together: true,
  },
  identity: {
    fits: ({ layer, code }) => layer === 'admission' || code === 'sip_forbidden',
    leastShare: nearlyAll,
    together: true,
  },
  nameservers: { fits: ({ code }) => unserved.includes(code), leastShare: nearlyAll, together: true },
  resolver: { fits: ({ code }) => unanswered.includes(code), leastShare: most, together: true },
  vantage: {
    fits: ({ code }) => ofOurPlace.includes(code),
    leastShare: most,
    together: true,
  },
};
