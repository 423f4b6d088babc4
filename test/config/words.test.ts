import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { domainName, hostName } from '../../src/config/domain.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';
import { formatHostPort, parseDnsServer, parseHostPort, parseListen } from '../../src/config/endpoint.ts';
import { parseInstant } from '../../src/config/instant.ts';
import { dnsServerName } from '../../src/net/dns-server.ts';
import { masked } from '../../src/config/secret.ts';
import { editDistance, nearest, nearestDomain } from '../../src/config/spelling.ts';

test('a duration has a unit, and is written back in its shortest exact form', () => {
  const read = ['500ms', '30s', '5m', '1h', '30', '1d', '-5s', '1.5h', '', '5 m', '1h30m'].map(parseDuration);
  assert.deepEqual(read, [500, 30_000, 300_000, 3_600_000, null, null, null, null, null, null, null]);
  assert.deepEqual([90_000, 300_000, 1_500, 3_600_000].map(formatDuration), ['90s', '5m', '1500ms', '1h']);
  fc.assert(fc.property(fc.integer({ min: 1, max: 9_999_999 }), (ms) => parseDuration(formatDuration(ms)) === ms));
});

test('a domain is lower case, in A-labels, with two labels or more, and never an address', () => {
  const read = (text: string): string | null => domainName(text);
  assert.deepEqual(
    ['Contoso.COM', 'contoso.com.', 'bücher.example', '例え.テスト', 'ａ.example', 'x--y.example'].map(read),
    ['contoso.com', 'contoso.com', 'xn--bcher-kva.example', 'xn--r8jz45g.xn--zckzah', 'a.example', 'x--y.example'],
  );
  const refused = [
    '',
    '.',
    'contoso',
    '192.0.2.1',
    '0x7f.1',
    '1.2',
    '::1',
    'a_b.example',
    '-a.example',
    'a-.example',
    'a..b',
  ]
    .concat(['a.example/x', 'u@a.example', 'a%41.example', 'a.example:5061', '*.example', 'a b.example', 'a.example\n'])
    .concat([`${'a'.repeat(64)}.example`, `${'a.'.repeat(130)}example`, 'x'.repeat(5000)]);
  assert.deepEqual(
    refused.map(read),
    refused.map(() => null),
  );
  assert.equal(hostName('localhost'), 'localhost');
  fc.assert(
    fc.property(
      fc.string(),
      (text) => domainName(text) === null || domainName(domainName(text) ?? '') === domainName(text),
    ),
  );
});

test('host and port are told apart, also with IPv6', () => {
  const read = (text: string): unknown => parseHostPort(text, 5061);
  assert.deepEqual(['Sip.Contoso.com', '192.0.2.1:5062', '[2001:DB8::1]:443', '[::1]', '2001:db8::1'].map(read), [
    { host: 'sip.contoso.com', port: 5061 },
    { host: '192.0.2.1', port: 5062 },
    { host: '2001:db8::1', port: 443 },
    { host: '::1', port: 5061 },
    { host: '2001:db8::1', port: 5061 },
  ]);
  const refused = [
    '',
    ':5061',
    'a.example:',
    'a.example:x',
    'a.example:70000',
    '[192.0.2.1]:5',
    '[::1',
    'a:1:2',
    '[::1]5061',
  ];
  assert.deepEqual(
    refused.map(read),
    refused.map(() => null),
  );
  assert.deepEqual(
    [parseDnsServer('dns.example'), parseDnsServer('9.9.9.9:0'), parseDnsServer('9.9.9.9')],
    [null, null, { address: '9.9.9.9', port: 53 }],
  );
  const overTls = ['tls://9.9.9.9', 'tls://9.9.9.9:8853', 'tls://[2620:FE::fe]:853#Dns.Quad9.NET'].map(parseDnsServer);
  assert.deepEqual(overTls, [
    { address: '9.9.9.9', port: 853, tls: { name: null } },
    { address: '9.9.9.9', port: 8853, tls: { name: null } },
    { address: '2620:fe::fe', port: 853, tls: { name: 'dns.quad9.net' } },
  ]);
  assert.deepEqual(overTls.map(dnsServerName), [
    'tls://9.9.9.9:853',
    'tls://9.9.9.9:8853',
    'tls://[2620:fe::fe]:853#dns.quad9.net',
  ]);
  const wrong = [
    'tls://dns.quad9.net',
    'tls://',
    'tls://9.9.9.9#',
    'tls://9.9.9.9#a b',
    'https://9.9.9.9',
    '9.9.9.9#a.example',
  ];
  assert.deepEqual(
    wrong.map(parseDnsServer),
    wrong.map(() => null),
  );
  assert.deepEqual(
    [parseListen('0.0.0.0'), parseListen('a.example:80'), parseListen('[::]:0')],
    [null, null, { host: '::', port: 0 }],
  );
  assert.deepEqual([formatHostPort('::1', 53), formatHostPort('a.example', 53)], ['[::1]:53', 'a.example:53']);
});

test('an instant has an offset and a day that exists', () => {
  const read = [
    '2026-03-01T22:00Z',
    '2026-03-01T22:00:00.5+01:00',
    '2026-03-01',
    '2026-03-01T22:00',
    '2026-02-30T00:00Z',
    '2026-13-01T00:00Z',
  ];
  assert.deepEqual(read.map(parseInstant), [
    Date.UTC(2026, 2, 1, 22),
    Date.UTC(2026, 2, 1, 21) + 500,
    null,
    null,
    null,
    null,
  ]);
});

test('of two domains only what differs is compared, and a third of it may', () => {
  const known = ['contoso.com', 'pinned.example', 'healthy.example', 'sip.fabrikam.com'];
  const meant = ['contso.com', 'contoso.con', 'pined.example', 'sip.fabrikan.com', 'healthy.exmaple'];
  assert.deepEqual(
    meant.map((each) => nearestDomain(each, known)),
    ['contoso.com', 'contoso.com', 'pinned.example', 'sip.fabrikam.com', 'healthy.example'],
  );
  const far = ['nobody.example', 'a.example', 'fabrikam.com', 'wealth.example'];
  assert.deepEqual(
    far.map((each) => nearestDomain(each, known)),
    [null, null, null, 'healthy.example'],
  );
});

test('the nearest known word is offered, and nothing when all are far', () => {
  assert.equal(editDistance('evry', 'every'), 1);
  assert.equal(editDistance('every', 'evrey'), 1, 'a swap of neighbours is one slip');
  assert.equal(editDistance('', 'abc'), 3);
  assert.deepEqual(nearest('evrey', ['tier', 'every', 'name']), ['every']);
  assert.deepEqual(nearest('TIER', ['tier', 'timer']), ['tier']);
  assert.deepEqual(nearest('colour', ['tier', 'every', 'name']), []);
  assert.deepEqual(nearest('tcp_timeout', ['tls_timeout', 'sip_timeout', 'tcp_timeouts'], 2), [
    'tcp_timeouts',
    'tls_timeout',
  ]);
});

test('no password is shown', () => {
  assert.equal(masked('redis://fedmon:hunter2@h:1'), 'redis://fedmon:***@h:1');
  assert.equal(masked('redis://:hunter2@h'), 'redis://:***@h');
  assert.equal(masked('say "rediss://u:a:b@c@h/0" twice'), 'say "rediss://u:***@h/0" twice');
  assert.equal(masked('https://example.com/a:b@c'), 'https://example.com/a:b@c');
  assert.equal(masked('redis://h:1/0?password=hunter2&db=1'), 'redis://h:1/0?password=***&db=1');
  assert.equal(masked('https://example.com/?page=2'), 'https://example.com/?page=2');
});
