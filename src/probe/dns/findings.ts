import { catalogue } from '../../federation/finding.ts';
import { answerRows } from './findings-answer.ts';

/** What can be said about a partner's DNS. The table in README.md is made of the same words. */
export const dnsFindings = catalogue({
  dns_srv_missing: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    state: 'unreachable',
    title: 'No federation record in DNS',
    says: (args: { name: string; because: string }) => `${args.name} has no SRV record (${args.because}).`,
    means:
      'The partner does not publish where its SIP edge is. Servers that follow DNS find no way to it. Between two Teams organisations in the same cloud, chat can still work without this record.',
    action:
      'Check the spelling of the domain. Ask the partner to publish the SRV record, or pin a route in the config if you were given a host by other means.',
  },
  dns_declined: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    state: 'unreachable',
    title: 'The partner says it does not federate',
    says: (args: { name: string }) =>
      `${args.name} has the target ".": the service is explicitly not offered (RFC 2782).`,
    means: 'The administrator of the domain states in DNS that there is no SIP federation.',
    action: 'Ask the partner whether this is meant. If it is, remove the partner from the config.',
  },
  dns_srv_foreign: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    state: 'misconfigured',
    title: 'No SRV target lies directly in the SIP domain',
    says: (args: { target: string; domain: string }) =>
      `SRV target ${args.target} is not one label below ${args.domain} and not a known hosting provider.`,
    means:
      'Skype for Business and Lync edges accept an SRV target only directly in the SIP domain, or at a hosting provider they know. Others they refuse with a bare 504.',
    action:
      'Ask the partner to name the target sip.<its domain>, with that name in the certificate, or allow the domain with an explicit edge host on our side.',
  },
  dns_srv_partly_foreign: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'One SRV target lies outside the SIP domain',
    says: (args: { target: string; domain: string }) =>
      `SRV target ${args.target} is not one label below ${args.domain} and not a known hosting provider; another target is.`,
    means: 'Skype for Business and Lync edges pass over this target. The others serve.',
    action: 'Tell the partner: this target is no backup for servers that keep to the naming rule.',
  },
  dns_srv_shape: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'The SRV target is the domain itself',
    says: (args: { target: string }) =>
      `SRV target ${args.target} is the SIP domain itself; some servers want a host one label below it.`,
    means: 'Sources differ on whether this is accepted: some edges refuse it.',
    action: 'Ask the partner for a target such as sip.<its domain>.',
  },
  dns_srv_invalid: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'An SRV target is not a host name',
    says: (args: { target: string }) => `SRV target "${args.target}" is not a host name and was not followed.`,
    means: 'The record holds a typing mistake or something that was never meant as a host.',
    action: 'Ask the partner to correct the SRV record.',
  },
  dns_target_alias: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'The SRV target is an alias',
    says: (args: { target: string }) =>
      `SRV target ${args.target} is a CNAME, which RFC 2782 forbids; it was followed.`,
    means: 'Most servers follow the alias, strict ones do not.',
    action: 'Nothing for us. If only some organisations have trouble with this partner, tell it about the alias.',
  },
  dns_no_address: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    state: 'unreachable',
    title: 'No target of the route has an address',
    says: (args: { target: string; because: string }) => `${args.target} has no address (${args.because}).`,
    means: 'The partner’s edge has a name, but the name leads nowhere.',
    action:
      'Ask the partner to publish A or AAAA records for the target, or to correct the SRV record. If the route is pinned in our config, correct it there.',
  },
  dns_target_without_address: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'One target of the route has no address',
    says: (args: { target: string; because: string }) =>
      `${args.target} has no address (${args.because}); other targets have.`,
    means: 'Attempts that choose this target fail; the others work.',
    action: 'Tell the partner. Nothing is urgent while other targets answer.',
  },
  dns_servfail: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    state: 'unreachable',
    title: 'The partner’s DNS is broken',
    says: (args: { name: string; resolvers: number }) =>
      `None of our ${args.resolvers} resolvers gets a usable answer about ${args.name} (SERVFAIL).`,
    means:
      'The name servers of the domain do not answer properly, or its DNSSEC signatures do not verify. This is not the same as “no record”.',
    action: 'Ask a resolver that is not ours (dig @ADDRESS NAME SRV). If it fails too, tell the partner.',
  },
  dns_servfail_alone: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    state: 'unknown',
    title: 'Our only resolver gets no usable answer',
    says: (args: { name: string }) => `Our resolver gets no usable answer about ${args.name} (SERVFAIL).`,
    means:
      'Either the name servers of the domain fail, or our resolver does: with one resolver the two look the same. When many partners show this, it is ours.',
    action:
      'Ask another resolver (dig @ADDRESS NAME SRV). Name two or more under dns.servers, and fedmon compares them itself.',
  },
  dns_family_unanswered: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    state: 'unknown',
    title: 'One address family was not answered',
    says: (args: { target: string; family: string; because: string }) =>
      `The ${args.family} records of ${args.target} could not be read (${args.because}); only its other addresses were examined.`,
    means: 'The target may have addresses that we do not know. What was examined is only a part.',
    action: 'Ask another resolver for the missing records. If it fails too, tell the partner about its name servers.',
  },
  dns_resolver_silent: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    state: 'unknown',
    title: 'Our resolver gave no answer',
    says: (args: { name: string; because: string }) => `No answer about ${args.name} (${args.because}).`,
    means:
      'Nothing is known about the partner: the question was not answered. When many partners show this, our resolver or our network is the cause.',
    action:
      'Check dns.servers in the config: dig @ADDRESS NAME SRV from the worker. If only this domain is not answered, its own name servers are the silent ones.',
  },
  dns_capped: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    state: 'degraded',
    title: 'The route is longer than we follow',
    says: (args: { targets: number; addresses: number; edges: number }) =>
      `Beyond our caps and not examined: ${args.targets} SRV targets, ${args.addresses} addresses of a target, ${args.edges} edges.`,
    means: 'fedmon follows at most 30 targets, 8 addresses of each, and 32 edges of one partner.',
    action: 'Nothing. What is shown covers the targets that would be tried first.',
  },
  ...answerRows,
});
