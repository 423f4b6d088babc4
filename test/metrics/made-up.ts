import type { Baseline } from '../../src/federation/baseline.ts';
import type { Change } from '../../src/federation/change.ts';
import type { CertificateFacts } from '../../src/federation/certificate.ts';
import { causeId } from '../../src/federation/cause/fact.ts';
import { causeFindings } from '../../src/federation/cause/findings.ts';
import type { ShownCause } from '../../src/federation/cause/shown.ts';
import { edgeId, endpointName, type Edge } from '../../src/federation/edge.ts';
import type { FailureCode } from '../../src/federation/failure.ts';
import type {
  Check,
  EdgeEvidence,
  Observation,
  RouteEvidence,
  Step,
  StepName,
} from '../../src/federation/observation.ts';
import type { MaintenanceWindow, Partner } from '../../src/federation/partner.ts';
import { publish } from '../../src/federation/published.ts';
import { advance } from '../../src/federation/standing.ts';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import { checkStandings, review } from '../../src/probe/review.ts';
import type { SipFacts } from '../../src/probe/sip/facts.ts';
import type { TlsFacts } from '../../src/probe/tls/facts.ts';
import type { PartnerSnapshot, Snapshot } from '../../src/store/snapshot.ts';
import type { Tally } from '../../src/store/store.ts';
import { anEdge, aPartner } from '../federation/samples.ts';

/** The instant of every examination made up here. */
export const examinedMs = Date.UTC(2026, 10, 23, 12, 0, 0);
export const at = new Date(examinedMs).toISOString();
export const nowMs = examinedMs + 60_000;

export function partner(domain: string, change: Partial<Partner> = {}): Partner {
  return aPartner(domain, { everyMs: 300_000, ...change });
}

export function edge(host: string, address: string, change: Partial<Edge> = {}): Edge {
  return anEdge(host, { address, ...change });
}

export function certificate(name: string, change: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    subject: `CN=${name}`,
    commonName: name,
    issuer: 'C=US, O=DigiCert Inc, CN=DigiCert TLS RSA SHA256 2020 CA1',
    serial: '0A1B2C',
    fingerprint256: 'AB:CD:EF',
    notBefore: '2026-09-01T00:00:00.000Z',
    notAfter: '2027-09-01T00:00:00.000Z',
    names: { dns: [name], uri: [], ip: [] },
    namesTotal: 1,
    extendedKeyUsage: null,
    keyType: 'rsa',
    keyBits: 2048,
    isCa: false,
    ...change,
  };
}

function step(name: StepName, target: string, tookMs: number, failed: readonly [FailureCode, string] | null): Step {
  const failure = failed === null ? null : { code: failed[0], detail: failed[1] };
  return { name, target, startedMs: 0, tookMs, failure };
}

/** What goes wrong at an edge; everything that is not named works. */
export interface Trouble {
  readonly tcp?: readonly [FailureCode, string];
  readonly tls?: Partial<TlsFacts>;
  readonly sip?: Partial<SipFacts>;
}

export function edgeEvidence(of: Edge, trouble: Trouble = {}): EdgeEvidence {
  const target = endpointName(of);
  const made = <Facts>(kind: Check, name: StepName, tookMs: number, facts: Facts): Observation<Facts> => {
    const failed = kind === 'tcp' ? (trouble.tcp ?? null) : null;
    return { kind, at, steps: [step(name, target, tookMs, failed)], facts };
  };
  const tcp = made('tcp', 'tcp_connect', 10, { family: 4 });
  const tls = made<TlsFacts>('tls', 'tls_handshake', 20, {
    serverName: of.serverName,
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    chain: [certificate(of.serverName)],
    verification: 'ok',
    rooted: true,
    offeredCertificate: true,
    ...trouble.tls,
  });
  const admission = made('admission', 'admission', 30, { shownBy: 'application_data', offeredCertificate: true });
  const sip = made<SipFacts>('sip', 'sip_options', 40, {
    requestUri: `sip:${of.serverName}`,
    status: 200,
    reason: 'OK',
    provisional: 0,
    server: null,
    retryAfterSeconds: null,
    warning: null,
    allow: null,
    diagnostics: [],
    ...trouble.sip,
  });
  const observations = trouble.tcp === undefined ? [tcp, tls, admission, sip] : [tcp];
  return { edge: of, slotMs: examinedMs, at, observations };
}

export function routeEvidence(of: Partner, edges: readonly Edge[], change: Partial<RouteFacts> = {}): RouteEvidence {
  const name = `_sipfederationtls._tcp.${of.domain}`;
  const hosts = [...new Set(edges.map((each) => each.host))];
  const facts: RouteFacts = {
    domain: of.domain,
    profile: of.profile,
    pinned: false,
    resolvers: 1,
    fellBack: false,
    asked: [name],
    failure: null,
    declined: false,
    invalidTargets: [],
    droppedTargets: 0,
    targets: hosts.map((host) => ({
      host,
      port: 5061,
      transport: 'tls',
      priority: 0,
      weight: 0,
      ttl: 300,
      addresses: edges.filter((each) => each.host === host).map((each) => each.address),
      droppedAddresses: 0,
      unanswered: null,
      failure: null,
      isAlias: false,
    })),
    ...change,
  };
  const failed = facts.failure === null ? null : ([facts.failure.code, facts.failure.detail] as const);
  const observation = { kind: 'dns', at, steps: [step('srv_lookup', `${name} SRV`, 5, failed)], facts } as const;
  return { domain: of.domain, slotMs: examinedMs, at, observation, edges };
}

