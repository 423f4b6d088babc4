import { edgeId } from '../../src/federation/edge.ts';
import { NetworkFailure } from '../../src/federation/failure.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { systemClock } from '../../src/net/clock.ts';
import type { DnsServer, Net } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { withClearText } from '../../src/probe/clear-text.ts';
import type { ExaminationSettings } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import { report, type CheckReport } from '../../src/probe/report.ts';
import { review } from '../../src/probe/review.ts';
import { aPartner, writer } from '../federation/samples.ts';
import type { Leaf } from '../lab/certificates.ts';

/** A partner by the built-in defaults, with a budget that a busy machine does not use up. */
export function partner(domain: string, more: Partial<Partner> = {}): Partner {
  return aPartner(domain, { everyMs: 300_000, ...more });
}

/** The real network towards the loopback, trusting one PEM file. */
export function loopbackNet(trustFile: string, certificate: Leaf | null = null): Net {
  const own =
    certificate === null ? null : { cert: Buffer.from(certificate.chainPem), key: Buffer.from(certificate.keyPem) };
  return createNet({ egressAllow: ['127.0.0.0/8'], trust: trustFile, certificate: own });
}

/** The same network with a resolver that knows one thing: every host is 127.0.0.1. */
export function withoutDns(net: Net): Net {
  return {
    connect: (to, signal) => net.connect(to, signal),
    datagrams: (to, signal) => net.datagrams(to, signal),
    ask: (server, { name, type }) =>
      type === 'A'
        ? Promise.resolve({
            server,
            overTcp: false,
            authoritative: false,
            authenticated: false,
            records: [{ type, name, ttl: 60, address: '127.0.0.1' }],
            dropped: 0,
          })
        : Promise.reject(new NetworkFailure('dns_nodata', `no ${type} record at ${name}`)),
  };
}

/** Route, then every edge of it, then the judgement: what a worker and `check` do, in one call. */
export async function examine(who: Partner, net: Net, servers: readonly DnsServer[]): Promise<CheckReport> {
  const settings: ExaminationSettings = {
    dns: { servers },
    sip: { domain: 'mon.example', userAgent: 'fedmon/peers (+https://mon.example/probing)' },
  };
  const world = { net, clock: systemClock };
  let route = await examineRoute(who, 0, settings, world);
  const edges = new Map<string, EdgeEvidence>();
  for (let seen = 0; seen < route.edges.length; route = withClearText(route, edges)) {
    for (const edge of route.edges.slice(seen)) {
      edges.set(edgeId(edge), await examineEdge(edge, 0, who.timeoutMs, settings, world, { record: 'asked' }));
    }
    seen = route.edges.length;
  }
  return report({ partner: who, vantage: 'test', route, edges, diagnosis: review(route, edges), tookMs: 0, writer });
}

/** State and codes of a report: the cause, then everything else that was found, notes too. */
export function outcome({ state, findings }: CheckReport): readonly string[] {
  return [state, ...findings.map(({ code }) => code)];
}
