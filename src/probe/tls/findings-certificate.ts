import type { FindingEntry } from '../../federation/finding.ts';
import { inBrackets } from './findings-authority.ts';

// The rows about the certificate and its chain; those about the handshake are in findings.ts.

export const certificateRows = {
  tls_certificate_expired: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate has expired',
    says: (args: { endpoint: string; notAfter: string; days: number }) =>
      `The certificate of ${args.endpoint} expired on ${args.notAfter} (${args.days} days ago).`,
    means: 'Every server that checks certificates refuses this edge.',
    action: 'Ask the partner to renew the certificate and to restart the service that uses it.',
    ask: (args: { endpoint: string; notAfter: string }) =>
      `The certificate of ${args.endpoint} expired on ${args.notAfter}. Please renew it, and restart the service that uses it.`,
  },
  tls_certificate_not_yet_valid: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'misconfigured',
    title: 'The certificate is not valid yet',
    says: (args: { endpoint: string; notBefore: string }) =>
      `The certificate of ${args.endpoint} is valid only from ${args.notBefore}.`,
    means:
      'The certificate was put to use too early, or a clock is wrong. If many partners show this, it is our clock.',
    action: 'Check our clock. If it is right, tell the partner.',
    ask: (args: { endpoint: string; notBefore: string }) =>
      `The certificate of ${args.endpoint} is valid only from ${args.notBefore}. Please put one to use that is valid now.`,
  },
  tls_certificate_expiring: {
    severity: 'warn',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate is about to expire',
    says: (args: { endpoint: string; notAfter: string; days: number; percentLeft: number; event: string | null }) =>
      `The certificate of ${args.endpoint} expires on ${args.notAfter} (${args.days} days, ${args.percentLeft} % of its lifetime left)${inBrackets(args.event)}.`,
    means:
      'Federation with this partner stops at that moment unless the certificate is renewed. Renewal by automation is overdue by now.',
    action: 'Tell the partner now; a renewal needs days in some organisations.',
    ask: (args: { endpoint: string; notAfter: string }) =>
      `The certificate of ${args.endpoint} expires on ${args.notAfter}. Please renew it before then, and restart the service that uses it.`,
  },
  tls_name_mismatch: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate is for another name',
    says: (args: { endpoint: string; wanted: string; names: string }) =>
      `The certificate of ${args.endpoint} does not name ${args.wanted}; it names ${args.names}.`,
    means:
      'Servers look for the SRV target (or the SIP domain) among the subject alternative names and refuse the connection without it.',
    action:
      'Ask the partner for a certificate with that name among its subject alternative names, or for an SRV target that the certificate names.',
    ask: (args: { endpoint: string; wanted: string }) =>
      `The certificate of ${args.endpoint} does not name ${args.wanted}, so other servers refuse the connection. Please use a certificate with that name among its subject alternative names, or an SRV target that the certificate names.`,
  },
  tls_names_capped: {
    severity: 'unproven',
    layer: 'tls',
    side: 'theirs',
    confidence: 'open',
    state: 'unknown',
    title: 'The certificate has more names than we keep',
    says: (args: { endpoint: string; wanted: string; total: number }) =>
      `The certificate of ${args.endpoint} has ${args.total} names; ${args.wanted} is not among the first 100, the rest was not kept.`,
    means: 'Whether the name is there was not looked at. Certificates of this size are a sign of a shared host.',
    action:
      'Look by hand: openssl s_client -connect HOST:PORT -servername HOST | openssl x509 -noout -ext subjectAltName.',
    ask: { none: 'Whether the name is there was not looked at; look by hand first.' },
  },
  tls_wrong_purpose: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate is not made for servers',
    says: (args: { endpoint: string }) =>
      `The certificate of ${args.endpoint} lacks the usage "server authentication".`,
    means: 'The extended key usages of the certificate leave out what a server needs, so other servers refuse it.',
    action: 'Ask the partner for a certificate with server authentication among its extended key usages.',
    ask: (args: { endpoint: string }) =>
      `The certificate of ${args.endpoint} lacks the usage “server authentication”. Please use one that has it among its extended key usages.`,
  },
  tls_untrusted: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'misconfigured',
    title: 'The certificate does not lead to a root we trust',
    says: (args: { endpoint: string; issuer: string; because: string; verification: string }) =>
      `The certificate of ${args.endpoint}, issued by "${args.issuer}", is not trusted: ${args.because} (${args.verification}).`,
    means:
      'The edge uses a certificate of a private authority, or does not send the intermediate certificates that lead to a public one.',
    action:
      'Private: ask the partner for a certificate of a public authority. Public authority: ask it to send the intermediate certificates. Only if other tools trust the chain, check `trust` in our config.',
    ask: (args: { endpoint: string; issuer: string }) =>
      `The certificate of ${args.endpoint}, issued by “${args.issuer}”, does not lead to a public root. Please use a certificate of a public authority, and let the edge send the intermediate certificates.`,
  },
  tls_self_signed: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The certificate is self-signed',
    says: (args: { endpoint: string; subject: string }) =>
      `The certificate of ${args.endpoint} ("${args.subject}") is self-signed: nobody vouches for it.`,
    means: 'Anyone could make the same certificate, so no server accepts it without an agreement beforehand.',
    action:
      'Ask the partner for a certificate of a public authority. Often it has one, and the service still uses the one made at installation.',
    ask: (args: { endpoint: string }) =>
      `The certificate of ${args.endpoint} is self-signed, so nobody vouches for it. Please use a certificate of a public authority. If you have one, the service may still use the one made at installation.`,
  },
  tls_chain_incomplete: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'An intermediate certificate is not sent',
    says: (args: { endpoint: string; issuer: string; url: string }) =>
      `${args.endpoint} sends its certificate without that of its issuer "${args.issuer}" (published at ${args.url}).`,
    means:
      'Servers that do not fetch or remember the missing certificate refuse the edge; Windows often fetches it, so it may seem to work for some.',
    action:
      'Ask the partner to install the intermediate certificates of its authority beside its own, so that the edge sends them.',
    ask: (args: { endpoint: string; issuer: string }) =>
      `${args.endpoint} sends its certificate without that of its issuer “${args.issuer}”. Please install the intermediate certificates of your authority beside your own, so that the edge sends them.`,
  },
  tls_weak_key: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'A key in the certificate chain is too short',
    says: (args: { endpoint: string; subject: string; key: string }) =>
      `The key of "${args.subject}", presented by ${args.endpoint}, is too short: ${args.key}.`,
    means: 'Keys below RSA 2048 or EC 256 are refused by current systems and by Microsoft.',
    action: 'Ask the partner for a certificate with a new key: RSA 2048 or longer, or EC P-256.',
    ask: (args: { endpoint: string; subject: string; key: string }) =>
      `A key in the certificate chain of ${args.endpoint} is too short: ${args.key}, in “${args.subject}”. Please use a certificate with a key of RSA 2048 or longer, or EC P-256.`,
  },
  tls_weak_signature: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'A certificate is signed with a broken hash',
    says: (args: { endpoint: string; subject: string; algorithm: string; event: string | null }) =>
      `The certificate "${args.subject}", presented by ${args.endpoint}, is signed with ${args.algorithm}${inBrackets(args.event)}.`,
    means: 'Signatures with MD5 or SHA-1 can be forged, so current systems refuse them.',
    action: 'Ask the partner for a certificate signed with SHA-256, by way of intermediates signed with SHA-256.',
    ask: (args: { endpoint: string; subject: string; algorithm: string }) =>
      `A certificate in the chain of ${args.endpoint}, “${args.subject}”, is signed with ${args.algorithm}, which current systems refuse. Please use a chain that is signed with SHA-256.`,
  },
  tls_no_client_auth: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate does not serve for client authentication',
    says: (args: { endpoint: string; what: string; date: string; ends: string }) =>
      `The certificate of ${args.endpoint} lacks the usage "client authentication" (${args.date}: ${args.what}; from ${args.ends} on this is the rule).`,
    means:
      'When the partner connects to us it shows the same certificate as a client. OpenSSL and Go refuse it where they demand a client certificate; what Microsoft edges do is not documented.',
    action:
      'Nothing while messages arrive. If the partner can be reached and nothing comes from it, look for "unsupported certificate purpose" in the log of our edge.',
    ask: (args: { endpoint: string }) =>
      `The certificate of ${args.endpoint} lacks the usage “client authentication”, which some edges demand when you connect to them. If messages from you do not arrive, please use one that has both usages.`,
  },
  tls_no_common_name: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate has no common name',
    says: (args: { endpoint: string }) => `The subject of the certificate of ${args.endpoint} has no common name.`,
    means:
      'Current TLS looks at the alternative names only, but Microsoft documents the name of the edge as the subject name of its certificate.',
    action: 'Nothing while it works. If a server refuses the certificate, ask for one whose subject names the edge.',
    ask: { none: 'Current TLS needs no common name; there is nothing to complain of while it works.' },
  },
  tls_wildcard: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The certificate names the edge by a wildcard',
    says: (args: { endpoint: string; wanted: string }) =>
      `The certificate of ${args.endpoint} covers ${args.wanted} only by a wildcard.`,
    means:
      'TLS libraries accept it. The documentation of Microsoft edges does not list it, and SIP domains are never named by a wildcard (RFC 5922 §7.2).',
    action: 'Nothing while it works. If a server refuses the certificate, ask for one that names the edge itself.',
    ask: { none: 'TLS libraries accept the wildcard; there is nothing to complain of while it works.' },
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
