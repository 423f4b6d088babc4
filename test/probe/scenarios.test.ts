import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { systemClock } from '../../src/net/clock.ts';
import { withClearText } from '../../src/probe/clear-text.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { letterAbout } from '../../src/probe/letter.ts';
import { explain, findingCodes, probes } from '../../src/probe/registry.ts';
import { report } from '../../src/probe/report.ts';
import { review } from '../../src/probe/review.ts';
import { aPartner, writer } from '../federation/samples.ts';
import { scriptedNet, type DnsScript } from '../fakes/scripted-net.ts';
import { assertSendable } from './sendable.ts';
import {
  a,
  addresses,
  answering,
  behind,
  certificate,
  dnsOnly,
  fromNow,
  good,
  hour,
  sipAnswer,
  sound,
  srv,
  srvName,
  type Scenario,
} from './scenario.ts';

function settingsWith({ resolvers = 1, ourDomain: domain = 'mon.example', ours }: Partial<Scenario>) {
  const servers = Array.from({ length: resolvers }, (_, at) => ({ address: `192.0.2.${String(53 + at)}`, port: 53 }));
  return settingsOf({
    dns: { servers },
    identity: { domain, contact: 'https://mon.example', ...(ours === undefined ? {} : { platform: ours }) },
    egress: { allow: ['10.9.0.0/16'] },
  });
}
/** Five hosts of eight addresses each. */
const fiveHosts = [0, 1, 2, 3, 4].map((at) => `sip${String(at)}.a.example`);
const wide: Record<string, DnsScript> = {};
for (const [at, host] of fiveHosts.entries()) {
  wide[`${host} A`] = Array.from({ length: 8 }, (_, n) => a(host, `192.0.2.${String(at * 8 + n)}`));
  wide[`${host} AAAA`] = 'dns_nodata';
}

