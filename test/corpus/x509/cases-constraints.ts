import { accept, reject, root, withIssuing, withRoot, type Case } from './case.ts';
import { authorityOf, host, leafOf, named, type Wanted } from './certificate.ts';
import { explicit, implicit, nothing, sequence } from './der.ts';
import { alternativeNames, directory, dns, extension, ip, mail, nameConstraints, uri } from './extensions.ts';

// Name constraints: RFC 5280 §4.2.1.10, §6.1.4 (g), §7.2 to §7.5.

const source = 'RFC 5280 §4.2.1.10';
const violated = ['tls_rule_refused: name_constraints'];
const empty = ['tls_rule_refused: name_constraints_empty'];
const form = ['tls_rule_strict: name_constraints_form'];
const untrusted = ['tls_untrusted'];

type Sides = Parameters<typeof nameConstraints>[0];
const under = (sides: Sides, ...names: readonly Buffer[]) =>
  withIssuing({ more: [nameConstraints(sides)] }, names.length === 0 ? {} : { names: alternativeNames(names) });
/** The extension with any content. */
const raw = (content: Buffer): Wanted => ({ more: [extension('2.5.29.30', true, content)] });
const subtree = (side: number, ...content: readonly Buffer[]): Buffer => explicit(side, sequence(...content));
const sip = dns(host);
const wildcard = ['tls_wildcard'];

