import { accept, reject, withLeaf, type Case } from './case.ts';
import { host, named } from './certificate.ts';
import { alternativeNames, dns, extendedKeyUsage, ip, mail, serverAuth, uri } from './extensions.ts';

// Names: RFC 9525 §6, RFC 5922 §7, RFC 5280 §4.2.1.6.

const names = (...all: readonly Buffer[]) => withLeaf({ names: alternativeNames(all) });
const mismatch = ['tls_name_mismatch'];
const wildcard = ['tls_wildcard'];
const badName = ['tls_name_mismatch', 'tls_rule_refused: alternative_name'];

export const nameCases: readonly Case[] = [
  accept('RFC 9525 §6.3', 'the name itself', names(dns(host))),
  accept('RFC 4343 §3', 'in another case', names(dns('SIP.A.Example'))),
  accept(
    'RFC 9525 §6.3',
    'the last of many',
    names(...Array.from({ length: 90 }, (_, at) => dns(`x${String(at)}.a.example`)), dns(host)),
  ),
  accept('RFC 9525 §6.3', 'a whole left-most label as wildcard', names(dns('*.a.example')), wildcard),
  accept(
    'RFC 9525 §2',
    'a common name of another host beside the right dNSName',
    withLeaf({ name: named('other.example') }),
  ),
  accept(
    'RFC 5280 §4.1.2.6',
    'no subject, and a critical subjectAltName',
    withLeaf({ name: named(''), names: alternativeNames([dns(host)], true) }),
    ['tls_no_common_name'],
  ),
  accept(
    'RFC 5280 §4.1.2.6',
    'no subject, and a subjectAltName that is not marked critical',
    withLeaf({ name: named('') }),
    ['tls_rule_untidy: criticality', 'tls_no_common_name'],
  ),
  accept('RFC 5890 §2.3.2.1', 'an A-label', names(dns('xn--bcher-kva.example')), [], {
    wanted: 'xn--bcher-kva.example',
  }),
  accept('RFC 9525 §6.3', 'a wildcard before an A-label', names(dns('*.xn--bcher-kva.example')), wildcard, {
    wanted: 'sip.xn--bcher-kva.example',
  }),
  accept('RFC 9525 §6.4', 'an IPv4 address', names(ip('c0000201')), [], { wanted: '192.0.2.1' }),
  accept('RFC 9525 §6.4', 'an IPv6 address', names(ip('20010db8000000000000000000000001')), [], {
    wanted: '2001:db8::1',
  }),
  accept(
    'RFC 5280 §4.2.1.6',
    'names of other kinds beside it',
    names(mail('a@a.example'), uri('https://a.example/'), ip('c0000202'), dns(host)),
  ),
  accept('RFC 5922 §7.1', 'the SIP domain as a URI', names(uri('sip:a.example')), [], { wanted: 'a.example' }),
  accept('RFC 5922 §7.1', 'the SIP domain as a URI, in another case', names(uri('SIP:A.Example')), [], {
    wanted: 'a.example',
  }),
  accept(
    'RFC 5922 §7.1',
    'the SIP domain as dNSName, beside a URI of no SIP domain',
    names(uri('sip:alice@b.example'), dns('a.example')),
    [],
    { wanted: 'a.example' },
  ),
  reject('RFC 9525 §2', 'only a common name names the host', mismatch, withLeaf({ names: null })),
  reject(
    'RFC 9525 §2',
    'a common name names the host, the alternative names do not',
    mismatch,
    names(dns('other.example')),
  ),
  reject('RFC 9525 §2', 'a common name names the host beside an address', mismatch, names(ip('c0000201'))),
  reject('RFC 9525 §6.3', 'another name', mismatch, names(dns('sip.b.example'))),
  reject('RFC 9525 §6.3', 'the parent', mismatch, names(dns('a.example'))),
  reject('RFC 9525 §6.3', 'a child', mismatch, names(dns('x.sip.a.example'))),
  reject('RFC 9525 §6.3', 'a name that ends alike', mismatch, names(dns('evilsip.a.example'))),
  reject('RFC 9525 §6.3', 'a wildcard over two labels', mismatch, names(dns('*.example'))),
  reject('RFC 9525 §6.3', 'a wildcard for its own parent', mismatch, names(dns('*.sip.a.example'))),
  reject('RFC 9525 §6.3', 'a wildcard at the end of the label', mismatch, names(dns('s*.a.example'))),
  reject('RFC 9525 §6.3', 'a wildcard at the start of the label', mismatch, names(dns('*p.a.example'))),
  reject('RFC 9525 §6.3', 'a wildcard inside the label', mismatch, names(dns('s*p.a.example'))),
  reject('RFC 9525 §6.3', 'a wildcard in the second label', mismatch, names(dns('sip.*.example'))),
  reject('RFC 9525 §6.3', 'two wildcards', mismatch, names(dns('*.*.example'))),
  reject('RFC 9525 §6.3', 'a wildcard alone', mismatch, names(dns('*'))),
  reject('RFC 9525 §6.3', 'a wildcard inside an A-label', mismatch, names(dns('xn--*.a.example')), {
    wanted: 'xn--bcher-kva.a.example',
  }),
  reject('RFC 9525 §6.3', 'a wildcard over a top level', mismatch, names(dns('*.example')), { wanted: 'a.example' }),
  reject('RFC 5280 §4.2.1.6', 'a final dot', mismatch, names(dns('sip.a.example.'))),
  reject('RFC 5280 §4.2.1.6', 'a leading dot', mismatch, names(dns('.sip.a.example'))),
  reject('RFC 5280 §7.2', 'a U-label in UTF-8', badName, names(dns(Buffer.from('bücher.example').toString('latin1'))), {
    wanted: 'xn--bcher-kva.example',
  }),
  reject('RFC 5280 §4.2.1.6', 'a NUL that cuts the name short', badName, names(dns('sip.a.example\0.evil.example'))),
  reject('RFC 5280 §4.2.1.6', 'a line break behind the name', badName, names(dns('sip.a.example\n'))),
  reject('RFC 5280 §4.2.1.6', 'an empty dNSName', badName, names(dns(''))),
  reject('RFC 5280 §4.2.1.6', 'a dNSName of a space', badName, names(dns(' '))),
  reject(
    'RFC 5280 §4.2.1.6',
    'a good name beside one that is none',
    ['tls_rule_refused: alternative_name'],
    names(dns(host), dns('b\u00fccher.example')),
  ),
  reject(
    'RFC 5280 §4.2.1.6',
    'no names in the extension for them',
    ['tls_name_mismatch', 'tls_rule_refused: extension_malformed'],
    names(),
  ),
  reject('RFC 9525 §6.4', 'an IPv4 address as dNSName', mismatch, names(dns('192.0.2.1')), { wanted: '192.0.2.1' }),
  reject('RFC 9525 §6.4', 'an IPv4 address as common name', mismatch, withLeaf({ name: named('192.0.2.1') }), {
    wanted: '192.0.2.1',
  }),
  reject('RFC 9525 §6.4', 'an IPv6 address as dNSName', mismatch, names(dns('2001:db8::1')), { wanted: '2001:db8::1' }),
  reject('RFC 9525 §6.4', 'a wildcard for an address', mismatch, names(dns('*.0.2.1')), { wanted: '192.0.2.1' }),
  reject('RFC 9525 §6.4', 'another address', mismatch, names(ip('c0000202')), { wanted: '192.0.2.1' }),
  reject('RFC 5280 §4.2.1.6', 'an address of five octets', badName, names(ip('c000020100')), { wanted: '192.0.2.1' }),
  reject(
    'RFC 5280 §4.2.1.6',
    'an address with a mask, as constraints have it',
    badName,
    names(ip('c0000201ffffffff')),
    { wanted: '192.0.2.1' },
  ),
  reject(
    'RFC 5280 §4.2.1.6',
    'an address of no octets beside the name',
    ['tls_rule_refused: alternative_name'],
    names(dns(host), ip('')),
  ),
  reject('RFC 5922 §7.1', 'a person in the domain', mismatch, names(uri('sip:alice@a.example')), {
    wanted: 'a.example',
  }),
  reject(
    'RFC 5922 §7.1',
    'a domain that is only the user of another',
    mismatch,
    names(uri('sip:a.example@evil.example')),
    { wanted: 'a.example' },
  ),
  reject('RFC 5922 §7.1', 'the domain in a URI of the scheme sips', mismatch, names(uri('sips:a.example')), {
    wanted: 'a.example',
  }),
  reject('RFC 5922 §7.1', 'the domain in a URI of the scheme https', mismatch, names(uri('https://a.example')), {
    wanted: 'a.example',
  }),
  reject('RFC 5922 §7.2', 'a wildcard in a SIP URI', mismatch, names(uri('sip:*.a.example')), {
    wanted: 'x.a.example',
  }),
  reject('RFC 5922 §7.2', 'a parent domain as a URI', mismatch, names(uri('sip:a.example')), { wanted: 'x.a.example' }),
  reject('RFC 5922 §7.1', 'the domain with parameters', mismatch, names(uri('sip:a.example;maddr=evil.example')), {
    wanted: 'a.example',
  }),
  reject('RFC 5280 §4.2.1.6', 'the name as a mail address', mismatch, names(mail(`x@${host}`))),
  reject(
    'RFC 5280 §4.1.2.1',
    'a certificate of version 1',
    ['tls_name_mismatch', 'tls_rule_refused: version'],
    withLeaf({ version: null, extensions: null }),
  ),
  reject(
    'RFC 5280 §4.1.2.1',
    'version 1 with the extensions of version 3',
    ['tls_name_mismatch', 'tls_rule_refused: version'],
    withLeaf({ version: null }),
  ),
  reject(
    'RFC 5280 §4.1.2.1',
    'version 2 with the extensions of version 3',
    ['tls_name_mismatch', 'tls_rule_refused: version'],
    withLeaf({ version: 1 }),
  ),
  reject('RFC 5280 §4.1.2.1', 'version 4', ['tls_rule_refused: version'], withLeaf({ version: 3 })),
  accept(
    'RFC 5280 §4.2.1.12',
    'any name, and no client authentication',
    withLeaf({ extended: extendedKeyUsage([serverAuth]) }),
    ['tls_no_client_auth'],
  ),
];