export interface Case {
  readonly partner: Partner;
  readonly route: RouteEvidence | null;
  readonly edges: readonly EdgeEvidence[];
  readonly windows?: readonly MaintenanceWindow[];
  readonly tally?: Tally;
  readonly baseline?: Baseline | null;
  readonly nowMs?: number;
}

/** What the store would hold and publish after one examination without hysteresis. */
export function partnerSnapshot({
  partner: of,
  route,
  edges,
  windows = [],
  tally,
  baseline = null,
  nowMs: now = nowMs,
}: Case): PartnerSnapshot {
  const held = new Map(edges.map((each) => [edgeId(each.edge), each]));
  const diagnosis = route === null ? null : review(route, held);
  const standing =
    route === null || diagnosis === null
      ? null
      : advance(
          null,
          {
            domain: of.domain,
            slotMs: examinedMs,
            examinedMs,
            diagnosis,
            checks: checkStandings({}, route, held, diagnosis),
          },
          { down: 1, up: 1 },
        ).standing;
  return {
    published: publish(of, standing, windows, now),
    route,
    edges,
    tally: tally ?? { runs: {}, failures: [] },
    baseline,
  };
}

export function healthy(domain: string, change: Partial<Case> = {}): PartnerSnapshot {
  const of = change.partner ?? partner(domain);
  const edges = [edge(`sip.${domain}`, '192.0.2.1')];
  return partnerSnapshot({
    partner: of,
    route: routeEvidence(of, edges),
    edges: edges.map((each) => edgeEvidence(each)),
    ...change,
  });
}

export function snapshotOf(
  partners: readonly PartnerSnapshot[],
  events: readonly Change[] = [],
  now: number = nowMs,
): Snapshot {
  return { nowMs: now, storeUp: true, partners, events };
}

export const downSnapshot: Snapshot = { nowMs, storeUp: false, partners: [], events: [] };

/** A cause that these partners share. */
export function sharedCause(members: readonly string[], change: Partial<ShownCause> = {}): ShownCause {
  const name = 'sip.hoster.example:5061 (192.0.2.7)';
  const args = { name, failing: members.length, of: members.length, codes: `tcp_refused (${String(members.length)})` };
  return {
    id: causeId('edge', name),
    kind: 'edge',
    name,
    finding: causeFindings.make('shared_edge', args),
    codes: [{ code: 'tcp_refused', count: members.length }],
    sinceMs: examinedMs,
    members,
    healthy: 0,
    step: 0,
    wanesMs: null,
    ...change,
  };
}

/** A fleet with a partner in every state, behind own and shared edges. */
export function fleet(): Snapshot {
  const shared = edge('sipfed.online.lync.com', '198.51.100.1');
  const hosted = ['a.example', 'b.example'].map((domain) => {
    const of = partner(domain);
    return partnerSnapshot({ partner: of, route: routeEvidence(of, [shared]), edges: [edgeEvidence(shared)] });
  });
  const make = (domain: string, trouble: Trouble, change: Partial<Case> = {}): PartnerSnapshot => {
    const of = partner(domain);
    const edges = [edge(`sip.${domain}`, '192.0.2.7')];
    const evidence = edges.map((each) => edgeEvidence(each, trouble));
    return partnerSnapshot({ partner: of, route: routeEvidence(of, edges), edges: evidence, ...change });
  };
  const ending = { chain: [certificate('sip.degraded.example', { notAfter: '2026-12-01T00:00:00.000Z' })] };
  const window = { partners: ['planned.example'], fromMs: examinedMs - 1, untilMs: nowMs + 3_600_000, reason: 'move' };
  const runs = { dns: 3, tcp: 3 };
  const failures = [{ check: 'tcp', code: 'tcp_refused', count: 2 }] as const;
  return snapshotOf(
    [
      ...hosted,
      make('unreachable.example', { tcp: ['tcp_refused', 'ECONNREFUSED'] }, { tally: { runs, failures } }),
      make('refused.example', { sip: { status: 403, reason: 'Forbidden' } }),
      make('misconfigured.example', { tls: { chain: [certificate('other.example')] } }),
      make('degraded.example', { tls: ending }),
      make('planned.example', {}, { windows: [window] }),
      partnerSnapshot({ partner: partner('new.example'), route: null, edges: [] }),
      healthy('stale.example', { nowMs: examinedMs + 3_600_000 }),
    ],
    [
      {
        domain: 'unreachable.example',
        atMs: examinedMs,
        slotMs: examinedMs,
        from: 'healthy',
        to: 'unreachable',
        cause: null,
      },
    ],
  );
}
