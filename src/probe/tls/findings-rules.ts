import type { FindingEntry } from '../../federation/finding.ts';

// The rows about rules that a chain breaks (src/federation/x509-rule.ts): one for each weight of a rule, since it is that
// on which the next step depends.

interface RuleArgs {
  readonly [name: string]: string | number;
  readonly endpoint: string;
  /** All broken rules of this weight, by their words. */
  readonly rules: string;
  /** Of the first of them: where it stands, the certificate, and what is the case. */
  readonly source: string;
  readonly subject: string;
  readonly broken: string;
  /** How many there are beside the first. */
  readonly more: number;
}

const sentence = ({ endpoint, subject, broken, source, more }: RuleArgs): string =>
  `In the chain of ${endpoint}, the certificate "${subject}" breaks a rule: ${broken} (${source}${more === 0 ? '' : `, and ${String(more)} more`}).`;

const ask = ({ endpoint, subject, broken, source }: RuleArgs): string =>
  `In the certificate chain of ${endpoint}, the certificate "${subject}" breaks ${source}: ${broken}. Please have it issued anew by your authority, and tell the authority what was wrong.`;

export const ruleRows = {
  tls_rule_refused: {
    severity: 'fail',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'misconfigured',
    title: 'The chain breaks a rule that servers enforce',
    says: sentence,
    means:
      'Common TLS libraries refuse a chain like this. Those that let it through do so by luck, and need not after their next update.',
    action:
      'Ask the partner for a new certificate. A public authority replaces one like this at once; with an authority of its own it is a matter of the template.',
    ask,
  },
  tls_rule_strict: {
    severity: 'warn',
    layer: 'tls',
    side: 'theirs',
    confidence: 'likely',
    state: 'degraded',
    title: 'The chain breaks a rule that some servers enforce',
    says: sentence,
    means:
      'Some TLS libraries refuse a chain like this, others accept it: the partner is reached from one place and not from another.',
    action: 'Ask the partner to mend it with the next renewal; at once if somebody cannot connect.',
    ask,
  },
  tls_rule_untidy: {
    severity: 'note',
    layer: 'tls',
    side: 'theirs',
    confidence: 'certain',
    state: 'degraded',
    title: 'The chain breaks a rule that few enforce',
    says: sentence,
    means:
      'The authority did not keep to the profile of RFC 5280. Only verifiers that were told to be strict refuse it (OpenSSL with -x509_strict, Python since 3.13).',
    action: 'Nothing while it works. If a strict client refuses the edge, this is why.',
    ask,
  },
} as const satisfies Readonly<Record<string, FindingEntry<never>>>;
