import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FindingArgs } from '../../src/federation/finding.ts';
import { letterAbout, letterText, type Letter, type Occasion } from '../../src/probe/letter.ts';
import type { Shown } from '../../src/probe/letter-facts.ts';
import { explain, findingCodes } from '../../src/probe/registry.ts';
import type { EdgeReport } from '../../src/probe/report.ts';
import { anEdge, writer } from '../federation/samples.ts';
import { certificate } from '../metrics/made-up.ts';
import { assertSendable } from './sendable.ts';

const endpoint = 'sip.contoso.com:5061 (192.0.2.1)';

function edge(over: Partial<EdgeReport> = {}): EdgeReport {
  const leaf = certificate('sip.contoso.com', { notAfter: '2026-11-20T00:00:00.000Z', serial: '0A1B' });
  return {
    ...anEdge('sip.contoso.com'),
    at: '2026-11-23T12:00:03.000Z',
    status: 'down',
    tls: {
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      verification: 'CERT_HAS_EXPIRED',
      offeredCertificate: true,
      chain: [leaf],
    },
    sip: null,
    findings: [],
    ...over,
  };
}

const route: Shown['route'] = {
  pinned: false,
  asked: ['_sipfederationtls._tcp.contoso.com'],
  provider: null,
  targets: [
    {
      host: 'sip.contoso.com',
      port: 5061,
      transport: 'tls',
      priority: 0,
      weight: 10,
      ttl: 300,
      addresses: ['192.0.2.1'],
      droppedAddresses: 0,
      failure: null,
      unanswered: null,
      isAlias: false,
    },
  ],
  reply: null,
  words: [],
};

const shown: Shown = { at: '2026-11-23T12:00:00.000Z', route, edges: [edge()] };

function letter(code: string, args: FindingArgs, over: Partial<Occasion> = {}, at: string | null = endpoint): Letter {
  const row = explain(code);
  assert.ok(row !== undefined, code);
  const finding = { code, severity: row.severity, layer: row.layer, endpoint: at, args, summary: 'INTERNAL' };
  const made = letterAbout({ domain: 'contoso.com', finding, shown, since: null, writer, ...over }, row);
  assert.ok(made !== null, code);
  return made;
}

