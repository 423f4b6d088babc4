import type { DatagramScript, EdgeScript, NetScript } from '../../fakes/scripted-net.ts';
import {
  addresses,
  answering,
  behind,
  certificate,
  fromNow,
  hour,
  sipAnswer,
  srv,
  type Scenario,
} from '../scenario.ts';

const lines = (...values: readonly string[]): string => values.map((each) => `ms-diagnostics: ${each}\r\n`).join('');

/** A partner of the profile sip whose one edge speaks UDP. */
const overUdp = (script: DatagramScript, address = '192.0.2.1'): NetScript => ({
  dns: {
    '_sips._tcp.a.example SRV': 'dns_nodata',
    '_sip._tcp.a.example SRV': 'dns_nodata',
    '_sip._udp.a.example SRV': [{ ...srv('sip.a.example', { port: 5060 }), name: '_sip._udp.a.example' }],
    ...addresses('sip.a.example', address),
  },
  datagrams: { [`${address}:5060`]: script },
});
const plain = { profile: 'sip' } as const;

/** A domain without SRV record, and what the default ports of its address do. */
const withoutRecord = (edges: Record<string, EdgeScript>): NetScript => ({
  dns: {
    '_sips._tcp.a.example SRV': 'dns_nodata',
    '_sip._tcp.a.example SRV': 'dns_nodata',
    ...addresses('a.example', '192.0.2.1'),
  },
  edges,
});
const inClear: EdgeScript = { replies: answering('200 OK') };

const udp: readonly Scenario[] = [
  {
    name: 'UDP: 403',
    net: overUdp({ replies: answering('403 Forbidden') }),
    partner: plain,
    state: 'refused',
    codes: ['sip_forbidden', 'dns_udp_only'],
  },
  {
    name: 'UDP: silence',
    net: overUdp({}),
    partner: plain,
    state: 'unreachable',
    codes: ['sip_udp_silent', 'dns_udp_only'],
  },
  {
    name: 'UDP: a provisional answer only',
    net: overUdp({ replies: answering('100 Trying') }),
    partner: plain,
    state: 'unreachable',
    codes: ['sip_no_final', 'dns_udp_only'],
  },
  {
    name: 'UDP: the port is closed',
    net: overUdp({ replies: () => 'udp_refused' }),
    partner: plain,
    state: 'unreachable',
    codes: ['sip_udp_refused', 'dns_udp_only'],
  },
  {
    name: 'UDP: a router knows no way',
    net: overUdp({ open: 'udp_unreachable' }),
    partner: plain,
    state: 'unreachable',
    codes: ['sip_udp_unreachable', 'dns_udp_only'],
  },
  {
    name: 'UDP: a private address is not contacted',
    net: overUdp({ open: 'egress_denied' }),
    partner: plain,
    state: 'unknown',
    codes: ['egress_denied', 'dns_udp_only'],
  },
  {
    name: 'UDP: we have no such family',
    net: overUdp({ open: 'no_route_of_family' }),
    partner: plain,
    state: 'unknown',
    codes: ['dns_udp_only', 'tcp_family_missing'],
  },
  {
    name: 'UDP: no socket is left',
    net: overUdp({ open: 'local_resource' }),
    partner: plain,
    state: 'unknown',
    codes: ['local_resource', 'dns_udp_only'],
  },
  {
    name: 'UDP: two finals that contradict each other',
    net: overUdp({
      replies: (request) => [...answering('200 OK')(request), ...answering('480 Not here')(request)],
    }),
    partner: plain,
    state: 'degraded',
    codes: ['sip_contradicted', 'dns_udp_only'],
  },
  {
    name: 'UDP: the names make the request too long',
    net: overUdp({}),
    ourDomain: `${'label.'.repeat(40)}example`,
    partner: plain,
    state: 'unknown',
    codes: ['sip_request_too_long', 'dns_udp_only'],
  },
];

