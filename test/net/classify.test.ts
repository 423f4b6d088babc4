import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NetworkFailure, type FailureCode } from '../../src/federation/failure.ts';
import { stepNames, type StepName } from '../../src/federation/observation.ts';
import { connectFailureOf, failureOf } from '../../src/net/classify.ts';
import { DeadlineExceeded, ShuttingDown } from '../../src/net/deadline.ts';

function system(code: string, syscall?: string): Error {
  return Object.assign(new Error(`${syscall ?? ''} ${code}`), { code, ...(syscall === undefined ? {} : { syscall }) });
}

/** An error as Node 24 makes it from OpenSSL 3.5. */
function openSsl(reason: string, alert?: number): Error {
  const tail = alert === undefined ? '' : `:SSL alert number ${String(alert)}`;
  const message = `407D659C0E7F0000:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:../deps/x.c:918:${tail}\n`;
  const code = `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
  return Object.assign(new Error(message), { library: 'SSL routines', reason, code });
}

const codes = (error: Error): readonly (FailureCode | undefined)[] =>
  stepNames.map((step) => failureOf(error, step)?.code);

describe('failureOf', () => {
  it('knows what silence and broken connections mean in each step', () => {
    const rows: readonly (readonly [Error, readonly FailureCode[]])[] = [
      [
        new DeadlineExceeded(5_000),
        ['dns_timeout', 'dns_timeout', 'tcp_timeout', 'tls_timeout', 'tls_timeout', 'sip_timeout'],
      ],
      [
        system('ETIMEDOUT', 'connect'),
        ['dns_timeout', 'dns_timeout', 'tcp_timeout', 'tls_timeout', 'tls_timeout', 'sip_timeout'],
      ],
      [
        system('ECONNRESET', 'read'),
        ['dns_unreachable', 'dns_unreachable', 'tcp_reset', 'tls_reset', 'connection_reset', 'connection_reset'],
      ],
      [
        system('ECONNRESET'),
        ['dns_unreachable', 'dns_unreachable', 'tcp_reset', 'tls_closed', 'connection_closed', 'connection_closed'],
      ],
    ];
    assert.deepEqual(
      rows.map(([error]) => codes(error)),
      rows.map(([, expected]) => expected),
    );
  });

  it('knows the errno of connecting', () => {
    const found = [
      'ECONNREFUSED',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EMFILE',
      'ENFILE',
      'EADDRNOTAVAIL',
      'ENOBUFS',
      'ENOMEM',
      'EPROTO',
    ].map((code) => [code, failureOf(system(code, 'connect'), 'tcp_connect')]);
    assert.deepEqual(found, [
      ['ECONNREFUSED', { code: 'tcp_refused', detail: 'connect ECONNREFUSED' }],
      ['EHOSTUNREACH', { code: 'tcp_unreachable', detail: 'connect EHOSTUNREACH' }],
      ['ENETUNREACH', { code: 'tcp_unreachable', detail: 'connect ENETUNREACH' }],
      ['EMFILE', { code: 'local_resource', detail: 'connect EMFILE' }],
      ['ENFILE', { code: 'local_resource', detail: 'connect ENFILE' }],
      ['EADDRNOTAVAIL', { code: 'local_resource', detail: 'connect EADDRNOTAVAIL' }],
      ['ENOBUFS', { code: 'local_resource', detail: 'connect ENOBUFS' }],
      ['ENOMEM', { code: 'local_resource', detail: 'connect ENOMEM' }],
      ['EPROTO', { code: 'unclassified', detail: 'connect EPROTO' }],
    ]);
  });

  it('a missing IPv6 route is ours, a missing IPv4 route is the path', () => {
    const codeOf = (code: string, address: string) => connectFailureOf(system(code, 'connect'), address)?.code;
    assert.equal(codeOf('ENETUNREACH', '2001:db8::1'), 'no_route_of_family');
    assert.equal(codeOf('EADDRNOTAVAIL', '2001:db8::1'), 'no_route_of_family');
    assert.equal(codeOf('EHOSTUNREACH', '2001:db8::1'), 'tcp_unreachable');
    assert.equal(codeOf('ENETUNREACH', '192.0.2.1'), 'tcp_unreachable');
    assert.equal(codeOf('EADDRNOTAVAIL', '192.0.2.1'), 'local_resource');
    assert.equal(connectFailureOf(new TypeError('bug'), '192.0.2.1'), null);
  });

  it('reads every alert that refuses our certificate, under both prefixes OpenSSL has had', () => {
    const alerts = [
      [42, 'bad certificate'],
      [43, 'unsupported certificate'],
      [44, 'certificate revoked'],
      [45, 'certificate expired'],
      [46, 'certificate unknown'],
      [48, 'unknown ca'],
      [49, 'access denied'],
      [116, 'certificate required'],
    ] as const;
    for (const prefix of ['sslv3', 'ssl/tls', 'tlsv1', 'tlsv13']) {
      for (const [number, words] of alerts) {
        assert.deepEqual(failureOf(openSsl(`${prefix} alert ${words}`, number), 'tls_handshake'), {
          code: 'peer_refused_certificate',
          detail: `alert ${String(number)} ${words.replaceAll(' ', '_')}`,
        });
      }
    }
  });

  it('a bare handshake_failure refuses our certificate only after theirs was seen', () => {
    const error = openSsl('ssl/tls alert handshake failure', 40);
    const during = (certificateSeen: boolean) => failureOf(error, 'tls_handshake', { certificateSeen })?.code;
    assert.equal(during(false), 'tls_no_shared_parameters');
    assert.equal(during(true), 'peer_refused_certificate');
    assert.equal(failureOf(error, 'admission')?.code, 'peer_refused_certificate');
    assert.equal(failureOf(error, 'sip_options')?.code, 'peer_refused_certificate');
  });

  it('tells versions, parameters, size and strangers apart', () => {
    const seen = [
      openSsl('tlsv1 alert protocol version', 70),
      openSsl('unsupported protocol'),
      openSsl('tlsv1 alert insufficient security', 71),
      openSsl('dh key too small'),
      openSsl('excessive message size'),
      openSsl('wrong version number'),
      openSsl('packet length too long'),
      openSsl('tlsv1 unrecognized name', 112),
      openSsl('tlsv1 alert internal error', 80),
      openSsl('no renegotiation'),
      openSsl('bad signature'),
      openSsl('unexpected message'),
      openSsl('data length too long'),
      openSsl('a reason of a later version'),
    ].map((error) => failureOf(error, 'tls_handshake'));
    assert.deepEqual(seen, [
      { code: 'tls_version', detail: 'alert 70 protocol_version' },
      { code: 'tls_version', detail: 'unsupported_protocol, we sent alert 70 protocol_version' },
      { code: 'tls_no_shared_parameters', detail: 'alert 71 insufficient_security' },
      { code: 'tls_no_shared_parameters', detail: 'dh_key_too_small' },
      { code: 'tls_message_too_large', detail: 'excessive_message_size' },
      { code: 'tls_not_tls', detail: 'wrong_version_number' },
      { code: 'tls_not_tls', detail: 'packet_length_too_long' },
      { code: 'tls_alert', detail: 'alert 112 unrecognized_name' },
      { code: 'tls_alert', detail: 'alert 80 internal_error' },
      { code: 'tls_alert', detail: 'no_renegotiation' },
      { code: 'tls_malformed', detail: 'bad_signature' },
      { code: 'tls_malformed', detail: 'unexpected_message' },
      { code: 'tls_malformed', detail: 'data_length_too_long' },
      { code: 'unclassified', detail: 'a_reason_of_a_later_version' },
    ]);
  });

  it('who has shaken hands speaks TLS, whatever comes then', () => {
    for (const step of ['admission', 'sip_options'] as const) {
      assert.equal(failureOf(openSsl('record too small'), step)?.code, 'tls_malformed');
      assert.equal(failureOf(openSsl('wrong version number'), step)?.code, 'tls_malformed');
    }
  });

  it('gives back null for bugs and for a process that is stopping', () => {
    const notTheNetwork: readonly unknown[] = [
      new TypeError('x is not a function'),
      new ReferenceError('x is not defined'),
      Object.assign(new RangeError('port'), { code: 'ERR_SOCKET_BAD_PORT' }),
      Object.assign(new TypeError('argument'), { code: 'ERR_INVALID_ARG_TYPE' }),
      new assert.AssertionError({ message: 'no' }),
      new Error('no code'),
      new ShuttingDown(),
      'text',
      undefined,
    ];
    const steps: readonly StepName[] = stepNames;
    const failures = notTheNetwork.flatMap((error) => steps.map((step) => failureOf(error, step)));
    assert.deepEqual(
      failures,
      failures.map(() => null),
    );
  });

  it('looks through an abort at its reason, and keeps a failure that is one already', () => {
    const aborted = (cause: Error): Error =>
      Object.assign(new Error('aborted', { cause }), { name: 'AbortError', code: 'ABORT_ERR' });
    assert.equal(failureOf(aborted(new DeadlineExceeded(10)), 'tcp_connect')?.code, 'tcp_timeout');
    assert.equal(failureOf(aborted(new ShuttingDown()), 'tcp_connect'), null);
    assert.deepEqual(failureOf(new NetworkFailure('egress_denied', 'private'), 'tcp_connect'), {
      code: 'egress_denied',
      detail: 'private',
    });
  });
});
