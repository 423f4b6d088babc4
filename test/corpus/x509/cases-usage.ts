import { accept, issuing, reject, root, withIssuing, withLeaf, withRoot, type Case } from './case.ts';
import { authorityOf, days, leafOf, named, type Wanted } from './certificate.ts';
import { implicit, integer, sequence } from './der.ts';
import { basicConstraints, clientAuth, extendedKeyUsage, extension, keyUsage, serverAuth } from './extensions.ts';

// What a certificate and its key may be used for, and how long: RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12, §6.1.

const notCa = ['tls_rule_refused: not_ca'];
const pathLength = ['tls_rule_refused: path_length'];
const purpose = ['tls_wrong_purpose'];
const untrusted = ['tls_untrusted'];
const any = '2.5.29.37.0';
const codeSigning = '1.3.6.1.5.5.7.3.3';

/** A leaf below so many intermediates; `wanted` says how the one at each place, counted from the root, is made. */
const below =
  (count: number, wanted: readonly Wanted[], top = root) =>
  () => {
    const issuers = [top];
    for (let at = 0; at < count; at += 1)
      issuers.unshift(authorityOf(`Issuing ${String(at)}`, issuers[0]!, wanted[at]));
    return { chain: [leafOf(issuers[0]!), ...issuers.slice(0, -1)], roots: [top] };
  };

/** An intermediate that is issued by another certificate of its own name, with another key. */
const selfIssued = (limit: number) => () => {
  const old = authorityOf('Rollover', root, { basic: basicConstraints(true, limit), key: 'ec:old' });
  const fresh = authorityOf('Rollover', old, { key: 'ec:fresh' });
  return { chain: [leafOf(fresh), fresh, old], roots: [root] };
};

const limitedRoot = (length: number) => authorityOf('Limited Root', null, { basic: basicConstraints(true, length) });

