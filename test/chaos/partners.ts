import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedState } from '../../src/federation/state.ts';
import { spreadHash } from '../../src/schedule/plan.ts';
import { createBench } from '../lab/bench.ts';
import { startDnsServer, type DnsServer } from '../lab/dns-server.ts';
import { ok, sipEdge, type LabEdge, type Reaction } from '../lab/edges.ts';
import type { WatchedPartner } from './history.ts';

/** In what way a partner fails, and what has to be said of it. */
export const failures = {
  hangs_up: { state: 'unreachable', code: 'tls_closed' },
  says_nothing: { state: 'unreachable', code: 'sip_silent' },
  forbids: { state: 'refused', code: 'sip_forbidden' },
  leaves_dns: { state: 'unreachable', code: 'dns_srv_missing' },
} as const satisfies Record<string, { readonly state: JudgedState; readonly code: string }>;

export type FailureName = keyof typeof failures;
export const failureNames = Object.keys(failures) as FailureName[];

/** Partners on loopback, each with an edge of its own, that work until they are told to fail. */
export interface Partners {
  readonly domains: readonly string[];
  readonly dns: DnsServer;
  readonly caFile: string;
  /** TCP connections that came to a partner. */
  connections(domain: string): number;
  /** From now on it fails in this way; null: it works. */
  set(domain: string, failure: FailureName | null): void;
  stop(): Promise<void>;
}

const forbidden: Reaction = { status: 403, reason: 'Forbidden' };

export async function startPartners(count: number, folder: string): Promise<Partners> {
  const dns = await startDnsServer();
  const bench = await createBench(dns.zone);
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, bench.trusted.certPem);
  const domains = Array.from({ length: count }, (_, n) => `p${String(n).padStart(3, '0')}.example`);
  const failing = new Map<string, FailureName>();
  const edges = new Map<string, LabEdge>();
  for (const domain of domains) {
    const react = (): Reaction => {
      const failure = failing.get(domain);
      if (failure === 'says_nothing') return 'silence';
      return failure === 'forbids' ? forbidden : ok;
    };
    const welcomes = (): boolean => failing.get(domain) !== 'hangs_up';
    const [edge] = await bench.single(domain, (certificate) => sipEdge({ certificate, react, welcomes }));
    if (edge !== undefined) edges.set(domain, edge);
  }
  const srv = (domain: string): string => `_sipfederationtls._tcp.${domain} SRV`;
  const records = new Map(domains.map((domain) => [domain, dns.zone.get(srv(domain)) ?? []]));
  return {
    domains,
    dns,
    caFile,
    connections: (domain) => edges.get(domain)?.connections ?? 0,
    set(domain, failure) {
      if (failure === null) failing.delete(domain);
      else failing.set(domain, failure);
      if (failure === 'leaves_dns') dns.zone.delete(srv(domain));
      else dns.zone.set(srv(domain), records.get(domain) ?? []);
    },
    async stop() {
      await Promise.all([...edges.values()].map((edge) => edge.stop()));
      await dns.stop();
    },
  };
}

/** The arithmetic of the schedule's README, said again: whole seconds of the interval. */
export function watched(domain: string, everyMs: number, timeoutMs: number): WatchedPartner {
  return { partner: domain, everyMs, timeoutMs, offsetMs: Math.floor((spreadHash(domain) % everyMs) / 1_000) * 1_000 };
}