/** Scenarios of the answer to OPTIONS beyond its status code. */
export const scenarios: readonly Scenario[] = [
  ...udp,
  {
    name: 'Max-Forwards 0: 483 comes from the very hop that was asked',
    net: behind(
      sipAnswer((request) => answering(/^Max-Forwards: 0\r$/m.test(request) ? '483 Too Many Hops' : '500 No')(request)),
    ),
    partner: { maxForwards: 0 },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'Max-Forwards 0: 200 is as good',
    net: behind(sipAnswer(answering('200 OK'))),
    partner: { maxForwards: 0 },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'Max-Forwards 70: 483 is a loop on their side, or a short way',
    net: behind(sipAnswer(answering('483 Too Many Hops'))),
    state: 'healthy',
    codes: ['sip_answer_unusual'],
  },
  {
    name: '504 with a diagnostic that is known',
    net: behind(
      sipAnswer(answering('504 Server time-out', lines('1008;source="edge.in.example";reason="Unable to resolve"'))),
    ),
    state: 'degraded',
    codes: ['sip_server_timeout', 'sip_diagnostics'],
  },
  {
    name: '403 with diagnostics of two servers, one of them repeated',
    net: behind(sipAnswer(answering('403 Forbidden', lines('1027;reason="a"', '1043;reason="b"', '1027;reason="c"')))),
    state: 'refused',
    codes: ['sip_forbidden', 'sip_diagnostics', 'sip_diagnostics'],
  },
  {
    name: '200 with a diagnostic: it changes no state',
    net: behind(sipAnswer(answering('200 OK', 'ms-diagnostics-public: 1034;reason="x"\r\n'))),
    state: 'healthy',
    codes: ['sip_diagnostics'],
  },
  {
    name: 'a diagnostic without an id',
    net: behind(sipAnswer(answering('200 OK', lines('none;reason="x"')))),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'an answer of ours that contradicts itself',
    net: behind(sipAnswer(answering('200 OK', 'CSeq: 2 OPTIONS\r\n'))),
    state: 'unreachable',
    codes: ['sip_malformed'],
  },
  {
    name: 'a whole head, and a body that never comes',
    net: behind(
      sipAnswer((request) => answering('200 OK')(request).map((text) => text.replace('Length: 0', 'Length: 9'))),
    ),
    state: 'unreachable',
    codes: ['sip_malformed'],
  },
  {
    name: '408 is made on the way',
    net: behind(sipAnswer(answering('408 Request Timeout'))),
    state: 'degraded',
    codes: ['sip_server_error'],
  },
  {
    name: 'the Date of the answer is years from our clock',
    net: behind(sipAnswer(answering('200 OK', 'Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n'))),
    state: 'healthy',
    codes: ['sip_clock_differs'],
  },
  {
    name: 'overloaded, and it asked us to wait',
    net: behind(sipAnswer(answering('503 Service Unavailable', 'Retry-After: 600\r\n'))),
    kept: { until: '2026-06-01T12:10:00.000Z', why: 'retry_after' },
    state: 'degraded',
    codes: ['sip_unavailable', 'sip_asked_less'],
  },
  {
    name: 'the Date of the answer is now',
    net: behind(sipAnswer(answering('200 OK', `Date: ${new Date().toUTCString()}\r\n`))),
    state: 'healthy',
    codes: [],
  },
  {
    name: 'no SRV record, no TLS, and TCP that answers: only in clear text',
    net: withoutRecord({ '192.0.2.1:5061': { connect: 'tcp_refused' }, '192.0.2.1:5060': inClear }),
    partner: { profile: 'sip' },
    state: 'degraded',
    codes: ['sip_clear_text_only', 'tcp_refused'],
  },
  {
    name: 'no SRV record, something other than TLS on 5061, TCP closed, and UDP that answers',
    net: {
      ...withoutRecord({
        '192.0.2.1:5061': { tls: { failure: 'tls_not_tls', chain: [], protocol: null } },
        '192.0.2.1:5060': { connect: 'tcp_refused' },
      }),
      datagrams: { '192.0.2.1:5060': { replies: answering('200 OK') } },
    },
    partner: { profile: 'sip' },
    state: 'degraded',
    codes: ['sip_clear_text_only', 'tls_not_tls'],
  },
  {
    name: 'no SRV record and nothing that answers: what was guessed in clear text is held against nobody',
    net: {
      ...withoutRecord({
        '192.0.2.1:5061': { connect: 'tcp_refused' },
        '192.0.2.1:5060': { connect: 'tcp_refused' },
      }),
      datagrams: { '192.0.2.1:5060': { open: 'udp_refused' } },
    },
    partner: { profile: 'sip' },
    state: 'unreachable',
    codes: ['tcp_refused'],
  },
  {
    name: 'no SRV record and a certificate that has ended: clear text is no way out, and is not tried',
    net: withoutRecord({
      '192.0.2.1:5061': certificate({
        names: { dns: ['a.example'], uri: [], ip: [] },
        notAfter: fromNow(-hour),
      }),
    }),
    partner: { profile: 'sip' },
    state: 'misconfigured',
    codes: ['tls_certificate_expired'],
  },
  {
    name: 'Microsoft federation without TLS: clear text is not tried',
    net: behind({ connect: 'tcp_refused' }),
    state: 'unreachable',
    codes: ['tcp_refused'],
  },
];
