import type { FindingEntry } from '../../federation/finding.ts';

// The row about how the certificates were sent.

interface PathArgs {
  readonly [name: string]: string | number | boolean | null;
  readonly endpoint: string;
  /** Certificates that came, a root at their end not counted. */
  readonly sent: number;
  /** Names of those that no path needs; empty for none. */
  readonly aside: string;
  /** Where they lead; null where that is not known or nowhere. */
  readonly leadsTo: string | null;
  readonly shuffled: boolean;
}

function difference({ aside, leadsTo, shuffled }: PathArgs): string {
  const to = leadsTo === null ? '' : `, on the way to "${leadsTo}"`;
  const left = aside === '' ? [] : [`its chain does not need ${aside}${to}`];
  return [...left, ...(shuffled ? ['their order is not that of the chain'] : [])].join(', and ');
}

export const pathRows = {
  tls_other_path: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The edge sends other certificates than its chain needs',
    says: (args: PathArgs) =>
      `${args.endpoint} sends ${String(args.sent)} certificates, and verification took another path: ${difference(args)}.`,
    means:
      'OpenSSL, Windows and browsers sort what a server sends and pass over the rest (RFC 8446 §4.4.2). Software that takes the certificates as they come refuses the edge, or follows them to a root that is old or that it does not hold: the edge is reached from one place and not from another.',
    action:
      'Nothing while it works. If some peers reach the edge and others refuse its certificate, ask the partner to mend this first.',
    ask: (args: PathArgs) =>
      `${args.endpoint} sends ${String(args.sent)} certificates: ${difference(args)}. Please let it send its own certificate first, then each issuer in turn, and no others.`,
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
