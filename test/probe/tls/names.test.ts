import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { nameMatch, onlyByWildcard } from '../../../src/probe/tls/names.ts';
import { certificateFacts } from '../../fakes/scripted-net.ts';

interface Names {
  readonly dns?: readonly string[];
  readonly uri?: readonly string[];
  readonly ip?: readonly string[];
  readonly version?: number;
}

function named({ dns = [], uri = [], ip = [], version = 3 }: Names) {
  const plain = certificateFacts({ commonName: 'sip.a.example' });
  return { ...plain, names: { dns, uri, ip }, details: { ...plain.details!, version } };
}

type By = 'both' | 'microsoft' | 'rfc5922' | 'none';

const host = 'sip.a.example';
const sip = (...uri: readonly string[]): Names => ({ uri });
const dns = (...names: readonly string[]): Names => ({ dns: names });
const ip = (...addresses: readonly string[]): Names => ({ ip: addresses });

/** What stands in the certificate, what is looked for, and who accepts it. The common name is always `sip.a.example`. */
const cases: readonly (readonly [what: string, names: Names, wanted: string, by: By])[] = [
  // Equal names: RFC 9525 §6.2, RFC 4343.
  ['the name', dns(host), host, 'both'],
  ['the name among others', dns('www.a.example', 'a.example', host), host, 'both'],
  ['upper case in the certificate', dns('SIP.A.Example'), host, 'both'],
  ['upper case in what is wanted', dns(host), 'SIP.a.EXAMPLE', 'both'],
  ['a final dot in what is wanted', dns(host), 'sip.a.example.', 'both'],
  ['a final dot in the certificate: not the preferred syntax (RFC 5280 §4.2.1.6)', dns('sip.a.example.'), host, 'none'],
  ['two final dots', dns('sip.a.example..'), host, 'none'],
  ['an underscore', dns('_sip.a.example'), '_sip.a.example', 'both'],
  ['a single label', dns('edge'), 'edge', 'both'],
  ['the parent', dns('a.example'), host, 'none'],
  ['a child', dns('x.sip.a.example'), host, 'none'],
  ['a sibling', dns('sip2.a.example'), host, 'none'],
  ['the name as a suffix of a label', dns('ip.a.example'), host, 'none'],
  ['the name as a prefix', dns('sip.a.example.evil.example'), host, 'none'],
  ['a leading dot: a constraint, not a name', dns('.a.example'), host, 'none'],
  ['a leading dot before the name', dns('.sip.a.example'), host, 'none'],
  ['spaces around', dns(' sip.a.example '), host, 'none'],
  // No names, or only the subject: RFC 9525 §2.
  ['nothing but the common name', {}, host, 'none'],
  ['an empty name', dns(''), host, 'none'],
  ['only a dot', dns('.'), host, 'none'],
  ['other names beside the common name', dns('www.a.example'), host, 'none'],
  ['extensions in a version 1 certificate', { ...dns(host), version: 1 }, host, 'none'],
  ['extensions in a version 2 certificate', { ...sip(`sip:${host}`), version: 2 }, host, 'none'],
  // Internationalised names: RFC 9525 §6.2, A-labels only.
  ['an A-label', dns('xn--bcher-kva.example'), 'xn--bcher-kva.example', 'both'],
  ['an A-label in upper case', dns('XN--BCHER-KVA.example'), 'xn--bcher-kva.example', 'both'],
  ['a U-label in the certificate', dns('bücher.example'), 'xn--bcher-kva.example', 'none'],
  ['UTF-8 read as Latin-1', dns('bÃ¼cher.example'), 'xn--bcher-kva.example', 'none'],
  ['a wildcard before an A-label', dns('*.xn--bcher-kva.example'), 'sip.xn--bcher-kva.example', 'microsoft'],
  ['a wildcard for an A-label', dns('*.a.example'), 'xn--bcher-kva.a.example', 'microsoft'],
  ['a Kelvin sign is no k', dns('s\u212Aype.example'), 'skype.example', 'none'],
  ['a long s is no s', dns('\u017Fip.a.example'), host, 'none'],
  ['a full-width dot is no dot', dns('sip\uFF0Ea.example'), host, 'none'],
  // Wildcards: RFC 9525 §6.3; never in SIP: RFC 5922 §7.2.
  ['a wildcard', dns('*.a.example'), host, 'microsoft'],
  ['a wildcard in upper case', dns('*.A.EXAMPLE'), host, 'microsoft'],
  ['a wildcard over two labels', dns('*.example.net'), 'sip.a.example.net', 'none'],
  ['a wildcard for the parent itself', dns('*.a.example'), 'a.example', 'none'],
  ['a wildcard for an empty label', dns('*.a.example'), '.a.example', 'none'],
  ['a wildcard over a top level', dns('*.com'), 'example.com', 'none'],
  ['a wildcard alone', dns('*'), 'localhost', 'none'],
  ['a wildcard for everything', dns('*.'), host, 'none'],
  ['a wildcard with a final dot', dns('*.a.example.'), host, 'none'],
  ['part of a label', dns('s*.a.example'), host, 'none'],
  ['the end of a label', dns('*p.a.example'), host, 'none'],
  ['the middle of a label', dns('s*p.a.example'), host, 'none'],
  ['a wildcard inside an A-label', dns('xn--*.a.example'), 'xn--bcher-kva.a.example', 'none'],
  ['two wildcards', dns('*.*.example'), host, 'none'],
  ['a doubled wildcard', dns('**.a.example'), host, 'none'],
  ['a wildcard that is not left-most', dns('sip.*.example'), host, 'none'],
  ['a wildcard is what is wanted', dns('*.a.example'), '*.a.example', 'none'],
  ['other wildcard characters', dns('s?p.a.example', '+.a.example'), host, 'none'],
  // Octets that cut names short elsewhere (CVE-2009-2408); they arrive made printable.
  ['an embedded NUL', dns('sip.a.example\0.evil.example', 'sip.a.example?.evil.example'), host, 'none'],
  ['an embedded line break', dns('sip.a.example\n'), host, 'none'],
  ['a list in one name', dns('x.example, DNS:sip.a.example'), host, 'none'],
  ['an embedded NUL in a URI', sip('sip:sip.a.example\0@evil', 'sip:sip.a.example?@evil'), host, 'none'],
  ['a cut URI with what looks like headers', sip('sip:sip.a.example?.evil.example'), host, 'none'],
  // URIs: RFC 5922 §7.1.
  ['a SIP URI', sip(`sip:${host}`), host, 'rfc5922'],
  ['a SIP URI in upper case', sip('SIP:Sip.A.Example'), host, 'rfc5922'],
  ['a SIP URI with a port', sip('sip:sip.a.example:5061'), host, 'rfc5922'],
  ['one of two SIP URIs', sip('sip:a.example', `sip:${host}`), host, 'rfc5922'],
  ['a SIPS URI: only the scheme sip names a domain', sip(`sips:${host}`), host, 'none'],
  ['a user part names a person', sip(`sip:alice@${host}`), host, 'none'],
  ['an empty user part', sip(`sip:@${host}`), host, 'none'],
  ['a user that looks like the host', sip(`sip:${host}@evil.example`), host, 'none'],
  ['a password', sip(`sip:${host}:x@evil.example`), host, 'none'],
  ['parameters', sip(`sip:${host};maddr=evil.example`), host, 'none'],
  ['headers', sip(`sip:${host}?to=evil`), host, 'none'],
  ['the authority of another scheme', sip(`https://${host}/`, `sip://${host}`), host, 'none'],
  ['a wildcard in a URI', sip('sip:*.a.example'), host, 'none'],
  ['percent-encoding', sip('sip:sip%2Ea.example'), host, 'none'],
  ['a SIP URI of another domain puts the dNSName aside', { ...dns(host), ...sip('sip:b.example') }, host, 'microsoft'],
  ['a URI of a person does not', { ...dns(host), ...sip('sip:alice@b.example') }, host, 'both'],
  ['neither does a SIPS URI', { ...dns(host), ...sip('sips:b.example') }, host, 'both'],
  ['both kinds name it', { ...dns(host), ...sip(`sip:${host}`) }, host, 'both'],
  // Addresses: RFC 9525 §6.5.
  ['an IPv4 address', ip('192.0.2.1'), '192.0.2.1', 'microsoft'],
  ['another IPv4 address', ip('192.0.2.10'), '192.0.2.1', 'none'],
  ['an IPv4 address as dNSName', dns('192.0.2.1'), '192.0.2.1', 'none'],
  ['a wildcard for an IPv4 address', dns('*.0.2.1'), '192.0.2.1', 'none'],
  ['a wildcard inside an IPv4 address', dns('192.0.2.*'), '192.0.2.1', 'none'],
  ['an IPv4 address in a URI', sip('sip:192.0.2.1'), '192.0.2.1', 'none'],
  ['an IPv6 address as Node writes it', ip('2001:DB8:0:0:0:0:0:1'), '2001:db8::1', 'microsoft'],
  ['an IPv6 address with leading zeros', ip('2001:DB8:0:0:0:0:0:1'), '2001:0db8::0001', 'microsoft'],
  ['the unspecified address', ip('0:0:0:0:0:0:0:0'), '::', 'microsoft'],
  ['another IPv6 address', ip('2001:DB8:0:0:0:0:0:2'), '2001:db8::1', 'none'],
  ['an IPv6 address as dNSName', dns('2001:db8::1'), '2001:db8::1', 'none'],
  ['an IPv6 address that is none', ip('2001:DB8:0:0:0:0:0:1'), '2001:db8:::1', 'none'],
  ['an IPv6 address with too many groups', ip('1:2:3:4:5:6:7:8'), '1:2:3:4:5:6:7:8:9', 'none'],
  ['an address does not name a host', ip('192.0.2.1'), host, 'none'],
];

