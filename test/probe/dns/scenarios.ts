import { clouds } from '../../../src/federation/provider.ts';
import type { DnsRecord } from '../../../src/net/net.ts';
import type { EdgeScript, NetScript } from '../../fakes/scripted-net.ts';
import {
  a,
  addresses,
  answering,
  behind,
  certificate,
  dnsOnly,
  sound,
  srv,
  srvName,
  type Scenario,
} from '../scenario.ts';

export const naptr = (services: string, replacement: string, over: Partial<Naptr> = {}): DnsRecord => ({
  type: 'NAPTR',
  name: 'a.example',
  ttl: 300,
  order: 10,
  preference: 10,
  flags: 's',
  services,
  regexp: '',
  replacement,
  ...over,
});
type Naptr = Extract<DnsRecord, { readonly type: 'NAPTR' }>;

export const alias = (name: string, target: string): DnsRecord => ({ type: 'CNAME', name, ttl: 60, target });
const named = (host: string): EdgeScript => certificate({ names: { dns: [host], uri: [], ip: [] } });
const route = behind(sound).dns;

/** The records that lead a domain's clients to one of Microsoft's clouds. */
const clientsOf = (cloud: string): NonNullable<NetScript['dns']> => ({
  'lyncdiscover.a.example A': [alias('lyncdiscover.a.example', `webdir.${cloud}`), a(`webdir.${cloud}`, '192.0.2.9')],
  'sip.a.example A': [alias('sip.a.example', `sipdir.${cloud}`)],
  '_sip._tls.a.example SRV': [{ ...srv(`sipdir.${cloud}`, { port: 443 }), name: '_sip._tls.a.example' }],
});

/** One target with an address of each family. */
const twoFamilies = (six: EdgeScript, four: EdgeScript): NetScript => ({
  dns: {
    ...route,
    'sip.a.example AAAA': [{ type: 'AAAA', name: 'sip.a.example', ttl: 9, address: '2001:db8::1' }],
  },
  edges: { '192.0.2.1:5061': four, '[2001:db8::1]:5061': six },
});

/** One target, wherever it is, behind which all is well. */
const ledTo = (host: string): Pick<Scenario, 'net'> => ({
  net: {
    dns: { [`${srvName} SRV`]: [srv(host)], ...addresses(host, '192.0.2.1') },
    edges: { '192.0.2.1:5061': named(host) },
  },
});

