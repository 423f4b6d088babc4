import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SipFacts } from '../../../src/probe/sip/facts.ts';
import { fingerprintOf } from '../../../src/probe/sip/fingerprint.ts';
import { judgeSip } from '../../../src/probe/sip/judge.ts';
import { readHead } from '../../../src/probe/sip/message.ts';
import { factsOf, noFacts } from '../../../src/probe/sip/read-facts.ts';
import { responseRow, responseRows } from '../../../src/probe/sip/responses.ts';
import { answer, ourVia } from '../../corpus/sip/torture.ts';
import { done } from '../../federation/samples.ts';

const heardAtMs = Date.parse('2026-11-26T12:00:00Z');

function factsFrom(over: Parameters<typeof answer>[0]): SipFacts {
  const head = readHead(answer(over));
  assert.equal(head.kind, 'response');
  return factsOf({ requestUri: 'sip:x' }, { final: head.response, provisional: 0, contradicted: [] }, heardAtMs);
}

const said = (over: Parameters<typeof answer>[0] | SipFacts): readonly (readonly [code: string, summary: string])[] => {
  const facts = 'requestUri' in (over ?? {}) ? (over as SipFacts) : factsFrom(over as Parameters<typeof answer>[0]);
  const observation = { kind: 'sip', at: '', steps: [done('sip_options')], facts } as const;
  return judgeSip(observation, 'edge').map(({ code, summary }) => [code, summary]);
};

describe('what an answer proves', () => {
  test('every status that has a row, and every hundred', () => {
    const classes = (...codes: readonly number[]) => codes.map((code) => responseRow(code).class);
    assert.deepEqual(classes(200, 202, 299), ['works', 'works', 'works']);
    assert.deepEqual(classes(403, 503, 504), ['refused', 'overloaded', 'ambiguous']);
    assert.deepEqual(new Set(classes(408, 500, 502, 505, 513)), new Set(['unwell']));
    assert.deepEqual(
      new Set(
        classes(
          302,
          400,
          401,
          404,
          405,
          407,
          416,
          420,
          421,
          480,
          481,
          482,
          483,
          486,
          488,
          493,
          501,
          580,
          600,
          604,
          699,
        ),
      ),
      new Set(['unusual']),
    );
    for (const [status, row] of responseRows) assert.ok(status >= 200 && status < 700 && row.means.length > 10);
  });

  test('reachable, authenticated and authorised are three results, and none says that users can chat', () => {
    const proofs = (status: number) => {
      const { reachable, authenticated, authorised } = responseRow(status);
      return [reachable, authenticated, authorised];
    };
    assert.deepEqual(proofs(200), ['yes', 'unknown', 'unknown']);
    assert.deepEqual(proofs(401), ['yes', 'no', 'unknown']);
    assert.deepEqual(proofs(403), ['yes', 'unknown', 'no']);
    assert.deepEqual(proofs(408), ['unknown', 'unknown', 'unknown']);
    assert.equal(
      [...responseRows.values()].some((row) => row.authorised === 'yes'),
      false,
    );
  });
});

describe('the words of a failure', () => {
  test('without headers of theirs', () => {
    assert.deepEqual(said({ line: 'SIP/2.0 403 Forbidden' }), [['sip_forbidden', 'edge answered 403 Forbidden.']]);
    assert.deepEqual(said({ line: 'SIP/2.0 503 Busy', more: ['Retry-After: 30 (soon);duration=9'] }), [
      ['sip_unavailable', 'edge answered 503 Busy and asks to come back in 30 s.'],
    ]);
  });

  test('a Warning is shown, the server that wrote it is not; what cannot be read is shown as it is', () => {
    const warning = 'Warning: 399 edge.in.example "Not \\301 allowed", 307 x "y"';
    assert.deepEqual(said({ line: 'SIP/2.0 403 No', more: [warning] }), [
      ['sip_forbidden', 'edge answered 403 No; it adds: 399 Not \\301 allowed'],
    ]);
    assert.deepEqual(said({ line: 'SIP/2.0 503 Busy', more: ['Warning: odd', 'Retry-After: 5'] }), [
      ['sip_unavailable', 'edge answered 503 Busy and asks to come back in 5 s; it adds: odd'],
    ]);
  });

  test('diagnostics: the line without its source, then a note an id with meaning, side and next step', () => {
    const more = [
      'Warning: 399 h "w"',
      'ms-diagnostics: 1009;source="edge.in.example";reason="No match"',
      'ms-diagnostics-public: 1043;reason="Mystery"',
    ];
    assert.deepEqual(said({ line: 'SIP/2.0 504 Server time-out', more }), [
      ['sip_server_timeout', 'edge answered 504 Server time-out; it adds: 1009;reason="No match", 399 w'],
      [
        'sip_diagnostics',
        'edge gives the diagnostic 1009: an SRV record exists and none of its targets lies in the domain (side: ours). ' +
          'Name the SRV target of our domain inside that domain, or ask the partner to allow our edge by name.',
      ],
      ['sip_diagnostics', 'edge gives the diagnostic 1043, which is unlisted: Mystery'],
    ]);
  });

  test('a Date is compared with our clock when the answer came; five minutes are nothing, two that differ neither', () => {
    const dated = (...values: readonly string[]) =>
      said({ line: 'SIP/2.0 200 OK', more: values.map((value) => `Date: ${value}`) });
    assert.deepEqual(dated('Thu, 26 Nov 2026 12:05:00 GMT'), []);
    assert.deepEqual(dated('Thu, 26 Nov 2026 12:05:01 GMT'), [
      [
        'sip_clock_differs',
        'By the Date of its answer (2026-11-26T12:05:01.000Z) the clock of edge is 5 minutes ahead of ours.',
      ],
    ]);
    assert.match(dated('Sat, 01 Jan 2000 12:00:00 GMT')[0]?.[1] ?? '', /the clock of edge is 9826 days behind ours/);
    assert.deepEqual(dated('Sat, 01 Jan 2000 00:00:00 GMT', 'Thu, 26 Nov 2026 12:00:00 GMT'), []);
    assert.deepEqual(dated('yesterday'), []);
  });

  test('evidence of an earlier version has no decoded diagnostics', () => {
    const facts = {
      ...noFacts({ requestUri: 'sip:x' }),
      status: 500,
      reason: 'Oops',
      diagnostics: ['1007;reason="x"'],
    };
    assert.deepEqual(said(facts), [['sip_server_error', 'edge answered 500 Oops; it adds: 1007;reason="x"']]);
  });
});

