import { catalogue } from '../../federation/finding.ts';
import { answerRows } from './findings-answer.ts';
import { trustRows } from './findings-trust.ts';

/** What can be said about a partner's DNS. The table in README.md is made of the same words. */
export const dnsFindings = catalogue({
  dns_srv_missing: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'No federation record in DNS',
    says: (args: { name: string; because: string }) => `${args.name} has no SRV record (${args.because}).`,
    means:
      'The partner does not publish where its SIP edge is. Servers that follow DNS find no way to it. Between two Teams organisations in the same cloud, chat can still work without this record.',
    action:
      'Check the spelling of the domain. Ask the partner to publish the SRV record, or pin a route in the config if you were given a host by other means.',
    ask: (args: { name: string }) =>
      `We find no usable SRV record ${args.name}, so servers that follow DNS cannot find your edge. Please publish one that names your SIP edge, or tell us its host name and port if you do not want to.`,
  },
  dns_declined: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'unreachable',
    title: 'The partner says it does not federate',
    says: (args: { name: string }) =>
      `${args.name} has the target ".": the service is explicitly not offered (RFC 2782).`,
    means: 'The administrator of the domain states in DNS that there is no SIP federation.',
    action: 'Ask the partner whether this is meant. If it is, remove the partner from the config.',
    ask: (args: { name: string }) =>
      `Your record ${args.name} has the target “.”, which says that you do not offer SIP federation. Please tell us whether this is meant; if not, correct the record.`,
  },
  dns_srv_foreign: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'No SRV target lies directly in the SIP domain',
    says: (args: { target: string; domain: string }) =>
      `SRV target ${args.target} is not one label below ${args.domain} and not a known hosting provider.`,
    means:
      'Skype for Business and Lync edges accept an SRV target only directly in the SIP domain, or at a hosting provider they know. Others they refuse with a bare 504.',
    action:
      'Ask the partner to name the target sip.<its domain>, with that name in the certificate, or allow the domain with an explicit edge host on our side.',
    ask: (args: { target: string; domain: string }) =>
      `Your SRV record leads to ${args.target}, which is not directly below ${args.domain}. Skype for Business and Lync edges refuse such a target. Please name a target such as sip.${args.domain}, with that name in its certificate.`,
  },
  dns_srv_partly_foreign: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'One SRV target lies outside the SIP domain',
    says: (args: { target: string; domain: string }) =>
      `SRV target ${args.target} is not one label below ${args.domain} and not a known hosting provider; another target is.`,
    means: 'Skype for Business and Lync edges pass over this target. The others serve.',
    action: 'Tell the partner: this target is no backup for servers that keep to the naming rule.',
    ask: (args: { target: string; domain: string }) =>
      `One target of your SRV record, ${args.target}, is not directly below ${args.domain}, so Skype for Business and Lync edges never use it. If it is meant as a backup, please give it a name such as sip2.${args.domain}.`,
  },
  dns_srv_shape: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The SRV target is the domain itself',
    says: (args: { target: string }) =>
      `SRV target ${args.target} is the SIP domain itself; some servers want a host one label below it.`,
    means: 'Sources differ on whether this is accepted: some edges refuse it.',
    action: 'Ask the partner for a target such as sip.<its domain>.',
    ask: (args: { target: string }) =>
      `Your SRV record leads to the domain itself, ${args.target}; some edges refuse that. Please name a host one label below it, such as sip.${args.target}.`,
  },
  dns_srv_invalid: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'An SRV target is not a host name',
    says: (args: { target: string }) => `SRV target "${args.target}" is not a host name and was not followed.`,
    means: 'The record holds a typing mistake or something that was never meant as a host.',
    action: 'Ask the partner to correct the SRV record.',
    ask: (args: { target: string }) =>
      `Your SRV record has the target “${args.target}”, which is not a host name. Please correct or remove it.`,
  },
  dns_target_alias: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The SRV target is an alias',
    says: (args: { target: string }) =>
      `SRV target ${args.target} is a CNAME, which RFC 2782 forbids; it was followed.`,
    means: 'Most servers follow the alias, strict ones do not.',
    action: 'Nothing for us. If only some organisations have trouble with this partner, tell it about the alias.',
    ask: (args: { target: string }) =>
      `Your SRV target ${args.target} is an alias (CNAME), which RFC 2782 forbids; strict servers do not follow it. Please give the name A or AAAA records of its own.`,
  },
  dns_no_address: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'No target of the route has an address',
    says: (args: { target: string; because: string }) => `${args.target} has no address (${args.because}).`,
    means: 'The partner’s edge has a name, but the name leads nowhere.',
    action:
      'Ask the partner to publish A or AAAA records for the target, or to correct the SRV record. If the route is pinned in our config, correct it there.',
    ask: (args: { target: string; because: string }) =>
      `The name of your edge, ${args.target}, has no address (${args.because}). Please publish A or AAAA records for it, or correct the SRV record.`,
  },
  dns_target_without_address: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'One target of the route has no address',
    says: (args: { target: string; because: string }) =>
      `${args.target} has no address (${args.because}); other targets have.`,
    means: 'Attempts that choose this target fail; the others work.',
    action: 'Tell the partner. Nothing is urgent while other targets answer.',
    ask: (args: { target: string; because: string }) =>
      `One target of your SRV record, ${args.target}, has no address (${args.because}), so attempts that choose it fail. Please publish its address, or take it out of the record.`,
  },
  dns_servfail: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'The partner’s DNS is broken',
    says: (args: { name: string; resolvers: number }) =>
      `None of our ${args.resolvers} resolvers gets a usable answer about ${args.name} (SERVFAIL).`,
    means:
      'The name servers of the domain do not answer properly, or its DNSSEC signatures do not verify. This is not the same as “no record”.',
    action: 'Ask a resolver that is not ours (dig @ADDRESS NAME SRV). If it fails too, tell the partner.',
    ask: (args: { name: string }) =>
      `Resolvers get no usable answer about ${args.name} (SERVFAIL). Please check the name servers of your domain, and its DNSSEC signatures if it is signed.`,
  },
  dns_servfail_alone: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    confidence: 'open',
    state: 'unknown',
    title: 'Our only resolver gets no usable answer',
    says: (args: { name: string }) => `Our resolver gets no usable answer about ${args.name} (SERVFAIL).`,
    means:
      'Either the name servers of the domain fail, or our resolver does: with one resolver the two look the same. When many partners show this, it is ours.',
    action:
      'Ask another resolver (dig @ADDRESS NAME SRV). Name two or more under dns.servers, and fedmon compares them itself.',
    ask: {
      none: 'With one resolver of ours, its trouble and theirs look the same. Compare with another resolver first.',
    },
  },
  dns_family_unanswered: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    confidence: 'open',
    state: 'unknown',
    title: 'One address family was not answered',
    says: (args: { target: string; family: string; because: string }) =>
      `The ${args.family} records of ${args.target} could not be read (${args.because}); only its other addresses were examined.`,
    means: 'The target may have addresses that we do not know. What was examined is only a part.',
    action: 'Ask another resolver for the missing records. If it fails too, tell the partner about its name servers.',
    ask: { none: 'It may be our resolver. Ask another one first; only if it fails too is there something to send.' },
  },
  dns_resolver_silent: {
    severity: 'unproven',
    layer: 'dns',
    side: 'unknown',
    confidence: 'open',
    state: 'unknown',
    title: 'Our resolver gave no answer',
    says: (args: { name: string; because: string }) => `No answer about ${args.name} (${args.because}).`,
    means:
      'Nothing is known about the partner: the question was not answered. When many partners show this, our resolver or our network is the cause.',
    action:
      'Check dns.servers in the config: dig @ADDRESS NAME SRV from the worker. If only this domain is not answered, its own name servers are the silent ones.',
    ask: { none: 'Our question was not answered at all, so nothing is known about the partner.' },
  },
  dns_capped: {
    severity: 'note',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The route is longer than we follow',
    says: (args: { targets: number; addresses: number; edges: number }) =>
      `Beyond our caps and not examined: ${args.targets} SRV targets, ${args.addresses} addresses of a target, ${args.edges} edges.`,
    means: 'fedmon follows at most 30 targets, 8 addresses of each, and 32 edges of one partner.',
    action: 'Nothing. What is shown covers the targets that would be tried first.',
    ask: { none: 'The cap is ours; a long route is nothing wrong.' },
  },
  ...trustRows,
  ...answerRows,
});
