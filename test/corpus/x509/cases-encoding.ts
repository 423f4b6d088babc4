import { accept, issuing, reject, root, withIssuing, withLeaf, withRoot, type Case, type Presented } from './case.ts';
import { days, host, leafOf, named, type Made } from './certificate.ts';
import { explicit, generalizedTime, longForm, oid, sequence, utcTime, utf8 } from './der.ts';
import {
  accessIds,
  alternativeNames,
  authorityAccess,
  dns,
  extension,
  keyUsage,
  subjectKeyId,
  uri,
} from './extensions.ts';

// Fields and extensions as they are written: RFC 5280 §4.1, §4.2.

const malformed = ['tls_rule_refused: extension_malformed'];
const duplicate = ['tls_rule_refused: extension_duplicate'];
const unknown = ['tls_rule_refused: extension_unknown'];
const serial = ['tls_rule_strict: serial'];
const form = ['tls_rule_refused: validity_form'];
const type = ['tls_rule_untidy: validity_type'];
const failed = ['tls_failed'];

const own = '1.3.6.1.4.1.55555.1';
const more = (...extensions: readonly Buffer[]) => withLeaf({ more: extensions });
const location = (method: string): Buffer => sequence(oid(method), uri('http://aia.example/'));
/** The leaf with its octets changed afterwards. */
const changed = (change: (der: Buffer) => Buffer) => (): Presented => {
  const leaf: Made = leafOf(issuing);
  return { chain: [{ ...leaf, der: change(leaf.der) }, issuing], roots: [root] };
};
const unpresentable = { unpresentable: true } as const;
const year = new Date().getUTCFullYear();