test('the facts of an answer: UTF-8, several lines, Reason, diagnostics, fingerprint', () => {
  const via = `${ourVia};ms-received-port=5061;ms-received-cid=2A`;
  const more = [
    'Server: RTC/6.0',
    'Allow: INVITE, ACK',
    'Allow: OPTIONS',
    'Reason: SIP;cause=504;text="x"',
    'Date: Thu, 26 Nov 2026 11:59:58 GMT',
    `ms-diagnostics: 1034;source="s";reason="${Buffer.from('größer').toString('latin1')}";domain="a.example"`,
  ];
  const line = `SIP/2.0 200 ${Buffer.from('Schön \u202e').toString('latin1')}`;
  assert.deepEqual(factsFrom({ line, via, more }), {
    requestUri: 'sip:x',
    status: 200,
    reason: 'Schön ?',
    provisional: 0,
    server: 'RTC/6.0',
    retryAfterSeconds: null,
    warning: null,
    allow: 'INVITE, ACK, OPTIONS',
    diagnostics: ['1034;source="s";reason="größer";domain="a.example"'],
    decoded: [{ id: 1034, reason: 'größer', parameters: [{ name: 'domain', value: 'a.example' }] }],
    reasonHeader: 'SIP;cause=504;text="x"',
    edgeKind: 'microsoft',
    product: 'Skype for Business Server 2015',
    contradicted: [],
    seenAs: { address: '192.0.2.9', port: null },
    date: { says: '2026-11-26T11:59:58.000Z', heardAt: '2026-11-26T12:00:00.000Z' },
  });
});

test('at most eight diagnostics are kept', () => {
  const more = Array.from({ length: 20 }, (_, at) => `ms-diagnostics: ${String(1001 + at)};reason="x"`);
  const { diagnostics, decoded } = factsFrom({ more });
  assert.deepEqual([diagnostics.length, decoded?.length], [8, 8]);
});

test('Retry-After: seconds, also with comment and parameters; what is no number is none', () => {
  const of = (value: string) => factsFrom({ more: [`Retry-After: ${value}`] }).retryAfterSeconds;
  assert.deepEqual(['120', '120 (maintenance)', '18000;duration=3600', '5 ;x'].map(of), [120, 120, 18_000, 5]);
  assert.deepEqual(['soon', '', '12x', '-1', '9999999999'].map(of), [null, null, null, null, null]);
});

test('the fingerprint of a Microsoft edge', () => {
  const of = (server: string | null, via = 'SIP/2.0/TLS a') => fingerprintOf(server, [via]);
  assert.deepEqual(of('RTC/4.0'), { edgeKind: 'microsoft', product: 'Lync Server 2010' });
  assert.deepEqual(of('RTC/7.0 x'), { edgeKind: 'microsoft', product: 'probably Skype for Business Server 2019' });
  assert.deepEqual(of('RTC/99.0'), { edgeKind: 'microsoft', product: null });
  assert.deepEqual(of(null, 'SIP/2.0/TLS a;ms-received-port=1'), { edgeKind: 'microsoft', product: null });
  for (const server of [null, 'kamailio (5.7)', 'RTCC/6.0', 'Asterisk RTC/6.0']) {
    assert.deepEqual(of(server), { edgeKind: null, product: null }, String(server));
  }
});
