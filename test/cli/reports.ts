import type { Finding } from '../../src/federation/finding.ts';
import { shownReport, type ShownReport } from '../../src/cli/shown.ts';
import type { CheckReport, EdgeReport } from '../../src/probe/report.ts';
import { provenBy } from '../../src/probe/sip/responses.ts';

const proven = {
  dns: 'proven',
  tcp: 'proven',
  tls: 'proven',
  admission: 'proven',
  sip: 'proven',
  policy: 'not_proven',
} as const;
const route = {
  pinned: false,
  asked: ['_sipfederationtls._tcp.contoso.com'],
  provider: null,
  targets: [],
  reply: null,
  words: [],
};

function edge(host: string, address: string, over: Partial<EdgeReport> = {}): EdgeReport {
  return {
    transport: 'tls',
    host,
    port: 5061,
    address,
    serverName: host,
    options: true,
    at: '2026-03-01T10:00:01.000Z',
    status: 'up',
    tls: {
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      verification: 'ok',
      offeredCertificate: true,
      chain: [
        {
          subject: `CN=${host}`,
          commonName: host,
          issuer: 'CN=Example CA',
          serial: '01',
          fingerprint256: 'AA',
          notBefore: '2026-01-01T00:00:00.000Z',
          notAfter: '2026-06-01T00:00:00.000Z',
          names: { dns: [host], uri: [], ip: [] },
          namesTotal: 1,
          extendedKeyUsage: null,
          keyType: 'ec',
          keyBits: 256,
          isCa: false,
        },
      ],
    },
    sip: {
      requestUri: 'sip:sip.contoso.com',
      status: 200,
      reason: 'OK',
      provisional: 0,
      server: 'RTC/7.0',
      retryAfterSeconds: null,
      warning: null,
      allow: null,
      diagnostics: [],
      proves: provenBy(200, null),
    },
    findings: [],
    ...over,
  };
}

const aLetter = { subject: 'SIP federation', text: 'Please look.\n' };

const healthyReport: CheckReport = {
  schema: 'fedmon.check/1',
  domain: 'contoso.com',
  profile: 'microsoft-federation',
  vantage: 'paris-1',
  at: '2026-03-01T10:00:00.000Z',
  tookMs: 143,
  state: 'healthy',
  cause: null,
  consequences: [],
  layers: proven,
  route,
  edges: [edge('sip.contoso.com', '192.0.2.1')],
  findings: [],
  steps: [
    { name: 'srv_lookup', target: '_sipfederationtls._tcp.contoso.com', startedMs: 0, tookMs: 12.25, failure: null },
    { name: 'tcp_connect', target: 'sip.contoso.com:5061 (192.0.2.1)', startedMs: 0, tookMs: 20, failure: null },
  ],
};

export const healthy = shownReport(healthyReport, []);

const refused: Finding = {
  code: 'tcp_refused',
  severity: 'fail',
  layer: 'tcp',
  endpoint: 'sip2.fabrikam.com:5061 ([2001:db8::1])',
  args: {},
  summary: 'sip2.fabrikam.com:5061 ([2001:db8::1]) refuses the connection.',
};
const shape: Finding = {
  code: 'dns_srv_shape',
  severity: 'warn',
  layer: 'dns',
  endpoint: null,
  args: {},
  summary: 'The SRV target is the domain itself, which some partners refuse.',
};
const hostile: Finding = {
  code: 'sip_answer_note',
  severity: 'note',
  layer: 'sip',
  endpoint: 'sip1.fabrikam.com:5061 (192.0.2.2)',
  args: {},
  summary: 'Said \u001b]0;pwned\u0007 and \u202edrawkcab\u202c.',
};

/** One edge of two is dead, and the living one sends texts that try to steer the terminal. */
export const degraded: ShownReport = {
  ...healthy,
  domain: 'fabrikam.com',
  tookMs: 2143,
  state: 'degraded',
  cause: {
    layer: 'tcp',
    code: 'tcp_refused',
    side: 'theirs',
    confidence: 'likely',
    letter: aLetter,
    title: 'Connection refused',
    summary: refused.summary,
    action: 'Ask the partner whether its Access Edge service runs and listens on this port.',
    runbook: 'fedmon explain tcp_refused',
  },
  consequences: ['dns_srv_shape'],
  edges: [
    edge('sip1.fabrikam.com', '192.0.2.2', {
      sip: {
        requestUri: 'sip:sip.fabrikam.com',
        status: 404,
        reason: 'Not \u001b[2JFound',
        provisional: 1,
        server: 'x\u0000y\r\nVia: z',
        retryAfterSeconds: 30,
        warning: null,
        allow: null,
        diagnostics: ['1008;reason="Unable to resolve DNS SRV record"'],
        proves: provenBy(404, null),
      },
      findings: [hostile],
    }),
    edge('sip2.fabrikam.com', '2001:db8::1', { status: 'down', tls: null, sip: null, findings: [refused] }),
  ],
  findings: [refused, shape, hostile],
  steps: [
    { name: 'srv_lookup', target: '_sipfederationtls._tcp.fabrikam.com', startedMs: 0, tookMs: 1812.5, failure: null },
    {
      name: 'tcp_connect',
      target: 'sip2.fabrikam.com:5061 ([2001:db8::1])',
      startedMs: 0,
      tookMs: 3,
      failure: { code: 'tcp_refused', detail: 'connect ECONNREFUSED\u001b[31m' },
    },
  ],
};

