import type { CertificateFacts } from '../federation/certificate.ts';
import { edgeName } from '../federation/edge.ts';
import type { EdgeEvidence, Observation, RouteEvidence } from '../federation/observation.ts';
import { providerOf } from '../federation/provider.ts';
import { maxComparedNames, type SeenCertificate, type SeenHost, type Sight } from '../federation/sight.ts';
import { isDecisive, type RouteFacts, type Target } from './dns/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

/** Whether DNS said all there is to say, and to all who asked the same. */
function isWhole({
  failure,
  fellBack,
  declined,
  invalidTargets,
  droppedTargets,
  reply,
  words = [],
}: RouteFacts): boolean {
  const [first, second] = words;
  const agree = first === undefined || second === undefined || first.targets.join() === second.targets.join();
  const answered = failure === null || (fellBack && isDecisive(failure));
  return (
    answered && agree && !declined && reply?.dnssec !== 'bogus' && invalidTargets.length === 0 && droppedTargets === 0
  );
}

/** Hosts of which every address is known. What a hosting provider does with its own edges is no change of one partner. */
function hostsIn({ targets }: RouteFacts): readonly SeenHost[] {
  const whole = targets.filter((target) => target.unanswered === null && target.droppedAddresses === 0);
  const own = whole.filter(({ host, addresses }) => addresses.length > 0 && providerOf(host) === null);
  return [...new Map(own.map(({ host, addresses }) => [host, { host, addresses }])).values()];
}

function namesOf({ names, namesTotal }: CertificateFacts): readonly string[] | null {
  if (namesTotal > maxComparedNames) return null;
  return [...names.dns, ...names.uri, ...names.ip].map((name) => name.toLowerCase()).sort();
}

/** The certificate of an edge that proved to have its key: by a handshake that was carried to the end. */
function certificateIn({ edge, observations }: EdgeEvidence): readonly SeenCertificate[] {
  const observation = observations.find(({ kind }) => kind === 'tls') as Observation<TlsFacts> | undefined;
  const isProven = observation?.steps.some(({ name, failure }) => name === 'tls_handshake' && failure === null);
  const leaf = observation?.facts.chain[0];
  if (leaf === undefined || isProven !== true || providerOf(edge.host) !== null) return [];
  const { issuer, subject, fingerprint256, notAfter } = leaf;
  return [{ endpoint: edgeName(edge), issuer, subject, names: namesOf(leaf), fingerprint256, notAfter }];
}

/** TLS is left out, so that what was learned before other transports could be pinned stands. */
function pinOf({ host, port, transport }: Target): string {
  return `${host}:${String(port)}${transport === 'tls' ? '' : ` over ${transport}`}`;
}

/** What an examination proved about how a partner is reached; `works`: an edge proved every layer. Pure. */
export function sightOf(route: RouteEvidence, edges: readonly EdgeEvidence[], works: boolean): Sight {
  // Route evidence is only ever written by the dns kind.
  const facts = route.observation.facts as RouteFacts;
  const pin = facts.pinned ? facts.targets.map(pinOf).join() : 'srv';
  return {
    domain: route.domain,
    slotMs: route.slotMs,
    atMs: Date.parse(route.at),
    asked: `${facts.profile} ${pin}`,
    works,
    targets: isWhole(facts)
      ? facts.targets.map(({ host, port, transport, priority }) => ({ host, port, transport, priority }))
      : null,
    hosts: hostsIn(facts),
    certificates: edges.flatMap(certificateIn),
  };
}
