import type { Baseline } from '../../src/federation/baseline.ts';
import type { DriftChange, DriftKind } from '../../src/federation/drift.ts';
import type { CertificateFacts } from '../../src/federation/certificate.ts';
import type { Edge } from '../../src/federation/edge.ts';
import type { LedgerEntry } from '../../src/federation/ledger.ts';
import { sampleRequest } from '../../src/probe/sip/request.ts';
import type { Finding } from '../../src/federation/finding.ts';
import type { EdgeEvidence, Observation, RouteEvidence, Step } from '../../src/federation/observation.ts';
import type { OwnReport } from '../../src/federation/own-report.ts';
import type { Standing, StandingChange } from '../../src/federation/standing.ts';
import type { JudgedState } from '../../src/federation/state.ts';
import type { Store } from '../../src/store/store.ts';

/** Values of the size and shape that examinations write. */

/** How long they are kept where nothing depends on it. */
export const keepMs = 3_600_000;

export function edge(number: number): Edge {
  const host = `edge${String(number)}.hosting.test`;
  return {
    transport: 'tls',
    host,
    port: 5061,
    address: `192.0.2.${String(number % 256)}`,
    serverName: host,
    options: true,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function step(name: Step['name'], target: string, failure: Step['failure'] = null): Step {
  return { name, target, startedMs: 1.5, tookMs: 12.25, failure };
}

function observation(
  kind: Observation<unknown>['kind'],
  slotMs: number,
  steps: readonly Step[],
  facts: unknown,
): Observation<unknown> {
  return { kind, at: iso(slotMs), steps, facts };
}

export function routeEvidence(domain: string, slotMs: number, edges: readonly Edge[]): RouteEvidence {
  const name = `_sipfederationtls._tcp.${domain}`;
  const facts = {
    name,
    targets: edges.map(({ host, port }) => ({ host, port, priority: 10, weight: 5, ttl: 3600 })),
    addresses: edges.map(({ address }) => ({ address, ttl: 300 })),
    authenticated: false,
  };
  const steps = [step('srv_lookup', name), ...edges.map(({ host }) => step('address_lookup', host))];
  return { domain, slotMs, at: iso(slotMs), observation: observation('dns', slotMs, steps, facts), edges };
}

function certificate(level: number, host: string): CertificateFacts {
  return {
    subject: `CN=${host},O=Hosting Test Ltd,L=Paris,C=FR`,
    commonName: host,
    issuer: `CN=Test Issuing Authority G${String(level)},O=Test Trust Services,C=FR`,
    serial: '0A1B2C3D4E5F60718293A4B5C6D7E8F9',
    fingerprint256: Array.from({ length: 32 }, () => 'AB').join(':'),
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
    names: { dns: level === 0 ? [host, 'sip.hosting.test', 'webcon.hosting.test'] : [], uri: [], ip: [] },
    namesTotal: level === 0 ? 3 : 0,
    extendedKeyUsage: level === 0 ? ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'] : null,
    keyType: 'rsa',
    keyBits: 2048,
    isCa: level > 0,
  };
}

export function edgeEvidence(of: Edge, slotMs: number, note = 'é ü 漢字 "quoted" \\ \n'): EdgeEvidence {
  const target = `${of.address}:${String(of.port)}`;
  const chain = [0, 1, 2].map((level) => certificate(level, of.host));
  const tls = {
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    chain,
    verification: 'ok',
    offeredCertificate: true,
  };
  const sip = { status: 403, reason: 'Forbidden', server: null, warning: note, retryAfterSeconds: 0, tookMs: 12.125 };
  return {
    edge: of,
    slotMs,
    at: iso(slotMs),
    observations: [
      observation('tcp', slotMs, [step('tcp_connect', target)], {}),
      observation('tls', slotMs, [step('tls_handshake', target)], tls),
      observation('admission', slotMs, [step('admission', target)], { by: 'session_ticket' }),
      observation('sip', slotMs, [step('sip_options', target, { code: 'sip_timeout', detail: 'no answer' })], sip),
    ],
  };
}

/** What goes over one connection. */
export function sent(slotMs: number): LedgerEntry {
  const handshake = { what: 'tls_handshake', outcome: 'done', identity: 'default' } as const;
  const random = [1, 2, 3].map((part) => String(slotMs * part).padStart(32, '0'));
  const sender = { domain: 'mon.example', userAgent: 'fedmon/0 (+https://mon.example/probing)' };
  const text = sampleRequest(edge(1), sender);
  const options = { what: 'sip_options', outcome: '403', octets: text.length, text, random } as const;
  const at = new Date(slotMs).toISOString();
  return { slotMs, at, vantage: 'here-1', sendings: [{ what: 'tcp_connect', outcome: 'done' }, handshake, options] };
}

const refusal: Finding = {
  code: 'tcp_refused',
  severity: 'fail',
  layer: 'tcp',
  endpoint: 'edge1.hosting.test:5061 (192.0.2.1)',
  args: { port: 5061, again: true, since: null },
  summary: 'The host answers and refuses the connection on port 5061.',
};

export function standing(domain: string, slotMs: number, state: JudgedState = 'healthy'): Standing {
  const cause = state === 'healthy' ? null : refusal;
  const check = { lastRunMs: slotMs, lastSuccessMs: slotMs, tookMs: 12.25 };
  return {
    domain,
    slotMs,
    examinedMs: slotMs + 250,
    state,
    sinceMs: slotMs,
    cause,
    consequences: cause === null ? [] : [refusal],
    pending: null,
    lastBroken: null,
    recent: [{ state, atMs: slotMs }],
    lastGoodMs: slotMs,
    layers: { dns: 'proven', tcp: 'proven', tls: 'proven', admission: 'proven', sip: 'proven', policy: 'not_proven' },
    edges: { up: 1, down: 0, unproven: 1 },
    checks: { dns: check, tcp: check, tls: check, admission: check, sip: { ...check, lastSuccessMs: null } },
  };
}

export function standingChange(to: Standing): StandingChange {
  return { domain: to.domain, atMs: to.examinedMs, slotMs: to.slotMs, from: 'unknown', to: to.state, cause: to.cause };
}

export function baseline(domain: string, slotMs: number): Baseline {
  const host = `sip.${domain}`;
  const known = [{ value: 'AB:CD', seenMs: slotMs }];
  return {
    domain,
    slotMs,
    asked: 'microsoft-federation srv',
    learnedMs: slotMs,
    acceptedMs: null,
    examinations: 3,
    targets: [{ host, port: 5061, transport: 'tls', priority: 10 }],
    hosts: [{ host, known: [{ value: '192.0.2.1', seenMs: slotMs }] }],
    certificates: [
      {
        endpoint: `${host}:5061`,
        issuer: 'O=Test',
        subject: `CN=${host}`,
        names: [host],
        notAfter: iso(slotMs),
        known,
      },
    ],
    differences: [
      {
        kind: 'added',
        subject: `new.${domain}:5061`,
        before: null,
        after: `new.${domain}:5061`,
        sinceMs: slotMs,
        shown: 3,
        absent: 0,
        needed: 3,
        told: true,
      },
    ],
  };
}

export function driftChange({ domain, slotMs }: Baseline, kind: DriftKind = 'target_added'): DriftChange {
  return {
    what: 'drift',
    domain,
    atMs: slotMs + 250,
    slotMs,
    kind,
    subject: null,
    before: null,
    after: `new.${domain}:5061`,
  };
}

export function ownReport(slotMs: number, certificates: number): OwnReport {
  const expired: Finding = {
    code: 'own_certificate_expired',
    severity: 'fail',
    layer: 'admission',
    endpoint: null,
    args: { name: 'edge', notAfter: '2026-01-01' },
    summary: 'Our certificate "edge" expired on 2026-01-01.',
  };
  return {
    slotMs,
    domain: 'mon.example',
    targets: ['sip.mon.example'],
    targetsMs: slotMs,
    certificates: Array.from({ length: certificates }, (_, at) => ({
      name: `edge-${String(at)}`,
      names: ['sip.mon.example', 'mon.example'],
      issuer: 'CN=Test Issuing Authority',
      notBefore: '2025-01-01T00:00:00.000Z',
      notAfter: '2026-01-01T00:00:00.000Z',
      findings: [expired],
    })),
    dropped: 0,
  };
}

/** Who lists an edge, as a store has it. */
export async function behind(store: Pick<Store, 'partnersOf'>, id: string): Promise<readonly string[]> {
  return (await store.partnersOf([id])).get(id) ?? [];
}