describe('a letter to the partner', () => {
  test('says what, where, since when, the facts of the layer, how to see it, and who asks', () => {
    const args = { endpoint, notAfter: '2026-11-20T00:00:00.000Z', days: 3 };
    const made = letter('tls_certificate_expired', args, { since: '2026-11-20T00:05:00.000Z' });
    assert.equal(
      letterText(made),
      `Subject: SIP federation with contoso.com: TLS and certificate of your edge (sip.contoso.com:5061 (192.0.2.1))

Hello,

we watch whether our people can reach contoso.com over SIP federation, and see this:

The certificate of sip.contoso.com:5061 (192.0.2.1) expired on 2026-11-20T00:00:00.000Z. Please renew it, and restart the service that uses it.

What we saw:
  Domain        contoso.com
  Endpoint      sip.contoso.com:5061 (192.0.2.1)
  First seen    2026-11-20 00:05:00 UTC
  Last seen     2026-11-23 12:00:03 UTC
  Server name   sip.contoso.com
  TLS           TLSv1.3, TLS_AES_256_GCM_SHA384
  Certificates  1 sent, verified as CERT_HAS_EXPIRED
  Subject       "CN=sip.contoso.com"
  Issuer        "C=US, O=DigiCert Inc, CN=DigiCert TLS RSA SHA256 2020 CA1"
  Serial        0A1B
  Valid         2026-09-01 00:00:00 UTC to 2026-11-20 00:00:00 UTC
  Names         "sip.contoso.com"

To see it yourself, from a host outside of your network:
  openssl s_client -connect 192.0.2.1:5061 -servername sip.contoso.com -showcerts </dev/null
  openssl s_client -connect 192.0.2.1:5061 -servername sip.contoso.com </dev/null | openssl x509 -noout -subject -issuer -serial -dates -ext subjectAltName

Our probe asks in the name of mon.example. Questions, or if it should stop asking you: https://mon.example/probing
`,
    );
    assertSendable(made, ['INTERNAL']);
  });

  test('DNS: the records as published, and dig', () => {
    const { text } = letter('dns_srv_foreign', { target: 'edge.fabrikam.net', domain: 'contoso.com' }, {}, null);
    assert.match(text, /\n {2}SRV {11}0 10 5061 sip\.contoso\.com \(192\.0\.2\.1\)\n/);
    assert.match(text, /\n {2}dig _sipfederationtls\._tcp\.contoso\.com SRV\n/);
    assert.match(text, /\n {2}dig edge\.fabrikam\.net A\n {2}dig edge\.fabrikam\.net AAAA\n/);
    assert.match(text, /Last seen {5}2026-11-23 12:00:00 UTC/);
    assert.doesNotMatch(text, /First seen|Endpoint/);
  });

  test('a name whose DNSSEC does not verify is asked with checking disabled too', () => {
    const { text } = letter('dns_dnssec_bogus', { name: '_sipfederationtls._tcp.contoso.com' }, {}, null);
    assert.match(text, /\n {2}dig \+cd _sipfederationtls\._tcp\.contoso\.com SRV\n/);
  });

  test('SIP: what was sent and what was answered', () => {
    const sip = {
      requestUri: 'sip:sip.contoso.com',
      proves: null,
      status: 504,
      reason: 'Server time-out',
      provisional: 0,
      server: 'RTC/6.0',
      retryAfterSeconds: 30,
      warning: null,
      allow: null,
      diagnostics: [],
      decoded: [{ id: 1010, reason: 'Certificate trust', parameters: [] }],
    };
    const { text } = letter('sip_server_timeout', { endpoint }, { shown: { ...shown, edges: [edge({ sip })] } });
    assert.match(text, /We sent {7}OPTIONS sip:sip\.contoso\.com, From: sip:fedmon@mon\.example, over TLS\n/);
    assert.match(text, /Answer {8}504 "Server time-out"\n {2}Server {8}"RTC\/6\.0"\n {2}Retry-After {3}30 s\n/);
    assert.match(text, /Diagnostic {4}1010 "Certificate trust"\n/);
  });

  test('a refusal: the certificate that they were shown, and nothing else of ours', () => {
    const ours = { subject: 'C=DE, CN="mon.example"', issuer: 'O=Some CA\u202e', serial: '0BAD' };
    const refusal = { form: 'alert_after_handshake' as const, alert: null };
    const admission = { shownBy: null, offeredCertificate: true, refusal, ours };
    const of = (seen: NonNullable<EdgeReport['admission']> | null): string =>
      letter(
        'admission_refused',
        { endpoint, alert: 'alert 48 unknown_ca' },
        { shown: { ...shown, edges: [edge({ admission: seen })] } },
      ).text;
    assert.match(
      of(admission),
      /\n {2}We showed {5}"C=DE, CN='mon\.example'"\n {4}issued by {3}"O=Some CA\?"\n {4}serial {6}0BAD\n {2}Server name /,
    );
    for (const none of [null, { ...admission, ours: null }, { shownBy: null, offeredCertificate: false }]) {
      assert.doesNotMatch(of(none), /We showed|issued by/);
    }
    const inTls = letter(
      'tls_untrusted',
      { endpoint, issuer: 'x' },
      { shown: { ...shown, edges: [edge({ admission })] } },
    );
    assert.doesNotMatch(inTls.text, /We showed/);
  });

  test('an IPv6 address is one word to every shell; a plain TCP edge is no matter for openssl', () => {
    const six = edge({ address: '2001:db8::1' });
    const at = 'sip.contoso.com:5061 ([2001:db8::1])';
    const args = { endpoint: at, afterMs: 5000 };
    const { text } = letter('tls_silent', args, { shown: { ...shown, edges: [six] } }, at);
    assert.match(text, /openssl s_client -connect "\[2001:db8::1\]:5061" -servername/);
    const tcp = { ...shown, edges: [edge({ transport: 'tcp', port: 5060, tls: null })] };
    const plain = 'sip.contoso.com:5060 (192.0.2.1)';
    assert.match(
      letter('sip_silent', { endpoint: plain, afterMs: 1 }, { shown: tcp }, plain).text,
      /nc -vz 192\.0\.2\.1 5060/,
    );
  });

  test('without evidence it still says what and when; an argument that is not there is named', () => {
    const { text } = letter('tls_certificate_expired', {}, { shown: null, since: '2026-11-20T00:05:00.000Z' });
    assert.match(text, /The certificate of <endpoint> expired on <not after>\./);
    assert.match(text, /First seen {4}2026-11-20 00:05:00 UTC/);
    assert.doesNotMatch(text, /Last seen|To see it yourself/);
  });

  test('who has set no identity is asked to fill in how to be reached', () => {
    const nobody = { domain: 'fedmon.invalid', contact: 'https://fedmon.invalid/identity-not-configured' };
    const { text } = letter('tcp_refused', { endpoint }, { writer: nobody });
    assert.match(text, /if it should stop asking you: <how to reach you>\n$/);
    assert.doesNotMatch(text, /invalid/);
  });

  test('there is none where the catalogue says that nothing is sent', () => {
    const silent = findingCodes.filter((code) => typeof explain(code)?.ask !== 'function');
    assert.ok(silent.includes('local_resource') && silent.includes('admission_certificate_required'));
    for (const code of silent) {
      const finding = { code, severity: 'fail', layer: 'tcp', endpoint, args: {}, summary: '' } as const;
      assert.equal(letterAbout({ domain: 'a.example', finding, shown, since: null, writer }, explain(code)), null);
    }
    const strange = {
      code: 'of_a_later_version',
      severity: 'fail',
      layer: 'tcp',
      endpoint,
      args: {},
      summary: '',
    } as const;
    assert.equal(letterAbout({ domain: 'a.example', finding: strange, shown, since: null, writer }, undefined), null);
  });
});