export const scenarios: readonly Scenario[] = [
  {
    name: 'our resolver over TLS is somebody else',
    net: { dns: { [`${srvName} SRV`]: 'dns_not_authenticated' } },
    state: 'unknown',
    codes: ['dns_resolver_not_authenticated'],
  },
  {
    name: 'our resolver over TLS does not speak TLS when the target is asked for',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': 'dns_tls_failed',
        'sip.a.example AAAA': 'dns_tls_failed',
      },
    },
    state: 'unknown',
    codes: ['dns_resolver_not_authenticated'],
  },
  {
    name: 'SERVFAIL, and records with checking disabled',
    net: { dns: { [`${srvName} SRV`]: 'dns_servfail', [`${srvName} SRV +cd`]: [srv('sip.a.example')] } },
    state: 'unreachable',
    codes: ['dns_dnssec_bogus'],
  },
  {
    name: 'signatures that verify and are late to be renewed',
    net: {
      ...behind(sound),
      dns: {
        ...route,
        [`${srvName} SRV`]: {
          authenticated: true,
          records: [srv('sip.a.example')],
          signatures: [
            { name: srvName, covers: 33, inception: Date.now() / 1000 - 99, expiration: Date.now() / 1000 + 9 },
          ],
        },
      },
    },
    state: 'degraded',
    codes: ['dns_signatures_expiring'],
  },
  {
    name: 'SERVFAIL, and NXDOMAIN with checking disabled: the proof of the no does not verify',
    net: { dns: { [`${srvName} SRV`]: 'dns_servfail', [`${srvName} SRV +cd`]: 'dns_nxdomain' } },
    resolvers: 2,
    state: 'unreachable',
    codes: ['dns_dnssec_bogus'],
  },
  {
    name: 'SERVFAIL, and silence with checking disabled',
    net: { dns: { [`${srvName} SRV`]: 'dns_servfail', [`${srvName} SRV +cd`]: 'silence' } },
    state: 'unknown',
    codes: ['dns_servfail_alone'],
  },
  {
    name: 'the aliases of the record lead in a circle',
    net: { dns: { [`${srvName} SRV`]: [alias(srvName, 'x.a.example'), alias('x.a.example', srvName)] } },
    state: 'unreachable',
    codes: ['dns_alias_loop'],
  },
  {
    name: 'the aliases of the target lead in a circle',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': [alias('sip.a.example', 'sip.a.example')],
        'sip.a.example AAAA': [alias('sip.a.example', 'sip.a.example')],
      },
    },
    state: 'unreachable',
    codes: ['dns_alias_loop', 'dns_target_alias'],
  },
  {
    name: 'the aliases of one target of two lead in a circle',
    net: dnsOnly({
      [`${srvName} SRV`]: [srv('sip.a.example'), srv('old.a.example', { priority: 20 })],
      ...addresses('sip.a.example', '192.0.2.1'),
      'old.a.example A': [alias('old.a.example', 'older.a.example'), alias('older.a.example', 'old.a.example')],
      'old.a.example AAAA': 'dns_nodata',
    }),
    state: 'degraded',
    codes: ['dns_target_without_address', 'dns_target_alias'],
  },
  {
    name: 'an alias that leads to no SRV record',
    net: { dns: { [`${srvName} SRV`]: [alias(srvName, 'x.a.example')] } },
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'two resolvers with different targets: the first is followed',
    net: { ...behind(sound), dns: { ...route, [`${srvName} SRV @192.0.2.54`]: [srv('old.a.example')] } },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_resolvers_disagree'],
  },
  {
    name: 'two resolvers with the same targets in another order',
    net: dnsOnly({
      ...addresses('sip.a.example', '192.0.2.1'),
      ...addresses('sip2.a.example', '192.0.2.1'),
      [`${srvName} SRV`]: [srv('sip.a.example', { port: 5061 }), srv('sip.a.example', { port: 5061, priority: 20 })],
      [`${srvName} SRV @192.0.2.54`]: [srv('sip.a.example', { priority: 7 })],
    }),
    resolvers: 2,
    state: 'healthy',
    codes: [],
  },
  {
    name: 'one resolver of two has no record: a failure that is contradicted is not believed',
    net: {
      ...behind(sound),
      dns: {
        [`${srvName} SRV`]: 'dns_nxdomain',
        [`${srvName} SRV @192.0.2.54`]: [srv('sip.a.example')],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
    },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_resolvers_disagree'],
  },
  {
    name: 'no record, and the clients are led to the cloud that we are in: none is needed',
    net: { dns: { [`${srvName} SRV`]: 'dns_nodata', ...clientsOf('online.lync.com') } },
    ours: 'microsoft-365',
    state: 'unknown',
    codes: ['dns_srv_not_needed', 'dns_client_records'],
  },
  {
    name: 'no record, and the clients are led to another cloud than ours',
    net: { dns: { [`${srvName} SRV`]: 'dns_nodata', ...clientsOf('online.gov.skypeforbusiness.us') } },
    ours: 'microsoft-365',
    state: 'unreachable',
    codes: ['dns_srv_missing', 'dns_client_records'],
  },
  {
    name: 'no record, and the clients are led to servers of the domain, while we are in a cloud',
    net: {
      dns: { [`${srvName} SRV`]: 'dns_nodata', 'lyncdiscover.a.example A': [a('lyncdiscover.a.example', '192.0.2.9')] },
    },
    ours: 'microsoft-365',
    state: 'unreachable',
    codes: ['dns_srv_missing', 'dns_client_records'],
  },
  {
    name: 'no record, and nothing tells what the domain runs',
    net: { dns: { [`${srvName} SRV`]: 'dns_nodata' } },
    ours: 'microsoft-365',
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  ...(['skype-for-business', 'unknown'] as const).map((ours): Scenario => ({
    name: `no record of a domain in a cloud, and we are ${ours}`,
    net: { dns: { [`${srvName} SRV`]: 'dns_nodata', ...clientsOf('online.lync.com') } },
    ours,
    state: 'unreachable',
    codes: ['dns_srv_missing', 'dns_client_records'],
  })),
  {
    name: 'the only address is a private one',
    net: {
      dns: { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '10.1.2.3') },
      edges: { '10.1.2.3:5061': { connect: 'egress_denied' } },
    },
    state: 'unknown',
    codes: ['egress_denied', 'dns_private_address'],
  },
  {
    name: 'a private address beside one that works',
    net: {
      dns: {
        ...route,
        'sip.a.example AAAA': [{ type: 'AAAA', name: 'sip.a.example', ttl: 9, address: 'fd00::1' }],
      },
      edges: { '192.0.2.1:5061': sound, '[fd00::1]:5061': { connect: 'egress_denied' } },
    },
    state: 'degraded',
    codes: ['dns_private_address', 'egress_denied'],
  },
  {
    name: 'a private address in a network that the config allows',
    net: {
      dns: { [`${srvName} SRV`]: [srv('sip.a.example')], ...addresses('sip.a.example', '10.9.2.3') },
      edges: { '10.9.2.3:5061': sound },
    },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'IPv6 is published and dead, IPv4 works',
    net: twoFamilies({ connect: 'silence' }, sound),
    state: 'degraded',
    codes: ['tcp_silent', 'dns_family_dead'],
  },
  {
    name: 'IPv4 is dead, IPv6 works',
    net: twoFamilies(sound, { connect: 'tcp_refused' }),
    state: 'degraded',
    codes: ['tcp_refused', 'dns_family_dead'],
  },
  {
    name: 'both families are dead',
    net: twoFamilies({ connect: 'tcp_refused' }, { connect: 'tcp_refused' }),
    state: 'unreachable',
    codes: ['tcp_refused', 'tcp_refused'],
  },
  {
    name: 'two resolvers have no record',
    net: { dns: { [`${srvName} SRV`]: 'dns_nxdomain', [`${srvName} SRV @192.0.2.54`]: 'dns_nodata' } },
    resolvers: 2,
    state: 'unreachable',
    codes: ['dns_srv_missing'],
  },
  {
    name: 'one resolver of two knows no address of the target',
    net: {
      ...behind(sound),
      dns: {
        ...route,
        'sip.a.example A @192.0.2.53': 'dns_nxdomain',
        'sip.a.example AAAA @192.0.2.53': 'dns_nxdomain',
      },
    },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_resolvers_disagree'],
  },
  {
    name: 'the target is a name that does not exist, say two resolvers',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': 'dns_nxdomain',
        'sip.a.example AAAA': 'dns_nxdomain',
      },
    },
    resolvers: 2,
    state: 'unreachable',
    codes: ['dns_no_address'],
  },
  {
    name: 'the target exists without an address',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example')],
        'sip.a.example A': 'dns_nodata',
        'sip.a.example AAAA': 'dns_nodata',
      },
    },
    state: 'unreachable',
    codes: ['dns_no_address'],
  },
  ...(['dns_malformed', 'dns_truncated', 'dns_timeout', 'dns_unreachable', 'dns_refused'] as const).map(
    (failure): Scenario => ({
      name: `two resolvers, and both end in ${failure}: nothing is held against the partner`,
      net: { dns: { [`${srvName} SRV`]: failure } },
      resolvers: 2,
      state: 'unknown',
      codes: ['dns_resolver_silent'],
    }),
  ),
  {
    name: 'one resolver of two verifies, and the signatures do not',
    net: {
      ...behind(sound),
      dns: {
        ...route,
        [`${srvName} SRV @192.0.2.53`]: 'dns_servfail',
        [`${srvName} SRV +cd @192.0.2.53`]: [srv('sip.a.example')],
      },
    },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_resolvers_disagree'],
  },
  {
    name: 'one resolver of two fails, is silent, or refuses: no disagreement',
    net: { ...behind(sound), dns: { ...route, [`${srvName} SRV @192.0.2.54`]: 'dns_servfail' } },
    resolvers: 2,
    state: 'healthy',
    codes: [],
  },
  {
    name: 'the port of the web without encryption',
    net: {
      dns: { ...route, [`${srvName} SRV`]: [srv('sip.a.example', { port: 80 })] },
      edges: { '192.0.2.1:80': sound },
    },
    state: 'degraded',
    codes: ['dns_port_unusual'],
  },
  {
    name: 'port 443, where Microsoft clients go, too',
    net: {
      dns: { ...route, [`${srvName} SRV`]: [srv('sip.a.example', { port: 443 })] },
      edges: { '192.0.2.1:443': sound },
    },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'a pinned port is our own choice',
    net: {
      dns: { ...addresses('sip.a.example', '192.0.2.1'), [`${srvName} SRV`]: [srv('sip.a.example', { port: 80 })] },
      edges: { '192.0.2.1:80': sound },
    },
    partner: { route: { host: 'sip.a.example', port: 80 } },
    state: 'healthy',
    codes: [],
  },
  ...(
    [
      ['leads to another host', srv('new.a.example'), 'healthy', ['dns_pin_differs']],
      ['leads to another port', srv('sip.a.example', { port: 5070 }), 'healthy', ['dns_pin_differs']],
      ['leads to a cloud', srv('sipfed.online.lync.com'), 'degraded', ['dns_pin_outdated']],
      ['declines', srv('.'), 'healthy', []],
    ] as const
  ).map(([what, record, state, codes]): Scenario => ({
    name: `a pinned route, and a record that ${what}`,
    net: {
      dns: { ...addresses('sip.a.example', '192.0.2.1'), [`${srvName} SRV`]: [record] },
      edges: { '192.0.2.1:5061': sound },
    },
    partner: { route: { host: 'sip.a.example', port: 5061 } },
    state,
    codes,
  })),
  {
    name: 'a pinned edge that is dead, and a record that says where the partner is now',
    net: {
      dns: { ...addresses('sip.a.example', '192.0.2.1'), [`${srvName} SRV`]: [srv('new.a.example')] },
      edges: { '192.0.2.1:5061': { connect: 'tcp_refused' } },
    },
    partner: { route: { host: 'sip.a.example', port: 5061 } },
    state: 'unreachable',
    codes: ['tcp_refused', 'dns_pin_differs'],
  },
  {
    name: 'one target at a provider, one of its own',
    net: {
      dns: {
        [`${srvName} SRV`]: [srv('sip.a.example'), srv('sipfed.online.lync.com', { priority: 20 })],
        ...addresses('sip.a.example', '192.0.2.1'),
        ...addresses('sipfed.online.lync.com', '192.0.2.2'),
      },
      edges: { '192.0.2.1:5061': sound, '192.0.2.2:5061': named('sipfed.online.lync.com') },
    },
    state: 'healthy',
    codes: ['dns_mixed_platforms'],
  },
  {
    name: 'profile sip: NAPTR leads to SIP over TCP under another name',
    net: {
      dns: {
        'a.example NAPTR': [naptr('SIP+D2U', '_sip._udp.a.example', { order: 1 }), naptr('sip+d2t', 'x.a.example')],
        'x.a.example SRV': [{ ...srv('sip.a.example', { port: 5060 }), name: 'x.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      edges: { '192.0.2.1:5060': { replies: answering('200 OK') } },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'profile sip: NAPTR offers UDP and nothing else',
    net: {
      dns: {
        'a.example NAPTR': [naptr('SIP+D2U', 'datagrams.a.example')],
        'datagrams.a.example SRV': [{ ...srv('sip.a.example', { port: 5060 }), name: 'datagrams.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      datagrams: { '192.0.2.1:5060': { replies: answering('200 OK') } },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: ['dns_udp_only'],
  },
  {
    name: 'profile sip: only SRV of UDP',
    net: {
      dns: {
        '_sips._tcp.a.example SRV': 'dns_nxdomain',
        '_sip._tcp.a.example SRV': 'dns_nxdomain',
        '_sip._udp.a.example SRV': [{ ...srv('sip.a.example', { port: 5060 }), name: '_sip._udp.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      datagrams: { '192.0.2.1:5060': { replies: answering('200 OK') } },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: ['dns_udp_only'],
  },
  {
    name: 'profile sip: NAPTR that is silent stops nobody',
    net: {
      dns: {
        'a.example NAPTR': 'dns_servfail',
        '_sips._tcp.a.example SRV': [{ ...srv('sip.a.example'), name: '_sips._tcp.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      edges: { '192.0.2.1:5061': named('a.example') },
    },
    partner: { profile: 'sip' },
    state: 'healthy',
    codes: [],
  },
  {
    name: 'profile sip: only one resolver of two knows the NAPTR records',
    net: {
      dns: {
        'a.example NAPTR @192.0.2.54': [naptr('SIPS+D2T', '_x.a.example')],
        '_x.a.example SRV': [{ ...srv('sip.a.example'), name: '_x.a.example' }],
        ...addresses('sip.a.example', '192.0.2.1'),
      },
      edges: { '192.0.2.1:5061': named('a.example') },
    },
    partner: { profile: 'sip' },
    resolvers: 2,
    state: 'degraded',
    codes: ['dns_resolvers_disagree'],
  },
  // Every cloud of the table: its federation proxy passes, the host of its clients does not.
  ...clouds.flatMap(({ name, hosts, clientHosts: [client = ''] }) => [
    ...hosts.map((host): Scenario => ({ ...ledTo(host), name: `${name} as target`, state: 'healthy', codes: [] })),
    {
      ...ledTo(client),
      name: `${name}: the host of its clients`,
      state: 'misconfigured',
      codes: ['dns_srv_foreign'],
    } as const,
  ]),
];