const deniedFinding: Finding = {
  ...refused,
  code: 'egress_denied',
  severity: 'unproven',
  endpoint: 'sip.inside.example:5061 (10.1.2.3)',
  summary: 'sip.inside.example:5061 (10.1.2.3) was not contacted: 10.1.2.3 is not a public address.',
};

/** The edge has a private address, and its host has addresses of one family only. */
export const denied: ShownReport = {
  ...degraded,
  domain: 'inside.example',
  state: 'unknown',
  cause: {
    layer: 'tcp',
    code: 'egress_denied',
    side: 'ours',
    confidence: 'certain',
    letter: null,
    title: 'Our egress policy forbids this address or port',
    summary: deniedFinding.summary,
    action: 'Allow its range in egress.allow.',
    runbook: 'fedmon explain egress_denied',
  },
  consequences: [],
  layers: { ...proven, tcp: 'not_proven', tls: 'not_proven', admission: 'not_proven', sip: 'not_proven' },
  edges: [edge('sip.inside.example', '10.1.2.3', { status: 'unproven', tls: null, sip: null })].map((each) => ({
    ...each,
    findings: [deniedFinding],
  })),
  findings: [deniedFinding],
  steps: (
    [
      ['sip.inside.example A', null],
      ['sip.inside.example AAAA', 'dns_nodata'],
      ['alone.inside.example AAAA', 'dns_nodata'],
    ] as const
  ).map(([target, code]) => ({
    name: 'address_lookup',
    target,
    startedMs: 1,
    tookMs: 2,
    failure: code === null ? null : { code, detail: `no such record at ${target}` },
  })),
};

const missing: Finding = {
  code: 'dns_srv_missing',
  severity: 'fail',
  layer: 'dns',
  endpoint: null,
  args: {},
  summary: '_sipfederationtls._tcp.adatum.com has no SRV record (the name does not exist).',
};

export const unreachable: ShownReport = {
  ...healthy,
  domain: 'adatum.com',
  state: 'unreachable',
  cause: {
    layer: 'dns',
    code: 'dns_srv_missing',
    side: 'theirs',
    confidence: 'likely',
    letter: aLetter,
    title: 'No federation record in DNS',
    summary: missing.summary,
    action: 'Ask the partner to publish the SRV record | or pin a route.',
    runbook: 'fedmon explain dns_srv_missing',
  },
  layers: {
    dns: 'failed',
    tcp: 'not_proven',
    tls: 'not_proven',
    admission: 'not_proven',
    sip: 'not_proven',
    policy: 'not_proven',
  },
  edges: [],
  findings: [missing],
  steps: [
    {
      name: 'srv_lookup',
      target: '_sipfederationtls._tcp.adatum.com',
      startedMs: 0,
      tookMs: 12,
      failure: { code: 'dns_nxdomain', detail: 'the name does not exist' },
    },
  ],
};

/** Our resolver is away: nothing could be run at all. */
export const blind: ShownReport = {
  ...unreachable,
  domain: 'blind.example',
  state: 'unknown',
  cause: {
    layer: 'dns',
    code: 'dns_resolver_silent',
    side: 'ours',
    confidence: 'certain',
    letter: null,
    title: 'Our resolver did not answer',
    summary: 'No resolver answered within 5 s.',
    action: 'Check the resolver.',
    runbook: 'fedmon explain dns_resolver_silent',
  },
  layers: { ...unreachable.layers, dns: 'not_proven' },
  findings: [
    { ...missing, code: 'dns_resolver_silent', severity: 'unproven', summary: 'No resolver answered within 5 s.' },
  ],
};

/** Planned work, and the examination finds what was to be expected. */
export const planned = shownReport({ ...unreachable, domain: 'moving.example', state: 'unreachable' }, [
  {
    partners: ['moving.example'],
    fromMs: Date.UTC(2026, 2, 1, 9),
    untilMs: Date.UTC(2026, 2, 1, 12),
    reason: 'new | edge',
  },
]);
