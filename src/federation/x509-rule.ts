/** How much breaking a rule weighs: `fail` common servers refuse it, `warn` strict ones do, `note` hardly anybody. */
export type RuleWeight = 'fail' | 'warn' | 'note';

interface RuleEntry {
  readonly weight: RuleWeight;
  /** Where the rule stands. */
  readonly source: string;
  /** What is the case when it is broken; goes after "the certificate X: ". */
  readonly broken: string;
}

/** Rules for chains of certificates that are looked at on the encoding itself. Words are public: add, never rename. */
export const x509Rules = {
  encoding: { weight: 'fail', source: 'RFC 5280 §4.1', broken: 'it is not encoded in DER' },
  version: { weight: 'fail', source: 'RFC 5280 §4.1.2.1', broken: 'it is older than version 3' },
  signature_algorithm: {
    weight: 'fail',
    source: 'RFC 5280 §4.1.1.2',
    broken: 'it names two different signature algorithms, inside and outside',
  },
  validity_form: {
    weight: 'fail',
    source: 'RFC 5280 §4.1.2.5',
    broken: 'a date is not written as UTC in full seconds',
  },
  extension_malformed: { weight: 'fail', source: 'RFC 5280 §4.2', broken: 'an extension cannot be read' },
  extension_duplicate: { weight: 'fail', source: 'RFC 5280 §4.2', broken: 'an extension is there twice' },
  extension_unknown: {
    weight: 'fail',
    source: 'RFC 5280 §4.2',
    broken: 'an extension that verifiers do not process is marked as critical',
  },
  alternative_name: { weight: 'fail', source: 'RFC 5280 §4.2.1.6', broken: 'an alternative name has no valid form' },
  key_type: { weight: 'fail', source: 'RFC 8446 §4.2.3', broken: 'its key is of the kind DSA, which TLS has given up' },
  rsa_exponent: { weight: 'fail', source: 'RFC 8017 §3.1', broken: 'the exponent of its RSA key is no exponent' },
  not_ca: {
    weight: 'fail',
    source: 'RFC 5280 §6.1.4 (k)',
    broken: 'it signs another one and is not marked as an authority',
  },
  cert_sign: {
    weight: 'fail',
    source: 'RFC 5280 §6.1.4 (n)',
    broken: 'it signs another one, and its key usage does not allow that',
  },
  path_length: {
    weight: 'fail',
    source: 'RFC 5280 §6.1.4 (l)',
    broken: 'more intermediates stand below it than it allows',
  },
  name_constraints: {
    weight: 'fail',
    source: 'RFC 5280 §4.2.1.10',
    broken: 'a name below it is one that it must not vouch for',
  },
  name_constraints_empty: {
    weight: 'fail',
    source: 'RFC 5280 §4.2.1.10',
    broken: 'it has name constraints that constrain nothing',
  },
  name_constraints_form: {
    weight: 'warn',
    source: 'RFC 5280 §4.2.1.10',
    broken: 'a name constraint has no valid form',
  },
  serial: {
    weight: 'warn',
    source: 'RFC 5280 §4.1.2.2',
    broken: 'its serial number is not a positive number of at most 20 octets',
  },
  empty_name: { weight: 'warn', source: 'RFC 5280 §4.1.2.4', broken: 'the authority that issued it has no name' },
  validity_type: {
    weight: 'note',
    source: 'RFC 5280 §4.1.2.5',
    broken: 'a date before 2050 is not written as UTCTime',
  },
  criticality: {
    weight: 'note',
    source: 'RFC 5280 §4.2.1',
    broken: 'an extension is not marked as critical that must be',
  },
  key_identifier: { weight: 'note', source: 'RFC 5280 §4.2.1.1', broken: 'a key identifier is missing' },
  authority_only: {
    weight: 'note',
    source: 'RFC 5280 §4.2.1.9',
    broken: 'it is no authority and carries what only authorities carry',
  },
} as const satisfies Readonly<Record<string, RuleEntry>>;

export type X509Rule = keyof typeof x509Rules;

/** One rule that a chain breaks, at the first certificate from the leaf up that does. */
export interface BrokenRule {
  readonly rule: X509Rule;
  /** The place of the certificate: 0 is the leaf. */
  readonly at: number;
  readonly subject: string;
  /** What exactly: an OID, a name; empty where the rule says it all. */
  readonly detail: string;
}
