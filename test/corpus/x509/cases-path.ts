import { accept, issuing, reject, root, withIssuing, withLeaf, withRoot, type Case } from './case.ts';
import { authorityOf, days, leafOf, named } from './certificate.ts';
import { subjectKeyId } from './extensions.ts';
import { algorithmOf } from './keys.ts';

// How certificates are joined to a path, and the strength of what joins them: RFC 5280 §6.1, RFC 8446 §4.4.2.

const untrusted = ['tls_untrusted'];
const weakKey = ['tls_weak_key'];
const weakSignature = ['tls_weak_signature'];
const algorithms = ['tls_rule_refused: signature_algorithm'];
const flip = (signature: Buffer): Buffer => Buffer.from(signature.with(-1, (signature.at(-1) ?? 0) ^ 1));

const stranger = authorityOf('Stranger', null);
/** The usual intermediate with its name and its key, issued by somebody whom nobody knows. */
const crossSigned = authorityOf('Issuing', stranger);

export const pathCases: readonly Case[] = [
  accept('RFC 8446 §4.4.2', 'the root is sent as well', () => ({
    chain: [leafOf(issuing), issuing, root],
    roots: [root],
  })),
  accept('RFC 8446 §4.4.2', 'a certificate that has nothing to do with it is sent as well', () => ({
    chain: [leafOf(issuing), issuing, authorityOf('Superfluous', stranger)],
    roots: [root],
  })),
  accept('RFC 8446 §4.4.2', 'in the wrong order', () => {
    const lower = authorityOf('Lower', issuing);
    return { chain: [leafOf(lower), issuing, lower], roots: [root] };
  }),
  accept('RFC 5280 §6.1', 'the leaf is sent twice', () => {
    const leaf = leafOf(issuing);
    return { chain: [leaf, leaf, issuing], roots: [root] };
  }),
  accept('RFC 5280 §6', 'the root is also sent as signed by another, unknown root', () => ({
    chain: [leafOf(issuing), issuing, authorityOf('Root', stranger)],
    roots: [root],
  })),
  accept('RFC 5280 §6', 'the cross-signed intermediate leads to a known root, its twin to an unknown one', () => ({
    chain: [leafOf(issuing), issuing, crossSigned],
    roots: [root],
  })),
  accept('RFC 5280 §6.1.1 (d)', 'a root of version 1, as old roots are', withRoot({ version: null, extensions: null })),
  accept('RFC 5280 §6.1.1 (d)', 'a root that signed itself with SHA-1', withRoot({ hash: 'sha1' })),
  accept('RFC 5280 §4.2.1.1', 'no key identifiers', withIssuing({ ski: null, aki: null }, { aki: null }), [
    'tls_rule_untidy: key_identifier',
  ]),
  reject(
    'RFC 5280 §4.2',
    'a subject key identifier that is marked critical',
    ['tls_rule_refused: extension_unknown'],
    withIssuing({ ski: subjectKeyId('ec:Issuing X', true) }),
  ),
  accept('RFC 5280 §4.1.1.2', 'RSA throughout', () => {
    const top = authorityOf('RSA Root', null, { key: 'rsa2048:root' });
    const middle = authorityOf('RSA Issuing', top, { key: 'rsa2048:issuing' });
    return { chain: [leafOf(middle, { key: 'rsa2048:leaf' }), middle], roots: [top] };
  }),
  reject('RFC 5280 §6.1', 'a root that nobody knows', untrusted, () => {
    const middle = authorityOf('Their Issuing', stranger);
    return { chain: [leafOf(middle), middle], roots: [root] };
  }),
  reject('RFC 5280 §6.1', 'a root that nobody knows, sent along', untrusted, () => {
    const middle = authorityOf('Their Issuing', stranger);
    return { chain: [leafOf(middle), middle, stranger], roots: [root] };
  }),
  reject('RFC 5280 §6.1', 'a root with the name of a known one and another key', untrusted, () => {
    const fake = authorityOf('Root', null, { key: 'ec:fake' });
    const middle = authorityOf('Issuing', fake, { key: 'ec:fake-issuing' });
    return { chain: [leafOf(middle), middle, fake], roots: [root] };
  }),
  reject('RFC 8446 §4.4.2', 'a missing intermediate', untrusted, () => ({ chain: [leafOf(issuing)], roots: [root] })),
  reject('RFC 8446 §4.4.2', 'a missing upper intermediate', untrusted, () => {
    const lower = authorityOf('Lower', issuing);
    return { chain: [leafOf(lower), lower], roots: [root] };
  }),
  reject('RFC 5280 §6.1', 'a self-signed leaf', ['tls_self_signed'], () => {
    const self = { der: Buffer.alloc(0), name: named('sip.a.example'), keyName: 'ec:leaf' };
    return { chain: [leafOf(self)], roots: [root] };
  }),
  reject('RFC 5280 §6.1.3 (a)', 'a signature of the leaf that is wrong', untrusted, withLeaf({ spoil: flip })),
  reject(
    'RFC 5280 §6.1.3 (a)',
    'a signature of the intermediate that is wrong',
    untrusted,
    withIssuing({ spoil: flip }),
  ),
  reject(
    'RFC 5280 §6.1.3 (a)',
    'an issuer name that is not that of the issuer',
    untrusted,
    withLeaf({ issuerName: named('Somebody') }),
  ),
  reject(
    'RFC 5280 §4.1.1.2',
    'another algorithm inside than outside',
    algorithms,
    withLeaf({ inner: algorithmOf('ec', 'sha1') }),
  ),
  reject(
    'RFC 5280 §4.1.1.2',
    'another algorithm outside than inside',
    [...weakSignature, ...algorithms],
    withLeaf({ outer: algorithmOf('ec', 'sha1') }),
  ),
  reject(
    'RFC 5280 §4.1.1.2',
    'parameters only inside',
    algorithms,
    withLeaf({
      inner: Buffer.concat([
        Buffer.from('300c', 'hex'),
        algorithmOf('ec', 'sha256').subarray(2),
        Buffer.from('0500', 'hex'),
      ]),
    }),
  ),
  reject('RFC 6194 §3', 'a leaf signed with SHA-1', weakSignature, withLeaf({ hash: 'sha1' })),
  reject('RFC 6194 §3', 'an intermediate signed with SHA-1', weakSignature, withIssuing({ hash: 'sha1' })),
  reject('RFC 6151 §2', 'a leaf signed with MD5', weakSignature, () => {
    const middle = authorityOf('MD5 Issuing', root, { key: 'rsa2048:md5' });
    return { chain: [leafOf(middle, { hash: 'md5' }), middle], roots: [root] };
  }),
  reject('RFC 8446 §9.1', 'a leaf with RSA 1024', weakKey, withLeaf({ key: 'rsa1024:leaf' })),
  reject('RFC 8446 §9.1', 'an intermediate with RSA 1024', weakKey, withIssuing({ key: 'rsa1024:issuing' })),
  reject('RFC 8446 §9.1', 'a root with RSA 1024', untrusted, withRoot({ key: 'rsa1024:root' })),
  reject('RFC 8446 §4.2.3', 'an intermediate with a curve of 224 bits', weakKey, withIssuing({ key: 'p224:issuing' })),
  reject('RFC 8446 §4.2.3', 'a DSA root', ['tls_rule_refused: key_type'], withRoot({ key: 'dsa:root' })),
  reject('RFC 8446 §4.2.3', 'a DSA intermediate', ['tls_rule_refused: key_type'], withIssuing({ key: 'dsa:issuing' })),
  reject(
    'RFC 8017 §3.1',
    'an intermediate whose RSA exponent is one: everybody can sign for it',
    ['tls_rule_refused: rsa_exponent'],
    withIssuing({ key: 'rsa-1:issuing' }),
  ),
  reject(
    'RFC 5280 §6.1.3 (a)',
    'expired, and below an intermediate that is none',
    ['tls_certificate_expired', 'tls_rule_refused: not_ca'],
    withIssuing({ basic: null }, { notAfter: days(-1) }),
  ),
];