/** Numbers in [0, 1) from a seed (mulberry32): a failing letter can be made again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const nasty = [
  '\u001b[2J\u001b]0;owned\u0007', '\r\nSubject: other', '\n\n  dig evil.example SRV; rm -rf /', '$(id)', '`id`', "'; id; '",
  '"; id; "', '”', '\u202egnirts\u202c', '\ud800', '\u0000', '<script>', '%s%n', '🦑'.repeat(500), 'ä'.repeat(4_000),
  'x'.repeat(20_000), '-oProxyCommand=id', '@evil.example', '+trace', 'sip.contoso.com', '192.0.2.7', '2001:db8::7', '',
] as const; // prettier-ignore

describe('whatever a stranger sends', () => {
  const secrets = [
    'vantage-canary',
    'owner-canary',
    'other-partner.example',
    '10.99.99.53',
    '/etc/fedmon/canary.key',
    'INTERNAL',
  ];
  for (const code of findingCodes.filter((each) => typeof explain(each)?.ask === 'function')) {
    test(`the letter of ${code} is printable, short, and holds nothing internal`, () => {
      const next = random(code.length * 7919);
      const text = (): string => {
        const pick = (): string => nasty[Math.floor(next() * nasty.length)] ?? '';
        return next() < 0.5 ? pick() : pick() + pick() + pick();
      };
      for (let round = 0; round < 40; round += 1) {
        const args = new Proxy({}, { get: () => (next() < 0.1 ? 7 : text()) });
        const leaf = {
          ...certificate(text()),
          subject: text(), issuer: text(), serial: text(), notBefore: text(), notAfter: text(),
          names: { dns: [text(), text(), text(), text()], uri: [text()], ip: [text()] },
        }; // prettier-ignore
        const host = text();
        const bad = edge({
          host,
          serverName: text(),
          address: text(),
          tls: { protocol: text(), cipher: text(), verification: text(), offeredCertificate: true, chain: [leaf, leaf] },
          sip: {
            requestUri: '', proves: null, status: 500, reason: text(), provisional: 0, server: text(), retryAfterSeconds: 1, warning: text(), allow: text(),
            diagnostics: [text()], decoded: [{ id: 1, reason: text(), parameters: [] }],
          },
        }); // prettier-ignore
        const target = { ...route.targets[0]!, host: text(), addresses: [text(), text()] };
        const reply = {
          server: '10.99.99.53:53', rcode: text(), authoritative: false, dnssec: 'bogus', zone: { name: text(), negativeTtl: 1 },
          isAlias: false, aliasLoop: false,
        } as const; // prettier-ignore
        const words = [{ server: '10.99.99.53:53', says: 'none', targets: [] }] as const;
        const evidence: Shown = {
          at: text(),
          route: { ...route, targets: next() < 0.3 ? [] : [target, target, target, target, target], reply, words },
          edges: [bad],
        };
        const at =
          next() < 0.2 ? null : `${host}:5061 (${bad.address.includes(':') ? `[${bad.address}]` : bad.address})`;
        assertSendable(letter(code, args, { shown: evidence, since: text() }, at), secrets);
      }
    });
  }
});
