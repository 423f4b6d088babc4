import type { FindingEntry } from '../../federation/finding.ts';

/** A dated change of the calendar that explains what is seen, at the end of a sentence. */
export const inBrackets = (event: string | null): string => (event === null ? '' : ` (${event})`);

// The rows about what authorities and trust stores say of a certificate, and about its age.

export const authorityRows = {
  tls_certificate_revoked: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate was revoked',
    says: (args: { endpoint: string; serial: string; revokedAt: string }) =>
      `The authority revoked the certificate of ${args.endpoint} (serial ${args.serial}) on ${args.revokedAt}; the edge sends that statement along itself.`,
    means:
      'Servers that look at revocation refuse this edge. Authorities revoke after a lost key, a wrong name, or on request.',
    action: 'Ask the partner for a new certificate with a new key, and to restart the service that uses it.',
    ask: (args: { endpoint: string; serial: string; revokedAt: string }) =>
      `Your authority revoked the certificate of ${args.endpoint} (serial ${args.serial}) on ${args.revokedAt}. Please put a new certificate with a new key to use, and restart the service.`,
  },
  tls_staple_outdated: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The stapled OCSP response is out of date',
    says: (args: { endpoint: string; nextUpdate: string; event: string | null }) =>
      `The OCSP response that ${args.endpoint} sends along was to be renewed by ${args.nextUpdate}${inBrackets(args.event)}.`,
    means:
      'The edge does not reach the responder of its authority any more, or the authority has given up OCSP. Most servers pass over an old response; strict ones end the handshake.',
    action:
      'Nothing while it works. If somebody refuses the edge, tell the partner. If many partners show this, check our clock.',
    ask: (args: { endpoint: string; nextUpdate: string }) =>
      `The OCSP response that ${args.endpoint} sends with its certificate was to be renewed by ${args.nextUpdate}. Please check that the server reaches the OCSP responder of your authority.`,
  },
  tls_staple_useless: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The stapled OCSP response says nothing about the certificate',
    says: (args: { endpoint: string; because: string }) =>
      `The OCSP response that ${args.endpoint} sends along ${args.because}.`,
    means: 'It proves nothing. Most servers pass over it; strict ones end the handshake.',
    action: 'Nothing while it works. If somebody refuses the edge, tell the partner.',
    ask: (args: { endpoint: string; because: string }) =>
      `The OCSP response that ${args.endpoint} sends with its certificate ${args.because}. Please check the stapling of the server, or switch it off.`,
  },
  tls_stores_disagree: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'Trust stores disagree about the certificate chain',
    says: (args: { endpoint: string; root: string; accepting: string; refusing: string; event: string | null }) =>
      `The chain of ${args.endpoint} leads to the root "${args.root}": trusted by ${args.accepting}, not by ${args.refusing}${inBrackets(args.event)}.`,
    means:
      'Root programs drop roots at different times. Whether a server accepts the edge depends on the store it goes by.',
    action:
      'Only our configured store decides here (`trust`). If the partner talks to us and to nobody else of the other kind, this is why.',
    ask: (args: { endpoint: string; root: string }) =>
      `The certificate chain of ${args.endpoint} leads to the root "${args.root}", which some trust stores do not hold. If peers refuse you, please ask your authority for a chain to a current root.`,
  },
  tls_root_unlisted: {
    severity: 'warn',
    layer: 'tls',
    side: 'unknown',
    confidence: 'open',
    state: 'degraded',
    title: 'The endpoint of Microsoft leads to a root it did not announce',
    says: (args: { endpoint: string; root: string; fingerprint: string; event: string | null }) =>
      `The chain of ${args.endpoint} leads to "${args.root}" (SHA-1 ${args.fingerprint}), which is none of the seven roots that Microsoft names for SIP peers${inBrackets(args.event)}.`,
    means:
      'A device on the way opens TLS and shows a certificate of its own, or Microsoft moved to a new root. Border controllers that trust the announced roots only refuse it.',
    action:
      'Compare from another network. If it is the same there, read the current list of roots of Direct Routing; if not, look for a TLS proxy on our path.',
    ask: { none: 'Whether a device on our own path did this has to be found out first.' },
  },
  tls_renewal_due: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate is in the last quarter of its life',
    says: (args: { endpoint: string; notAfter: string; days: number; percentLeft: number; event: string | null }) =>
      `The certificate of ${args.endpoint} expires on ${args.notAfter} (${args.days} days, ${args.percentLeft} % of its lifetime left)${inBrackets(args.event)}.`,
    means: 'Automatic renewal happens with a third left, so it did not; those who renew by hand still have time.',
    action: 'Nothing yet. Below an eighth it becomes a warning.',
    ask: { none: 'There is time left; many organisations renew in these weeks.' },
  },
  tls_lifetime_too_long: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate is made for longer than public authorities may',
    says: (args: { endpoint: string; days: number; limit: number; since: string }) =>
      `The certificate of ${args.endpoint} is valid for ${args.days} days; public authorities may give ${args.limit} since ${args.since}.`,
    means:
      'An authority broke the Baseline Requirements (§6.3.2), or dated the certificate back. Browsers refuse it, most SIP servers do not; the authority may have to revoke it at short notice.',
    action: 'Nothing while it works. Expect a sudden change of the certificate.',
    ask: (args: { endpoint: string; days: number; limit: number; since: string }) =>
      `The certificate of ${args.endpoint} is valid for ${String(args.days)} days, while public authorities may give ${String(args.limit)} since ${args.since}. Please ask your authority whether it will be revoked.`,
  },
  tls_clock_behind: {
    severity: 'note',
    layer: 'tls',
    side: 'ours',
    confidence: 'likely',
    state: 'unknown',
    title: 'Our clock seems to be behind',
    says: (args: { endpoint: string; producedAt: string; minutes: number }) =>
      `The authority signed the OCSP response of ${args.endpoint} at ${args.producedAt}, ${args.minutes} minutes after what our clock shows now.`,
    means:
      'A signed statement cannot come from the future: our clock is wrong, or that of the authority. Every judgement of dates depends on it.',
    action:
      'Check the time of this machine (timedatectl, chronyc tracking) before you believe any finding about dates.',
    ask: { none: 'It is about our own clock.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