export const encodingCases: readonly Case[] = [
  accept('RFC 5280 §4.2', 'an extension that nobody knows, not critical', more(extension(own, false, utf8('x')))),
  accept(
    'RFC 5280 §4.2',
    'an extension that nobody knows, of octets that are no DER',
    more(extension(own, false, Buffer.from('ff', 'hex'))),
  ),
  accept(
    'RFC 5280 §4.2.2.1',
    'where the issuer and its OCSP server are',
    more(authorityAccess(sequence(location(accessIds.issuers), location(accessIds.ocsp)))),
  ),
  reject(
    'RFC 5280 §4.2.2.1',
    'the same, marked critical',
    unknown,
    more(authorityAccess(sequence(location(accessIds.ocsp)), true)),
  ),
  accept('RFC 5280 §4.1.2.2', 'a serial number of 20 octets', withLeaf({ serial: `7f${'11'.repeat(19)}` })),
  accept(
    'RFC 5280 §4.1.2.2',
    'a serial number with a leading zero that keeps it positive',
    withLeaf({ serial: '00ff' }),
  ),
  accept(
    'RFC 5280 §4.1.2.5',
    'an end in the year 2050, as GeneralizedTime',
    withLeaf({ notBefore: utcTime('200101000000Z'), notAfter: generalizedTime('20500101000000Z') }),
  ),
  accept('RFC 5280 §4.1.2.5', 'no end at all', withLeaf({ notAfter: generalizedTime('99991231235959Z') })),
  accept(
    'RFC 5280 §4.1.2.5',
    'a date before 2050 as GeneralizedTime',
    withLeaf({ notAfter: generalizedTime(`${String(year + 1)}0101000000Z`) }),
    type,
  ),
  accept('RFC 5280 §4.1.2.6', 'a subject of several attributes', withLeaf({ name: named(host) })),
  reject('RFC 5280 §4.2', 'an extension that nobody knows, critical', unknown, more(extension(own, true, utf8('x')))),
  reject(
    'RFC 5280 §6.1.4 (o)',
    'the same in an intermediate',
    unknown,
    withIssuing({ more: [extension(own, true, utf8('x'))] }),
  ),
  reject('RFC 5280 §4.2', 'the same in a root', unknown, withRoot({ more: [extension(own, true, utf8('x'))] })),
  reject('RFC 5280 §4.2', 'two lists of names', duplicate, more(alternativeNames([dns(host)]))),
  reject('RFC 5280 §4.2', 'two key usages', duplicate, more(keyUsage(['digitalSignature']))),
  reject(
    'RFC 5280 §4.2',
    'two extensions that nobody knows',
    duplicate,
    more(extension(own, false, utf8('x')), extension(own, false, utf8('x'))),
  ),
  reject(
    'RFC 5280 §4.2',
    'an intermediate with two key identifiers',
    ['tls_untrusted'],
    withIssuing({ more: [subjectKeyId('ec:Issuing X')] }),
  ),
  reject(
    'RFC 5280 §4.1.2.9',
    'a field for extensions without one',
    ['tls_name_mismatch', 'tls_rule_refused: extension_malformed', 'tls_rule_untidy: key_identifier'],
    withLeaf({ extensions: [] }),
  ),
  reject(
    'RFC 5280 §4.2.2.1',
    'where the issuer is, of octets that are no DER',
    malformed,
    more(authorityAccess(Buffer.from('ffff', 'hex'))),
  ),
  reject(
    'RFC 5280 §4.2.2.1',
    'where the issuer is, without a place',
    malformed,
    more(authorityAccess(sequence(sequence(oid(accessIds.ocsp))))),
  ),
  reject('RFC 5280 §4.2.2.1', 'where the issuer is, an empty list', malformed, more(authorityAccess(sequence()))),
  reject(
    'RFC 5280 §4.2.1.13',
    'where the revocation list is, of octets that are no DER',
    malformed,
    more(extension('2.5.29.31', false, Buffer.from('30ff', 'hex'))),
  ),
  reject(
    'RFC 5280 §4.2.1.1',
    'a key identifier of its issuer that is a text',
    malformed,
    withLeaf({ aki: extension('2.5.29.35', false, utf8('x')) }),
  ),
  reject('RFC 5280 §4.2.1.4', 'policies that are none', malformed, more(extension('2.5.29.32', false, sequence()))),
  reject(
    'RFC 5280 §4.2',
    'octets behind the content of an extension',
    malformed,
    withLeaf({ usage: extension('2.5.29.15', true, Buffer.from('030205a00500', 'hex')) }),
  ),
  reject(
    'RFC 5280 §4.1',
    'a length in more octets than it takes, in an extension',
    malformed,
    withLeaf({ usage: extension('2.5.29.15', true, longForm(Buffer.from('030205a0', 'hex'))) }),
  ),
  reject('RFC 5280 §4.1.2.2', 'the serial number zero', serial, withLeaf({ serial: '00' })),
  reject('RFC 5280 §4.1.2.2', 'a negative serial number', serial, withLeaf({ serial: 'ff01' })),
  reject('RFC 5280 §4.1.2.2', 'a serial number of 21 octets', serial, withLeaf({ serial: `7f${'11'.repeat(20)}` })),
  reject('RFC 5280 §4.1.2.2', 'an intermediate with the serial number zero', serial, withIssuing({ serial: '00' })),
  reject('RFC 5280 §4.1.2.4', 'an issuer without a name', ['tls_rule_strict: empty_name'], () => {
    const nameless = { ...issuing, name: named('') };
    const top = { ...root, ...rootWithoutName() };
    return { chain: [leafOf({ ...nameless, keyName: top.keyName })], roots: [top] };
  }),
  reject(
    'RFC 5280 §4.1.2.5',
    'a fraction of a second',
    form,
    withLeaf({ notAfter: generalizedTime('20500101000000.5Z') }),
  ),
  reject(
    'RFC 5280 §4.1.2.5',
    'a date without seconds',
    failed,
    withLeaf({ notBefore: utcTime('2601010000Z') }),
    unpresentable,
  ),
  reject(
    'RFC 5280 §4.1.2.5',
    'a date in another zone',
    [...form],
    withLeaf({ notBefore: utcTime(`${days(-30).toString('latin1', 2, 14)}+0100`) }),
  ),
  reject(
    'RFC 5280 §4.1.2.5',
    'a day that no month has',
    ['tls_certificate_expired', ...form],
    withLeaf({ notAfter: utcTime('491332000000Z') }),
  ),
  reject(
    'RFC 5280 §4.1',
    'a length in more octets than it takes, in a date',
    ['tls_rule_refused: encoding'],
    withLeaf({ notAfter: longForm(days(60)) }),
  ),
  reject(
    'RFC 5280 §4.1',
    'octets behind the certificate',
    failed,
    changed((der) => Buffer.concat([der, Buffer.from([5, 0])])),
    unpresentable,
  ),
  reject(
    'RFC 5280 §4.1',
    'a certificate that is cut short',
    failed,
    changed((der) => der.subarray(0, -9)),
    unpresentable,
  ),
  reject(
    'RFC 5280 §4.1',
    'a certificate of another shape',
    failed,
    changed(() => sequence(explicit(0, utf8('x')))),
    unpresentable,
  ),
  reject(
    'RFC 5280 §4.1',
    'an empty certificate',
    failed,
    changed(() => Buffer.alloc(0)),
    unpresentable,
  ),
  reject(
    'RFC 5280 §4.1.2.2',
    'no serial number',
    failed,
    changed((der) => withoutSerial(der)),
    unpresentable,
  ),
  accept('RFC 5280 §4.1.2.5', 'the usual dates', withLeaf({ notBefore: days(-1), notAfter: days(30) })),
];

function rootWithoutName(): Made {
  return withRoot({ name: named('') })().roots[0]!;
}

/** The INTEGER of the serial number made a BOOLEAN. */
function withoutSerial(der: Buffer): Buffer {
  const at = der.indexOf(Buffer.from('a003020102', 'hex')) + 5;
  return Buffer.from(der.with(at, 1));
}