const own: readonly Scenario[] = [
  { name: 'everything works', net: behind(sound), state: 'healthy', codes: [] },
  {
    name: 'NXDOMAIN',
    net: { dns: { [`${srvName} SRV`]: 'dns_nxdomain' } },
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'NODATA',
    net: { dns: { [`${srvName} SRV`]: 'dns_nodata' } },
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'SERVFAIL',
    net: { dns: { [`${srvName} SRV`]: 'dns_servfail' } },
    state: 'unknown',
    codes: ['dns_servfail_alone'],
  },
  {
    name: 'SERVFAIL of two resolvers',
    net: { dns: { [`${srvName} SRV`]: 'dns_servfail' } },
    resolvers: 2,
    state: 'unreachable',
    codes: ['dns_servfail'],
  },
  {
    name: 'one family is not answered, the other works',
    net: { ...behind(sound), dns: { ...behind(sound).dns, 'sip.a.example AAAA': 'dns_servfail' } },
    state: 'degraded',
    codes: ['dns_family_unanswered'],
  },
  {
    name: 'one family is not answered, the other is dead: not proven to be unreachable',
    net: {
      dns: { ...behind(sound).dns, 'sip.a.example AAAA': 'silence' },
      edges: { '192.0.2.1:5061': { connect: 'tcp_refused' } },
    },
    state: 'unknown',
    codes: ['dns_family_unanswered', 'tcp_refused'],
  },
  {
    name: 'the only target in the domain leads nowhere: the foreign one is no rescue',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('backup.b.example', { priority: 20 })],
        'sip.a.example A': 'dns_nxdomain',
        'sip.a.example AAAA': 'dns_nxdomain',
        ...addresses('backup.b.example', '192.0.2.2'),
      },
      edges: { '192.0.2.2:5061': certificate({ names: { dns: ['backup.b.example'], uri: [], ip: [] } }) },
    },
    state: 'misconfigured',
    codes: ['dns_srv_foreign', 'dns_target_without_address'],
  },
  {
    name: 'SERVFAIL about a backup target, of two resolvers: the partner still works',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('old.a.example', { priority: 20 })],
        ...addresses('sip.a.example', '192.0.2.1'),
        'old.a.example A': 'dns_servfail',
        'old.a.example AAAA': 'dns_servfail',
      },
      edges: { '192.0.2.1:5061': sound },
    },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_target_without_address'],
  },
  {
    name: 'profile sip: no SRV and no address',
    net: {
      dns: {
        '_sips._tcp.a.example SRV': 'dns_nxdomain',
        '_sip._tcp.a.example SRV': 'dns_nxdomain',
        '_sip._udp.a.example SRV': 'dns_nxdomain',
        'a.example NAPTR': 'dns_nxdomain',
        'a.example A': 'dns_nxdomain',
        'a.example AAAA': 'dns_nxdomain',
      },
    },
    partner: { profile: 'sip' },
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'one target of two outside the domain',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('backup.b.example', { priority: 20 })],
        ...addresses('sip.a.example', '192.0.2.1'),
        ...addresses('backup.b.example', '192.0.2.2'),
      },
      edges: {
        '192.0.2.1:5061': sound,
        '192.0.2.2:5061': certificate({ names: { dns: ['backup.b.example'], uri: [], ip: [] } }),
      },
    },
    state: 'degraded',
    codes: ['dns_srv_partly_foreign'],
  },
  {
    name: 'the resolver refuses us',
    net: { dns: { [`${srvName} SRV`]: 'dns_refused' } },
    state: 'unknown',
    codes: ['dns_resolver_silent'],
  },
  {
    name: 'the resolver is silent',
    net: { dns: { [`${srvName} SRV`]: 'silence' } },
    state: 'unknown',
    codes: ['dns_resolver_silent'],
  },
  {
    name: 'the null target',
    net: { dns: { [`${srvName} SRV`]: [srv('.')] } },
    state: 'unreachable',
    codes: ['dns_declined'],
  },
  {
    name: 'a target in a foreign domain',
    net: {
      dns: { [`${srvName} SRV`]: [srv('sip.b.example')], ...addresses('sip.b.example', '192.0.2.1') },
      edges: { '192.0.2.1:5061': certificate({ names: { dns: ['sip.b.example'], uri: [], ip: [] } }) },
    },
    state: 'misconfigured',
    codes: ['dns_srv_foreign'],
  },
  {
    name: 'a target two labels below the domain',
    net: {
      dns: { [`${srvName} SRV`]: [srv('edge.sub.a.example')], ...addresses('edge.sub.a.example', '192.0.2.1') },
      edges: { '192.0.2.1:5061': certificate({ names: { dns: ['edge.sub.a.example'], uri: [], ip: [] } }) },
    },
    state: 'misconfigured',
    codes: ['dns_srv_foreign'],
  },
  {
    name: 'a known hosting provider',
    net: {
      dns: { [`${srvName} SRV`]: [srv('sipfed.online.lync.com')], ...addresses('sipfed.online.lync.com', '192.0.2.1') },
      edges: { '192.0.2.1:5061': certificate({ names: { dns: ['*.online.lync.com'], uri: [], ip: [] } }) },
    },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'the domain itself as target',
    net: {
      dns: { [`${srvName} SRV`]: [srv('a.example')], ...addresses('a.example', '192.0.2.1') },
      edges: { '192.0.2.1:5061': certificate({ names: { dns: ['a.example'], uri: [], ip: [] } }) },
    },
    state: 'degraded',
    codes: ['dns_srv_shape'],
  },
  {
    name: 'a target that is not a host name beside a good one',
    net: {
      ...behind(sound),
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('<b>.a.example')],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
    },
    state: 'degraded',
    codes: ['dns_srv_invalid'],
  },
  {
    name: 'only targets that are not host names',
    net: { dns: { [`${srvName} SRV`]: [srv('a b.example')] } },
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'a target that is an alias',
    net: {
      ...behind(sound),
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': [
          { type: 'CNAME', name: 'sip.a.example', ttl: 9, target: 'x.a.example' },
          a('x.a.example', '192.0.2.1'),
        ],
        'sip.a.example AAAA': 'dns_nodata',
      },
    },
    state: 'healthy',
    codes: ['dns_target_alias'],
  },
  {
    name: 'a target without address',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': 'dns_nxdomain',
        'sip.a.example AAAA': 'dns_nxdomain',
      },
    },
    state: 'unreachable',
    codes: ['dns_no_address'],
  },
  {
    name: 'one of two targets without address',
    net: dnsOnly({
      [`${srvName} SRV`]: [srv('sip.a.example'), srv('old.a.example', { priority: 20 })],
      ...addresses('sip.a.example', '192.0.2.1'),
      'old.a.example A': 'dns_nodata',
      'old.a.example AAAA': 'dns_nodata',
    }),
    state: 'degraded',
    codes: ['dns_target_without_address'],
  },
  {
    name: 'more addresses than we follow',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': Array.from({ length: 9 }, (_, at) => a('sip.a.example', `192.0.2.${String(at + 1)}`)),
        'sip.a.example AAAA': 'dns_nodata',
      },
      edges: Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`192.0.2.${String(at + 1)}:5061`, sound])),
    },
    state: 'healthy',
    codes: ['dns_capped'],
  },
  { name: 'connection refused', net: behind({ connect: 'tcp_refused' }), state: 'unreachable', codes: ['tcp_refused'] },
  {
    name: 'direct routing: an SBC that is silent may well filter us',
    net: { dns: addresses('a.example', '192.0.2.1'), edges: { '192.0.2.1:5061': { connect: 'silence' } } },
    partner: { profile: 'direct-routing' },
    state: 'unknown',
    codes: ['filtered_or_down'],
  },
  {
    name: 'direct routing: Microsoft’s own endpoints filter nobody',
    net: {
      dns: addresses('sip.pstnhub.microsoft.com', '192.0.2.1'),
      edges: { '192.0.2.1:5061': { connect: 'silence' } },
    },
    partner: { profile: 'direct-routing', domain: 'sip.pstnhub.microsoft.com' },
    state: 'unreachable',
    codes: ['tcp_silent'],
  },
  { name: 'TCP silence', net: behind({ connect: 'silence' }), state: 'unreachable', codes: ['tcp_silent'] },
  { name: 'no route', net: behind({ connect: 'tcp_unreachable' }), state: 'unreachable', codes: ['tcp_unreachable'] },
  {
    name: 'another connect error',
    net: behind({ connect: 'unclassified' }),
    state: 'unreachable',
    codes: ['tcp_failed'],
  },
  {
    name: 'the egress policy says no',
    net: behind({ connect: 'egress_denied' }),
    state: 'unknown',
    codes: ['egress_denied'],
  },
  {
    name: 'out of file descriptors',
    net: behind({ connect: 'local_resource' }),
    state: 'unknown',
    codes: ['local_resource'],
  },
  {
    name: 'no IPv6 here, IPv4 works',
    net: {
      dns: {
        ...behind(sound).dns,
        'sip.a.example AAAA': [{ type: 'AAAA', name: 'sip.a.example', ttl: 9, address: '2001:db8::1' }],
      },
      edges: { '192.0.2.1:5061': sound, '[2001:db8::1]:5061': { connect: 'no_route_of_family' } },
    },
    state: 'healthy',
    codes: ['tcp_family_missing'],
  },
  {
    name: 'only IPv6, and none here',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': 'dns_nodata',
        'sip.a.example AAAA': [{ type: 'AAAA', name: 'sip.a.example', ttl: 9, address: '2001:db8::1' }],
      },
      edges: { '[2001:db8::1]:5061': { connect: 'no_route_of_family' } },
    },
    state: 'unknown',
    codes: ['tcp_family_missing'],
  },
  {
    name: 'more edges than we connect to',
    net: {
      dns: {
        [`${srvName} SRV`]: Array.from({ length: 5 }, (_, at) => srv(`sip${String(at)}.a.example`)),
        ...wide,
      },
      // The 33rd would be a call that was not announced.
      edges: Object.fromEntries(
        Array.from({ length: 32 }, (_, at) => [
          `192.0.2.${String(at)}:5061`,
          certificate({ names: { dns: fiveHosts, uri: [], ip: [] } }),
        ]),
      ),
    },
    state: 'healthy',
    codes: ['dns_capped'],
  },
  {
    name: 'one target of two refuses',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('sip2.a.example', { priority: 20 })],
        ...addresses('sip.a.example', '192.0.2.1'),
        ...addresses('sip2.a.example', '192.0.2.2'),
      },
      edges: { '192.0.2.1:5061': sound, '192.0.2.2:5061': { connect: 'tcp_refused' } },
    },
    state: 'degraded',
    codes: ['tcp_refused'],
  },
  { name: 'TLS silence', net: behind({ tls: { failure: 'silence' } }), state: 'unreachable', codes: ['tls_silent'] },
  { name: 'not TLS', net: behind({ tls: { failure: 'tls_not_tls' } }), state: 'unreachable', codes: ['tls_not_tls'] },
  {
    name: 'cut off in the handshake',
    net: behind({ tls: { failure: 'tls_reset' } }),
    state: 'unreachable',
    codes: ['tls_closed'],
  },
  {
    name: 'no common version',
    net: behind({ tls: { failure: 'tls_version' } }),
    state: 'misconfigured',
    codes: ['tls_version'],
  },
  {
    name: 'no common suite',
    net: behind({ tls: { failure: 'tls_no_shared_parameters' } }),
    state: 'misconfigured',
    codes: ['tls_no_shared_parameters'],
  },
  {
    name: 'another alert',
    net: behind({ tls: { failure: 'tls_alert' } }),
    state: 'unreachable',
    codes: ['tls_failed'],
  },
  {
    name: 'no certificate',
    net: behind({ ...sound, tls: { chain: [] } }),
    state: 'misconfigured',
    codes: ['tls_no_certificate'],
  },
  {
    name: 'expired',
    net: behind(
      certificate({ notBefore: fromNow(-100 * hour), notAfter: fromNow(-hour) }, { verification: 'CERT_HAS_EXPIRED' }),
    ),
    state: 'misconfigured',
    codes: ['tls_certificate_expired'],
  },
  {
    name: 'not yet valid',
    net: behind(
      certificate({ notBefore: fromNow(hour), notAfter: fromNow(100 * hour) }, { verification: 'CERT_NOT_YET_VALID' }),
    ),
    state: 'misconfigured',
    codes: ['tls_certificate_not_yet_valid'],
  },
  {
    name: 'about to expire',
    net: behind(certificate({ notBefore: fromNow(-90 * hour), notAfter: fromNow(12 * hour) })),
    state: 'degraded',
    codes: ['tls_certificate_expiring'],
  },
  {
    name: 'an eighth and a little left',
    net: behind(certificate({ notBefore: fromNow(-86 * hour), notAfter: fromNow(14 * hour) })),
    state: 'healthy',
    codes: ['tls_renewal_due'],
  },
  {
    name: 'another name',
    net: behind(certificate({ names: { dns: ['www.a.example'], uri: [], ip: [] } })),
    state: 'misconfigured',
    codes: ['tls_name_mismatch'],
  },
  {
    name: 'the name only as common name',
    net: behind(certificate({ names: { dns: [], uri: [], ip: [] }, namesTotal: 0 })),
    state: 'misconfigured',
    codes: ['tls_name_mismatch'],
  },
  {
    name: 'more names than are kept, ours not among them',
    net: behind(certificate({ names: { dns: ['www.a.example'], uri: [], ip: [] }, namesTotal: 101 })),
    state: 'unknown',
    codes: ['tls_names_capped'],
  },
  {
    name: 'expired, and the chain leads nowhere: OpenSSL tells only the date',
    net: behind(
      certificate(
        { notBefore: fromNow(-100 * hour), notAfter: fromNow(-hour) },
        { verification: 'CERT_HAS_EXPIRED', rooted: false },
      ),
    ),
    state: 'misconfigured',
    codes: ['tls_untrusted', 'tls_certificate_expired'],
  },
  {
    name: 'not for servers',
    net: behind(certificate({}, { verification: 'INVALID_PURPOSE' })),
    state: 'misconfigured',
    codes: ['tls_wrong_purpose'],
  },
  {
    name: 'unknown issuer',
    net: behind(certificate({}, { verification: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })),
    state: 'misconfigured',
    codes: ['tls_untrusted'],
  },
  {
    name: 'expired and self-signed: both are said',
    net: behind(
      certificate(
        { notBefore: fromNow(-100 * hour), notAfter: fromNow(-hour) },
        { verification: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      ),
    ),
    state: 'misconfigured',
    codes: ['tls_self_signed', 'tls_certificate_expired'],
  },
  {
    name: 'our certificate refused inside the handshake',
    net: behind({
      ...sound,
      tls: { chain: [good], verification: null, failure: 'peer_refused_certificate', offeredCertificate: true },
    }),
    state: 'refused',
    codes: ['admission_refused'],
  },
  {
    name: 'our certificate refused after the handshake',
    net: behind({
      tls: { chain: [good], offeredCertificate: true },
      admitted: 'peer_refused_certificate',
      replies: () => 'peer_refused_certificate',
    }),
    state: 'refused',
    codes: ['admission_refused'],
  },
  {
    name: 'reset right after our certificate, inside a TLS 1.2 handshake',
    net: behind({
      ...sound,
      tls: { chain: [good], verification: 'ok', failure: 'tls_reset', offeredCertificate: true },
    }),
    state: 'refused',
    codes: ['admission_closed'],
  },
  {
    name: 'a certificate is required and we have none',
    net: behind({
      tls: { chain: [good] },
      admitted: 'peer_refused_certificate',
      replies: () => 'peer_refused_certificate',
    }),
    state: 'refused',
    codes: ['admission_certificate_required'],
  },
  {
    name: 'hung up right after the handshake',
    net: behind({ tls: { chain: [good] }, admitted: 'connection_reset', replies: () => 'connection_reset' }),
    state: 'refused',
    codes: ['admission_closed', 'sip_closed'],
  },
  { name: 'SIP silence', net: behind({ ...sound, replies: () => [] }), state: 'unreachable', codes: ['sip_silent'] },
  {
    name: 'only provisional',
    net: behind(sipAnswer(answering('100 Trying'))),
    state: 'unreachable',
    codes: ['sip_no_final'],
  },
  {
    name: 'hung up instead of an answer',
    net: behind({ ...sound, admitted: 'session_ticket', replies: () => null }),
    state: 'unreachable',
    codes: ['sip_closed'],
  },
  {
    name: 'HTTP on the port',
    net: behind(sipAnswer(() => ['HTTP/1.1 400 Bad Request\r\n\r\n'])),
    state: 'unreachable',
    codes: ['sip_not_sip'],
  },
  {
    name: 'a broken answer',
    net: behind(sipAnswer(() => ['SIP/2.0 200 OK\r\nbroken\r\n\r\n'])),
    state: 'unreachable',
    codes: ['sip_malformed'],
  },
  {
    name: 'another SIP error',
    net: behind(sipAnswer(() => 'unclassified')),
    state: 'unreachable',
    codes: ['sip_failed'],
  },
  { name: '403', net: behind(sipAnswer(answering('403 Forbidden'))), state: 'refused', codes: ['sip_forbidden'] },
  {
    name: '503',
    net: behind(sipAnswer(answering('503 Busy', 'Retry-After: 30\r\n'))),
    state: 'degraded',
    codes: ['sip_unavailable'],
  },
  {
    name: '504',
    net: behind(sipAnswer(answering('504 Server time-out'))),
    state: 'degraded',
    codes: ['sip_server_timeout'],
  },
  {
    name: '500',
    net: behind(sipAnswer(answering('500 Server Internal Error'))),
    state: 'degraded',
    codes: ['sip_server_error'],
  },
  {
    name: '405',
    net: behind(sipAnswer(answering('405 Method Not Allowed'))),
    state: 'healthy',
    codes: ['sip_answer_unusual'],
  },
  {
    name: 'a pinned route without a record beside it',
    net: {
      dns: { ...addresses('edge.a.example', '192.0.2.1'), [`${srvName} SRV`]: 'dns_nxdomain' },
      edges: { '192.0.2.1:5070': certificate({ names: { dns: ['edge.a.example'], uri: [], ip: [] } }) },
    },
    partner: { route: { host: 'edge.a.example', port: 5070 } },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'profile sip: no SIPS service, plain SIP over TCP',
    net: {
      dns: {
        '_sips._tcp.a.example SRV': 'dns_nodata',
        '_sip._tcp.a.example SRV': [{ ...srv('sip.a.example', { port: 5060 }), name: '_sip._tcp.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      edges: { '192.0.2.1:5060': { replies: answering('200 OK') } },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'profile sip: no SRV at all, the domain itself answers (RFC 3263 §4.2)',
    net: {
      dns: {
        // An alias that leads to no SRV record is no SRV record.
        '_sips._tcp.a.example SRV': [{ type: 'CNAME', name: '_sips._tcp.a.example', ttl: 9, target: 'x.example' }],
        '_sip._tcp.a.example SRV': 'dns_nxdomain',
        ...addresses('a.example', '192.0.2.1'),
      },
      edges: { '192.0.2.1:5061': certificate({ names: { dns: ['a.example'], uri: [], ip: [] } }) },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'direct routing: TLS alone, no OPTIONS',
    net: {
      dns: addresses('a.example', '192.0.2.1'),
      edges: {
        '192.0.2.1:5061': {
          tls: { chain: [{ ...good, names: { dns: ['a.example'], uri: [], ip: [] } }] },
          admitted: 'silence',
        },
      },
    },
    partner: { profile: 'direct-routing' },
    state: 'healthy',
    codes: [],
  },
];

/** Those that kinds keep in their own folders. */
const more = await Promise.all(
  globSync('*/scenarios.ts', { cwd: import.meta.dirname }).map(
    (file) => import(`./${file}`) as Promise<{ readonly scenarios: readonly Scenario[] }>,
  ),
);
const scenarios = [...own, ...more.flatMap((each) => each.scenarios)];

const seen = new Set<string>();

async function examine(scenario: Scenario): Promise<{
  route: RouteEvidence;
  edges: Map<string, EdgeEvidence>;
  partner: Partner;
  calls: readonly string[];
  open: number;
}> {
  const net = scriptedNet(scenario.net);
  const partner = aPartner(scenario.partner?.domain ?? 'a.example', {
    timeoutMs: 160,
    owner: 'owner-canary',
    tier: 'tier-canary',
    ...scenario.partner,
  });
  const world = { net, clock: systemClock };
  const asked = settingsWith(scenario);
  let route = await examineRoute(partner, 1_000, asked, world);
  const edges = new Map<string, EdgeEvidence>();
  for (let seen = 0; seen < route.edges.length; route = withClearText(route, edges)) {
    for (const edge of route.edges.slice(seen)) {
      const evidence = await examineEdge(edge, 1_000, partner.timeoutMs, asked, world, { record: 'asked' });
      const told = scenario.versions === undefined ? evidence : toldVersions(evidence, scenario.versions);
      edges.set(edgeId(edge), scenario.kept === undefined ? told : keptFromBefore(told, scenario.kept));
    }
    seen = route.edges.length;
  }
  return { route, edges, partner, calls: net.calls, open: net.open() };
}

/** As the service carries an answer from slot to slot while the peer asked us to wait. */
function keptFromBefore(evidence: EdgeEvidence, kept: NonNullable<Scenario['kept']>): EdgeEvidence {
  const observations = evidence.observations.map((each) => (each.kind === 'sip' ? { ...each, kept } : each));
  return { ...evidence, observations };
}

/** As `check --versions` adds them to the evidence. */
function toldVersions(evidence: EdgeEvidence, versions: Scenario['versions']): EdgeEvidence {
  const observations = evidence.observations.map((each) =>
    each.kind === 'tls' ? { ...each, facts: { ...(each.facts as object), versions } } : each,
  );
  return { ...evidence, observations };
}

describe('scenarios: these codes and no others', () => {
  for (const scenario of scenarios) {
    test(scenario.name, async () => {
      const { route, edges, partner, open } = await examine(scenario);
      const diagnosis = review(route, edges);
      const made = report({ partner, vantage: 'vantage-canary', route, edges, diagnosis, tookMs: 1, writer });
      const { findings } = made;
      for (const finding of findings) {
        const occasion = { domain: partner.domain, finding, shown: made, since: made.at, writer };
        const letter = letterAbout(occasion, explain(finding.code));
        if (letter !== null) assertSendable(letter, ['canary', '192.0.2.53', '192.0.2.54']);
      }
      findings.forEach((each) => seen.add(each.code));
      assert.deepEqual(
        { state: diagnosis.state, codes: findings.map((each) => each.code) },
        { state: scenario.state, codes: scenario.codes },
      );
      assert.equal(open, 0, 'every connection was closed');
      // Evidence is JSON-safe, and judging it again gives the same opinion.
      const again = JSON.parse(JSON.stringify([route, [...edges]])) as [RouteEvidence, [string, EdgeEvidence][]];
      assert.deepEqual(review(again[0], new Map(again[1])), JSON.parse(JSON.stringify(diagnosis)));
    });
  }

  after(() => {
    const codes = [...new Set(Object.values(probes).flatMap((probe) => Object.keys(probe.findings.rows)))];
    assert.deepEqual(
      codes.filter((code) => !seen.has(code)),
      [],
      'every finding of a kind has a scenario',
    );
    assert.ok(codes.length < findingCodes.length);
  });
});

test('one connection gives TLS and SIP', async () => {
  const { calls } = await examine({ name: '', net: behind(sound), state: 'healthy', codes: [] });
  assert.deepEqual(
    calls.map((call) => call.split('\r\n')[0]),
    [
      `ask ${srvName} SRV`,
      'ask sip.a.example A',
      'ask sip.a.example AAAA',
      'connect 192.0.2.1:5061',
      'secure sip.a.example',
      'admitted',
      'send OPTIONS sip:sip.a.example SIP/2.0',
    ],
  );
});

test('a bug is thrown, not recorded as a partner’s failure', async () => {
  await assert.rejects(examine({ name: '', net: {}, state: 'healthy', codes: [] }), /not announced/);
});
