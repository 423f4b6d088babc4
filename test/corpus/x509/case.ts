import { authorityOf, leafOf, type Made, type Wanted } from './certificate.ts';

/** What a server presents, and the root that the client trusts. */
export interface Presented {
  /** Leaf first. */
  readonly chain: readonly Made[];
  readonly roots: readonly Made[];
}

/** One case: what every verifier must do with it, and by which rule. */
export interface Case {
  readonly must: 'accept' | 'reject';
  readonly source: string;
  readonly what: string;
  /** Each finding that is expected, notes too, with its broken rules: `tls_rule_refused: not_ca`; no others. */
  readonly by: readonly string[];
  readonly present: () => Presented;
  /** The name that is looked for. */
  readonly wanted?: string;
  /** A TLS server of OpenSSL would not present it: octets are sent instead, and the handshake ends with them. */
  readonly unpresentable?: true;
}

type More = Pick<Case, 'wanted' | 'unpresentable'>;

export const accept = (
  source: string,
  what: string,
  present: Case['present'],
  by: readonly string[] = [],
  more: More = {},
): Case => ({
  must: 'accept',
  source,
  what,
  by,
  present,
  ...more,
});

export const reject = (
  source: string,
  what: string,
  by: readonly string[],
  present: Case['present'],
  more: More = {},
): Case => ({
  must: 'reject',
  source,
  what,
  by,
  present,
  ...more,
});

export const root = authorityOf('Root', null);
export const issuing = authorityOf('Issuing', root);

/** A leaf below the usual intermediate below the usual root. */
export const withLeaf =
  (wanted: Wanted = {}): (() => Presented) =>
  () => ({
    chain: [leafOf(issuing, wanted), issuing],
    roots: [root],
  });

/** A leaf below an intermediate that is other than usual. */
export const withIssuing =
  (wanted: Wanted, leaf: Wanted = {}): (() => Presented) =>
  () => {
    const made = authorityOf('Issuing X', root, wanted);
    return { chain: [leafOf(made, leaf), made], roots: [root] };
  };

/** A leaf and an intermediate below a root that is other than usual. */
export const withRoot =
  (wanted: Wanted, leaf: Wanted = {}): (() => Presented) =>
  () => {
    const top = authorityOf('Root X', null, wanted);
    const made = authorityOf('Issuing Y', top);
    return { chain: [leafOf(made, leaf), made], roots: [top] };
  };