export const usageCases: readonly Case[] = [
  accept('RFC 5280 §6.1', 'a leaf, an intermediate, a root', withLeaf()),
  accept('RFC 5280 §6.1', 'a leaf directly below the root', () => ({ chain: [leafOf(root)], roots: [root] })),
  accept('RFC 5280 §6.1', 'four intermediates', below(4, [])),
  accept(
    'RFC 5280 §4.2.1.9',
    'a path length of zero, and a leaf below',
    withIssuing({ basic: basicConstraints(true, 0) }),
  ),
  accept(
    'RFC 5280 §4.2.1.9',
    'a path length of one, and one intermediate below',
    below(2, [{ basic: basicConstraints(true, 1) }]),
  ),
  accept('RFC 5280 §6.1.4 (l)', 'a self-issued intermediate does not count', selfIssued(0)),
  accept('RFC 5280 §4.2.1.9', 'a path length of the root that is just enough', below(1, [], limitedRoot(1))),
  accept(
    'RFC 5280 §4.2.1.9',
    'basic constraints of an authority, not marked critical',
    withIssuing({ basic: basicConstraints(true, null, false) }),
    ['tls_rule_untidy: criticality'],
  ),
  accept('RFC 5280 §4.2.1.9', 'a leaf that says that it is none', withLeaf({ basic: basicConstraints(false) })),
  accept('RFC 5280 §4.2.1.9', 'a leaf with a path length', withLeaf({ basic: basicConstraints(false, 1) }), [
    'tls_rule_untidy: authority_only',
  ]),
  accept('RFC 5280 §4.2.1.3', 'an authority without key usage', withIssuing({ usage: null })),
  accept('RFC 5280 §4.2.1.3', 'a leaf without key usage', withLeaf({ usage: null })),
  accept(
    'RFC 5280 §4.2.1.3',
    'key usage that is not marked critical',
    withLeaf({ usage: keyUsage(['digitalSignature'], false) }),
  ),
  accept(
    'RFC 5280 §4.2.1.3',
    'a leaf that may sign certificates and is no authority',
    withLeaf({ usage: keyUsage(['digitalSignature', 'keyCertSign']) }),
    ['tls_rule_untidy: authority_only'],
  ),
  accept('RFC 5280 §4.2.1.12', 'no extended key usage', withLeaf({ extended: null })),
  accept(
    'RFC 5280 §4.2.1.12',
    'an intermediate for servers',
    withIssuing({ extended: extendedKeyUsage([serverAuth, clientAuth]) }),
  ),
  accept(
    'RFC 5280 §4.2.1.12',
    'extended key usage that is critical',
    withLeaf({ extended: extendedKeyUsage([serverAuth, clientAuth], true) }),
  ),
  accept('RFC 5280 §4.1.2.5', 'the first second of a validity', withLeaf({ notBefore: days(0) })),
  reject('RFC 5280 §6.1.4 (k)', 'an intermediate without basic constraints', notCa, withIssuing({ basic: null })),
  reject(
    'RFC 5280 §6.1.4 (k)',
    'an intermediate that says that it is none',
    notCa,
    withIssuing({ basic: basicConstraints(false) }),
  ),
  reject('RFC 5280 §6.1.4 (k)', 'a leaf that signs a leaf', notCa, () => {
    const middle = leafOf(issuing, { name: named('middle.example'), key: 'ec:middle', usage: null });
    return { chain: [leafOf(middle), middle, issuing], roots: [root] };
  }),
  reject('RFC 5280 §4.2.1.9', 'a root of version 3 without basic constraints', notCa, withRoot({ basic: null })),
  reject(
    'RFC 5280 §4.2.1.9',
    'a root that says that it is no authority',
    notCa,
    withRoot({ basic: basicConstraints(false) }),
  ),
  reject(
    'RFC 5280 §6.1.4 (k)',
    'an intermediate of version 1',
    ['tls_rule_refused: version'],
    withIssuing({ version: null, extensions: null }),
  ),
  reject(
    'RFC 5280 §6.1.4 (l)',
    'a path length of zero, and an intermediate below',
    pathLength,
    below(2, [{ basic: basicConstraints(true, 0) }]),
  ),
  reject(
    'RFC 5280 §6.1.4 (l)',
    'a path length of one, and two intermediates below',
    pathLength,
    below(3, [{ basic: basicConstraints(true, 1) }]),
  ),
  reject(
    'RFC 5280 §6.1.4 (m)',
    'a lower intermediate cannot widen what a higher one allows',
    pathLength,
    below(3, [{ basic: basicConstraints(true, 0) }, { basic: basicConstraints(true, 9) }]),
  ),
  reject('RFC 5280 §4.2.1.9', 'a path length of the root', pathLength, below(1, [], limitedRoot(0))),
  reject(
    'RFC 5280 §4.2.1.9',
    'a negative path length',
    untrusted,
    withIssuing({ basic: extension('2.5.29.19', true, sequence(Buffer.from('0101ff', 'hex'), integer('ff'))) }),
  ),
  reject(
    'RFC 5280 §6.1.4 (n)',
    'an intermediate that may sign revocation lists only',
    untrusted,
    withIssuing({ usage: keyUsage(['cRLSign']) }),
  ),
  reject(
    'RFC 5280 §6.1.4 (n)',
    'an intermediate that may sign data only',
    untrusted,
    withIssuing({ usage: keyUsage(['digitalSignature']) }),
  ),
  reject(
    'RFC 5280 §4.2.1.3',
    'a root that may sign revocation lists only',
    ['tls_rule_refused: cert_sign'],
    withRoot({ usage: keyUsage(['cRLSign']) }),
  ),
  reject(
    'RFC 5280 §4.2.1.3',
    'key usage without a usage',
    ['tls_rule_refused: extension_malformed'],
    withLeaf({ usage: keyUsage([]) }),
  ),
  reject(
    'RFC 5280 §4.2.1.12',
    'a leaf for clients only',
    purpose,
    withLeaf({ extended: extendedKeyUsage([clientAuth]) }),
  ),
  reject(
    'RFC 5280 §4.2.1.12',
    'a leaf for signing code',
    [...purpose, 'tls_no_client_auth'],
    withLeaf({ extended: extendedKeyUsage([codeSigning]) }),
  ),
  reject(
    'RFC 9525 §2',
    'an intermediate for clients only',
    purpose,
    withIssuing({ extended: extendedKeyUsage([clientAuth]) }),
  ),
  reject(
    'RFC 5280 §4.2.1.12',
    'extended key usage without a usage',
    ['tls_wrong_purpose', 'tls_rule_refused: extension_malformed', 'tls_no_client_auth'],
    withLeaf({ extended: extendedKeyUsage([]) }),
  ),
  accept(
    'RFC 5280 §4.2.1.12',
    'any usage beside that of servers',
    withLeaf({ extended: extendedKeyUsage([serverAuth, any]) }),
  ),
  reject('RFC 5280 §6.1.3 (a)', 'an expired leaf', ['tls_certificate_expired'], withLeaf({ notAfter: days(-1) })),
  reject(
    'RFC 5280 §6.1.3 (a)',
    'a leaf of tomorrow',
    ['tls_certificate_not_yet_valid'],
    withLeaf({ notBefore: days(1) }),
  ),
  reject(
    'RFC 5280 §6.1.3 (a)',
    'a leaf whose validity ends before it starts',
    ['tls_certificate_expired'],
    withLeaf({ notBefore: days(5), notAfter: days(-5) }),
  ),
  reject('RFC 5280 §6.1.3 (a)', 'an expired intermediate', untrusted, withIssuing({ notAfter: days(-1) })),
  reject('RFC 5280 §6.1.3 (a)', 'an intermediate of tomorrow', untrusted, withIssuing({ notBefore: days(1) })),
  reject('RFC 5280 §6.1.1 (d)', 'an expired root', untrusted, withRoot({ notAfter: days(-1) })),
  reject(
    'RFC 5280 §4.2.1.1',
    'an authority key identifier of another key',
    untrusted,
    withLeaf({ aki: extension('2.5.29.35', false, sequence(implicit(0, 'another key'))) }),
  ),
];
