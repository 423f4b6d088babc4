import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPartnerList, type PartnerList } from '../../src/cli/partner-list.ts';
import { mostPartners } from '../../src/config/schema.ts';

const domains = ({ listed }: PartnerList): readonly string[] => listed.map(({ domain }) => domain);
const left = ({ leftOut }: PartnerList): readonly string[] =>
  leftOut.map(({ line, text, why, lost }) => `${String(line)} ${text}: ${why}${lost ? ' (lost)' : ''}`);

describe('a partner list', () => {
  test('the CSV of Get-CsAllowedDomain, as Windows PowerShell writes it', () => {
    const list = readPartnerList(
      [
        '#TYPE Microsoft.Rtc.Management.WritableConfig.Settings.Edge.AllowedDomain',
        '"Identity","Domain","ProxyFqdn","VerificationLevel","Comment","MarkForMonitoring"',
        '"contoso.com","contoso.com",,"UseSourceVerification","Contoso, Ltd","False"',
        '"fabrikam.com","Fabrikam.COM","edge.fabrikam.com","AlwaysVerifiable","two',
        'lines","True"',
        '"northwind.example","northwind.example","not a host",,,"False"',
        '"b\u00fccher.example","b\u00fccher.example",,,,"False"',
      ].join('\r\n'),
    );
    assert.deepEqual(list.listed, [
      { line: 3, domain: 'contoso.com', name: 'Contoso, Ltd', host: null },
      { line: 5, domain: 'fabrikam.com', name: 'two lines', host: 'edge.fabrikam.com' },
      { line: 7, domain: 'xn--bcher-kva.example', name: null, host: null },
    ]);
    assert.deepEqual(left(list), ['6 northwind.example: its ProxyFqdn not a host is no host name (lost)']);
  });

  test('a CSV of Teams, or of a spreadsheet with semicolons or tabs', () => {
    for (const delimiter of [',', ';', '\t']) {
      const text = ['Name', 'Domain'].join(delimiter) + '\n' + ['Contoso', 'contoso.com'].join(delimiter);
      const list = readPartnerList(`\uFEFF${text}`);
      assert.deepEqual(list, {
        listed: [{ line: 2, domain: 'contoso.com', name: 'Contoso', host: null }],
        leftOut: [],
      });
    }
    assert.deepEqual(domains(readPartnerList('Domain\ncontoso.com\nfabrikam.com\n')), ['contoso.com', 'fabrikam.com']);
  });

  test('what PowerShell prints', () => {
    const asList = 'Identity : contoso.com\nDomain : contoso.com\nProxyFqdn :\n\nDomain     : fabrikam.com\n';
    assert.deepEqual(domains(readPartnerList(asList)), ['contoso.com', 'fabrikam.com']);
    const tenant = 'AllowFederatedUsers : True\nAllowedDomains : Domain=contoso.com,Domain=fabrikam.com\n';
    assert.deepEqual(domains(readPartnerList(tenant)), ['contoso.com', 'fabrikam.com']);
    const table = 'Identity     VerificationLevel\n--------     ----\ncontoso.com  UseSourceVerification\n';
    assert.deepEqual(domains(readPartnerList(table)), ['contoso.com']);
  });

  test('one domain a line, with remarks, or several', () => {
    const list = readPartnerList(
      '# ours\ncontoso.com # the big one\n\nfabrikam.com, northwind.example\ntailspin.example,Tailspin Toys\n',
    );
    assert.deepEqual(
      list.listed.map(({ line, domain, name }) => [line, domain, name]),
      [
        [2, 'contoso.com', null],
        [4, 'fabrikam.com', null],
        [4, 'northwind.example', null],
        [5, 'tailspin.example', 'Tailspin Toys'],
      ],
    );
    assert.deepEqual(list.leftOut, []);
  });

  test('the domain that is meant by an address of a person or of a page', () => {
    assert.deepEqual(domains(readPartnerList('sip:bob@contoso.com\n@fabrikam.com\nhttps://northwind.example/x\n')), [
      'contoso.com',
      'fabrikam.com',
      'northwind.example',
    ]);
  });

  test('what is left out says where and why', () => {
    const list = readPartnerList('contoso.com\n*.contoso.com\nCONTOSO.com.\n192.0.2.1\ncontoso\n\u001b[31mred\n');
    assert.deepEqual(domains(list), ['contoso.com']);
    assert.deepEqual(left(list), [
      '2 *.contoso.com: a wildcard stands for many domains: name those to watch (lost)',
      '3 CONTOSO.com.: already on line 1',
      '4 192.0.2.1: an address: name the SIP domain (lost)',
      '5 contoso: not a domain such as contoso.com (lost)',
      '6 ?[31mred: not a domain such as contoso.com (lost)',
    ]);
  });

  test('as many as a configuration holds, and one more', () => {
    const of = (count: number): string => Array.from({ length: count }, (_, at) => `p${String(at)}.example`).join('\n');
    const [full, over] = [readPartnerList(of(mostPartners)), readPartnerList(of(mostPartners + 1))];
    assert.deepEqual([full.listed.length, full.leftOut.length], [mostPartners, 0]);
    assert.deepEqual(
      [over.listed.length, left(over)],
      [
        mostPartners,
        [
          `${String(mostPartners + 1)} p${String(mostPartners)}.example: more than ${String(mostPartners)} partners (lost)`,
        ],
      ],
    );
  });

  test('a quote that is never closed loses no line', () => {
    const list = readPartnerList('Domain,Comment\n"contoso.com","5" screens\nfabrikam.com,"open\nnorthwind.example,\n');
    assert.deepEqual(domains(list), ['contoso.com', 'fabrikam.com', 'northwind.example']);
  });

  test('nothing makes it throw', () => {
    for (const text of ['', '"', 'Domain\n"unclosed', 'Domain,Name\n"a""b,c\nx', '\0', ',,,\n;;;', 'Domain\n\n\n']) {
      assert.equal(readPartnerList(text).listed.length, 0, JSON.stringify(text));
    }
  });
});