export const constraintCases: readonly Case[] = [
  accept(source, 'the domain is permitted', under({ permitted: [dns('a.example')] })),
  accept(source, 'the name itself is permitted', under({ permitted: [dns(host)] })),
  accept(source, 'in another case', under({ permitted: [dns('A.EXAMPLE')] })),
  accept(source, 'one of several is permitted', under({ permitted: [dns('b.example'), dns('example')] })),
  accept(source, 'every name is permitted', under({ permitted: [dns('')] })),
  accept(source, 'another domain is excluded', under({ excluded: [dns('b.example'), dns('x.sip.a.example')] })),
  accept(source, 'a domain that ends alike is excluded', under({ excluded: [dns('ip.a.example')] })),
  accept(
    source,
    'kinds of names that are not constrained are free',
    under({ permitted: [dns('a.example')] }, sip, ip('c0000201'), uri('sip:b.example')),
  ),
  accept(
    source,
    'a wildcard inside what is permitted',
    under({ permitted: [dns('a.example')] }, dns('*.a.example')),
    wildcard,
  ),
  accept(
    source,
    'a wildcard beside what is excluded',
    under({ excluded: [dns('x.y.a.example')] }, dns('*.a.example')),
    wildcard,
  ),
  accept(
    source,
    'an IPv4 address inside the range',
    under({ permitted: [ip('c0000200ffffff00')] }, ip('c0000201')),
    [],
    { wanted: '192.0.2.1' },
  ),
  accept(
    source,
    'an IPv6 address inside the range',
    under(
      { permitted: [ip(`20010db8${'0'.repeat(24)}ffffffff${'0'.repeat(24)}`)] },
      ip('20010db8000000000000000000000001'),
    ),
    [],
    { wanted: '2001:db8::1' },
  ),
  accept(
    source,
    'an IPv4 address outside the excluded range',
    under({ excluded: [ip('c6336400ffffff00')] }, ip('c0000201')),
    [],
    { wanted: '192.0.2.1' },
  ),
  accept(
    source,
    'the host of a URI is permitted',
    under({ permitted: [uri('.a.example')] }, sip, uri('https://www.a.example/x')),
  ),
  accept(
    source,
    'the host of a mail address is permitted',
    under({ permitted: [mail('a.example')] }, sip, mail('x@A.example')),
  ),
  accept(
    source,
    'constraints of the root that are kept',
    withRoot({ more: [nameConstraints({ permitted: [dns('a.example')] })] }),
  ),
  accept('RFC 5280 §6.1.4 (b)', 'a self-issued intermediate is not held to them', () => {
    const old = authorityOf('Rollover', root, {
      key: 'ec:old',
      more: [nameConstraints({ permitted: [dns('a.example')] })],
    });
    const fresh = authorityOf('Rollover', old, { key: 'ec:fresh', names: alternativeNames([dns('b.example')]) });
    return { chain: [leafOf(fresh), fresh, old], roots: [root] };
  }),
  accept(
    source,
    'constraints that are not marked critical',
    withIssuing({ more: [nameConstraints({ permitted: [dns('a.example')] }, false)] }),
    ['tls_rule_untidy: criticality'],
  ),
  reject(source, 'another domain is permitted', violated, under({ permitted: [dns('b.example')] })),
  reject(source, 'a domain that ends alike is permitted', violated, under({ permitted: [dns('p.a.example')] })),
  reject(source, 'the domain is excluded', violated, under({ excluded: [dns('a.example')] })),
  reject(source, 'the name itself is excluded, in another case', violated, under({ excluded: [dns('SIP.A.Example')] })),
  reject(
    source,
    'permitted and excluded',
    violated,
    under({ permitted: [dns('example')], excluded: [dns('a.example')] }),
  ),
  reject(source, 'every name is excluded', violated, under({ excluded: [dns('')] })),
  reject(
    source,
    'the first name is permitted, the second is not',
    violated,
    under({ permitted: [dns('a.example')] }, sip, dns('sip.b.example')),
  ),
  reject(
    source,
    'an excluded name behind a wildcard',
    [...violated, ...wildcard],
    under({ excluded: [dns(host)] }, dns('*.a.example')),
  ),
  reject(
    source,
    'a wildcard inside what is excluded',
    violated,
    under({ excluded: [dns('a.example')] }, sip, dns('*.x.a.example')),
  ),
  reject(
    source,
    'a wildcard wider than what is permitted',
    [...violated, ...wildcard],
    under({ permitted: [dns(host)] }, dns('*.a.example')),
  ),
  reject(
    source,
    'an IPv4 address outside the range',
    violated,
    under({ permitted: [ip('c6336400ffffff00')] }, ip('c0000201')),
    { wanted: '192.0.2.1' },
  ),
  reject(source, 'an excluded IPv4 address', violated, under({ excluded: [ip('c0000201ffffffff')] }, ip('c0000201')), {
    wanted: '192.0.2.1',
  }),
  reject(
    source,
    'an IPv6 address where IPv4 is permitted',
    violated,
    under({ permitted: [ip('0000000000000000')] }, ip('20010db8000000000000000000000001')),
    { wanted: '2001:db8::1' },
  ),
  reject(
    source,
    'an excluded IPv6 range',
    violated,
    under(
      { excluded: [ip(`20010db8${'0'.repeat(24)}ffffffff${'0'.repeat(24)}`)] },
      ip('20010db8000000000000000000000001'),
    ),
    { wanted: '2001:db8::1' },
  ),
  reject(
    source,
    'the host of a URI is excluded',
    violated,
    under({ excluded: [uri('evil.example')] }, sip, uri('https://evil.example/')),
  ),
  reject(
    source,
    'a URI constraint without a leading dot means one host',
    violated,
    under({ permitted: [uri('a.example')] }, sip, uri('https://www.a.example/')),
  ),
  reject(
    source,
    'a SIP URI has no authority, so a constraint on URIs refuses it',
    violated,
    under({ permitted: [uri('a.example')] }, uri('sip:a.example')),
    { wanted: 'a.example' },
  ),
  reject(
    source,
    'the host of a mail address is excluded',
    violated,
    under({ excluded: [mail('b.example')] }, sip, mail('x@b.example')),
  ),
  reject(
    source,
    'a mail constraint without a leading dot means one host',
    violated,
    under({ permitted: [mail('a.example')] }, sip, mail('x@mail.a.example')),
  ),
  reject(
    source,
    'the subject is not in the permitted directory',
    untrusted,
    under({ permitted: [directory(named('Somebody'))] }),
  ),
  reject(source, 'the subject is in the excluded directory', untrusted, under({ excluded: [directory(named(host))] })),
  reject(
    source,
    'constraints of the root',
    violated,
    withRoot({ more: [nameConstraints({ permitted: [dns('b.example')] })] }),
  ),
  reject('RFC 5280 §6.1.4 (g)', 'constraints of an upper intermediate', violated, () => {
    const upper = authorityOf('Upper', root, { more: [nameConstraints({ excluded: [dns('a.example')] })] });
    const lower = authorityOf('Lower', upper, { more: [nameConstraints({ permitted: [dns('a.example')] })] });
    return { chain: [leafOf(lower), lower, upper], roots: [root] };
  }),
  reject('RFC 5280 §6.1.3 (b)', 'a self-issued leaf is held to them', [...violated], () => {
    const top = authorityOf(host, null, { more: [nameConstraints({ permitted: [dns('b.example')] })] });
    return { chain: [leafOf(top)], roots: [top] };
  }),
  reject(source, 'an intermediate with a name that is not permitted', violated, () => {
    const upper = authorityOf('Upper', root, { more: [nameConstraints({ permitted: [dns('a.example')] })] });
    const lower = authorityOf('Lower', upper, { names: alternativeNames([dns('b.example')]) });
    return { chain: [leafOf(lower), lower, upper], roots: [root] };
  }),
  reject(source, 'constraints that are empty', empty, withIssuing(raw(sequence()))),
  reject(source, 'an empty list of what is permitted', empty, under({ permitted: [] })),
  reject(source, 'an empty list of what is excluded', empty, under({ excluded: [] })),
  reject(source, 'empty constraints of the root', empty, withRoot(raw(sequence()))),
  reject(source, 'a leading dot', form, under({ permitted: [dns('.a.example')] })),
  reject(source, 'a leading dot in what is excluded', [...violated, ...form], under({ excluded: [dns('.a.example')] })),
  reject(source, 'a final dot', [...violated, ...form], under({ permitted: [dns('a.example.')] })),
  reject(source, 'a wildcard as a constraint', [...violated, ...form], under({ permitted: [dns('*.a.example')] })),
  reject(
    source,
    'a minimum',
    [...untrusted, ...form],
    withIssuing(raw(sequence(subtree(0, dns('a.example'), implicit(0, '\x01'))))),
  ),
  reject(
    source,
    'a maximum',
    [...untrusted, ...form],
    withIssuing(raw(sequence(subtree(0, dns('a.example'), implicit(1, '\x05'))))),
  ),
  reject(
    source,
    'a range of addresses without a mask',
    [...violated, ...form],
    under({ permitted: [ip('c0000201')] }, ip('c0000201')),
    { wanted: '192.0.2.1' },
  ),
  reject(
    source,
    'a mask with holes',
    [...violated, ...form],
    under({ permitted: [ip('c0000201ff00ff00')] }, ip('c0000201')),
    { wanted: '192.0.2.1' },
  ),
  reject(
    source,
    'octets behind the constraints',
    ['tls_rule_refused: extension_malformed'],
    withIssuing(raw(Buffer.concat([sequence(subtree(0, dns('a.example'), nothing)), Buffer.from([5, 0])]))),
  ),
];
