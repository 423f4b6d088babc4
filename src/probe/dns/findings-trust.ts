import type { FindingEntry } from '../../federation/finding.ts';

// The rows about whether an answer can be believed: DNSSEC, and who our resolver is.

export const trustRows = {
  dns_dnssec_bogus: {
    severity: 'fail',
    layer: 'dns',
    side: 'theirs',
    confidence: 'likely',
    state: 'unreachable',
    title: 'The partner’s DNSSEC signatures do not verify',
    says: ({ name, because }: { name: string; because: string | null }) =>
      `The records of ${name} do not verify${because === null ? '' : ` (${because})`}: our resolver answers SERVFAIL, and hands them out with checking disabled.`,
    means:
      'The zone is signed, and its signatures are expired, made with another key, or missing. Every resolver that verifies finds nothing; others still find the partner.',
    action:
      'Send the partner the output of “dig NAME SRV” and “dig +cd NAME SRV”, and ask for the zone to be signed again or the DS record at its registrar to be corrected.',
    ask: ({ name, because }: { name: string; because: string | null }) =>
      `The DNSSEC signatures of ${name} do not verify${because === null ? '' : ` (${because})`}, so resolvers that check them find nothing. Please have the zone signed again, or the DS record at your registrar corrected.`,
  },
  dns_resolver_not_authenticated: {
    severity: 'unproven',
    layer: 'dns',
    side: 'ours',
    confidence: 'certain',
    state: 'unknown',
    title: 'Our resolver over TLS cannot be authenticated',
    says: ({ name, because }: { name: string; because: string }) =>
      `No answer about ${name}: our resolver over TLS was not asked (${because}).`,
    means:
      'What answers at the address in dns.servers could not prove that it is the configured resolver, so nothing was asked and nothing is known about the partner.',
    action:
      'Check dns.servers and trust in the config: the name after # must be in the certificate, without a name the address. To look: openssl s_client -connect ADDRESS:853.',
    ask: { none: 'It is our resolver that was not authenticated; nothing was asked about the partner.' },
  },
  dns_signatures_expiring: {
    severity: 'warn',
    layer: 'dns',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'DNSSEC signatures are late to be renewed',
    says: ({ name, at, hours }: { name: string; at: string; hours: number }) =>
      `The signatures of ${name} expire at ${at}, in ${String(hours)} h, and should have been renewed by now.`,
    means:
      'The zone is signed and still verifies. When the signatures expire, every resolver that verifies finds nothing, and the partner vanishes for it at that minute.',
    action: 'Tell the partner before then: something that signs its zone has probably stopped.',
    ask: ({ name, at }: { name: string; at: string }) =>
      `The DNSSEC signatures of ${name} expire at ${at}. Please see that the zone is signed again before, or resolvers that verify will find nothing. To look: dig +dnssec ${name} SRV.`,
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
