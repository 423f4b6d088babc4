import type { Finding } from '../../federation/finding.ts';
import { x509Rules, type BrokenRule, type RuleWeight, type X509Rule } from '../../federation/x509-rule.ts';
import type { TlsFacts } from './facts.ts';
import { tlsFindings as findings } from './findings.ts';

const codes = {
  fail: 'tls_rule_refused',
  warn: 'tls_rule_strict',
  note: 'tls_rule_untidy',
} as const satisfies Readonly<Record<RuleWeight, string>>;

/** Evidence of another version may hold rules that are not known here: those say nothing. */
function brokenOf({ brokenRules = [] }: TlsFacts, weight: RuleWeight): readonly BrokenRule[] {
  return brokenRules.filter(({ rule }) => Object.hasOwn(x509Rules, rule) && x509Rules[rule].weight === weight);
}

/** One finding for each weight of the rules that the chain breaks; the first rule is told, the others are named. */
export function judgeRules(facts: TlsFacts, endpoint: string): readonly Finding[] {
  return (['fail', 'warn', 'note'] as const).flatMap((weight) => {
    const all = brokenOf(facts, weight);
    const [first] = all;
    if (first === undefined) return [];
    const { source, broken } = x509Rules[first.rule];
    const args = {
      endpoint,
      rules: all.map(({ rule }) => rule).join(', '),
      source,
      subject: first.subject,
      broken: first.detail === '' ? broken : `${broken} (${first.detail})`,
      more: all.length - 1,
    };
    return [findings.make(codes[weight], args, endpoint)];
  });
}

/** What OpenSSL answers to a chain that breaks these rules; for most, Node 24 knows one word. */
const answers: Readonly<Record<string, readonly X509Rule[]>> = {
  INVALID_CA: ['not_ca', 'cert_sign', 'version'],
  INVALID_PURPOSE: ['not_ca', 'cert_sign', 'version'],
  PATH_LENGTH_EXCEEDED: ['path_length'],
  CERT_SIGNATURE_FAILURE: ['signature_algorithm'],
  ERROR_IN_CERT_NOT_BEFORE_FIELD: ['validity_form'],
  ERROR_IN_CERT_NOT_AFTER_FIELD: ['validity_form'],
  // OpenSSL looks for no issuer of a certificate whose extensions it cannot read.
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['extension_malformed', 'extension_duplicate'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['extension_malformed', 'extension_duplicate'],
};

/** Whether a broken rule tells already, and better, why OpenSSL refuses the chain. */
export function toldByRule(facts: TlsFacts, verification: string): boolean {
  const broken = brokenOf(facts, 'fail');
  if (verification === 'UNSPECIFIED') return broken.length > 0;
  return broken.some(({ rule }) => answers[verification]?.includes(rule) === true);
}
