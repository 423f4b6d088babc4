import type { Look } from '../../src/federation/blindness.ts';
import { createOwnMetrics } from '../../src/metrics/own-prometheus.ts';
import { project } from '../../src/metrics/project.ts';
import type { PartnerSnapshot } from '../../src/store/snapshot.ts';
import {
  certificate,
  edge,
  edgeEvidence,
  examinedMs,
  partner,
  partnerSnapshot,
  routeEvidence,
  sharedCause,
  snapshotOf,
  type Trouble,
} from '../metrics/made-up.ts';
import { textOf } from '../metrics/whole.ts';

export const largeFleet = 5_000;
/** Every fifth has an edge of its own; the others are all hosted at one, and it refuses us. */
const own = largeFleet / 5;
const tiers = ['critical', 'standard', 'low'] as const;

const refused: Trouble = { tcp: ['tcp_refused', 'ECONNREFUSED'] };
const troubles: readonly Trouble[] = [
  {},
  refused,
  { tcp: ['tcp_timeout', 'no answer'] },
  { tls: { chain: [certificate('other.example')] } },
  { sip: { status: 403, reason: 'Forbidden' } },
];

const hoster = edge('sipfed.online.lync.com', '198.51.100.1');
const hosterDown = edgeEvidence(hoster, refused);

function memberOf(at: number): PartnerSnapshot {
  const domain = `partner-${String(at)}.example.com`;
  const isHosted = at >= own;
  const at5061 = isHosted ? hoster : edge(`sip.${domain}`, `192.0.2.${String(at % 256)}`);
  const of = partner(domain, { tier: tiers[Math.floor(at / troubles.length) % tiers.length]! });
  return partnerSnapshot({
    partner: of,
    route: routeEvidence(of, [at5061]),
    edges: [isHosted ? hosterDown : edgeEvidence(at5061, troubles[at % troubles.length])],
    tally: { runs: { dns: 9, tcp: 9, tls: 9, admission: 9, sip: 9 }, failures: [] },
  });
}

const canary: Look = {
  vantage: 'here',
  target: 'canary',
  slotMs: examinedMs,
  passed: true,
  sinceMs: examinedMs,
  lastGoodMs: examinedMs,
  reason: null,
  cause: null,
};

/** A bad day as the exporter says it, made by the code that makes it there, and the alerts that fire of it. */
export async function largeExposition(): Promise<string> {
  const partners = Array.from({ length: largeFleet }, (_, at) => memberOf(at));
  const dead = partners.flatMap(({ published: { state, partner: of } }) =>
    state === 'unreachable' ? [of.domain] : [],
  );
  const samples = project({
    ...snapshotOf(partners),
    sight: { blindness: null, blind: [], looks: [canary] },
    causes: [sharedCause(dead)],
  });
  const process = createOwnMetrics();
  process.storeUp(true);
  const alert = 'alertname="FedmonPartnerUnreachable",alertstate="firing",severity="critical"';
  const alerts = dead.map((domain) => `ALERTS{${alert},partner="${domain}"} 1\n`);
  return (await textOf([samples])) + (await process.text()) + alerts.join('');
}