const by = (names: Names, wanted: string): By => {
  const { microsoft, rfc5922 } = nameMatch(named(names), wanted);
  return microsoft ? (rfc5922 ? 'both' : 'microsoft') : rfc5922 ? 'rfc5922' : 'none';
};

describe('who accepts which name', () => {
  for (const [what, names, wanted, expected] of cases) {
    test(`${what}: ${expected}`, () => assert.equal(by(names, wanted), expected));
  }
  test('the table is of a size worth the name', () => {
    assert.ok(cases.length >= 80, String(cases.length));
    assert.equal(new Set(cases.map(([what]) => what)).size, cases.length);
  });
});

test('whatever stands in a certificate, only a dNSName of that length or a wildcard names a host', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.string({ maxLength: 30 }), (given, wanted) => {
      const { microsoft } = nameMatch(named({ dns: given }), wanted);
      const bare = wanted.toLowerCase().replace(/\.$/, '');
      const plausible = given.some((each) => each.toLowerCase() === bare || each.startsWith('*.'));
      return !microsoft || plausible;
    }),
  );
});

test('a wildcard is told from a name', () => {
  assert.equal(onlyByWildcard(named(dns('*.a.example')), host), true);
  assert.equal(onlyByWildcard(named(dns('*.a.example', 'Sip.a.example')), host), false);
  assert.equal(onlyByWildcard(named({ ...dns('*.a.example'), ...sip(`sip:${host}`) }), host), false);
  assert.equal(onlyByWildcard(named(ip('192.0.2.1')), '192.0.2.1'), false);
  assert.equal(onlyByWildcard(named(dns('x.example')), host), false);
});
