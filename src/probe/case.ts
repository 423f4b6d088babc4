import { endpointName, type Edge } from '../federation/edge.ts';
import { factKey, placeFacts, usualIdentity, zoneFacts, type Fact } from '../federation/cause/fact.ts';
import { rules } from '../federation/cause/fit.ts';
import type { Case, Witness } from '../federation/cause/search.ts';
import type { Finding } from '../federation/finding.ts';
import type { Check, EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Published } from '../federation/published.ts';
import { organisationOf } from '../federation/sight.ts';
import type { Standing } from '../federation/standing.ts';
import { isBroken } from '../federation/state.ts';
import type { AdmissionFacts } from './admission/facts.ts';
import type { RouteFacts } from './dns/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

/** What is published of a partner and the evidence behind it. */
export interface Seen {
  readonly published: Published;
  readonly route: RouteEvidence | null;
  readonly edges: readonly EdgeEvidence[];
  readonly seenFrom?: string;
}

function factsAt({ observations }: EdgeEvidence, of: Check): unknown {
  return observations.find(({ kind }) => kind === of)?.facts;
}

/** Who issued what the edge presented; the intermediates of one authority change at every renewal, so its organisation. */
function issuerFacts(evidence: EdgeEvidence): readonly Fact[] {
  const issuer = (factsAt(evidence, 'tls') as TlsFacts | undefined)?.chain[0]?.issuer;
  return issuer === undefined ? [] : [{ kind: 'issuer', value: organisationOf(issuer) }];
}

/** Whether the edge asked for a certificate of ours; null: not known, so it may have. */
function wasAsked(evidence: EdgeEvidence): boolean | null {
  return (factsAt(evidence, 'admission') as AdmissionFacts | undefined)?.certificateRequested ?? null;
}

const identityFact = ({ identity = usualIdentity }: Edge): Fact => ({ kind: 'identity', value: identity });

function edgeFacts(edge: Edge, domain: string, evidence: EdgeEvidence | undefined): readonly Fact[] {
  return [...placeFacts(edge, domain), ...(evidence === undefined ? [] : issuerFacts(evidence))];
}

/** What is true of an edge that fails: it saw our certificate, unless it is known not to have asked. */
function brokenFacts(edge: Edge, domain: string, evidence: EdgeEvidence | undefined): readonly Fact[] {
  const unasked = evidence !== undefined && wasAsked(evidence) === false;
  return [...edgeFacts(edge, domain, evidence), ...(unasked ? [] : [identityFact(edge)])];
}

/** Who asked for our certificate and went on took it; who did not ask proves nothing of it. */
function admittedFacts(evidence: EdgeEvidence): readonly Fact[] {
  return wasAsked(evidence) === true ? [identityFact(evidence.edge)] : [];
}

/** The facts that all lists have; a partner with two dead addresses of one host is not explained by one of them. */
function common(lists: readonly (readonly Fact[])[]): readonly Fact[] {
  const [first = [], ...others] = lists;
  const keys = others.map((list) => new Set(list.map(factKey)));
  return first.filter((fact) => keys.every((of) => of.has(factKey(fact))));
}

const isOfPlace = ({ kind }: Fact): boolean => kind === 'edge' || kind === 'host' || kind === 'provider';

/** The edges at which the layer of the cause breaks, the one that the cause names first. */
function failingEdges(route: RouteEvidence, { cause, consequences }: Standing): readonly Edge[] {
  const named = [cause, ...consequences]
    .filter((each) => each !== null)
    .filter(({ layer, severity }) => layer === cause?.layer && severity === cause.severity)
    .map(({ endpoint }) => endpoint);
  return named.flatMap((endpoint) => route.edges.filter((edge) => endpointName(edge) === endpoint));
}

/** What DNS said of a host instead of an address; no edge is known of it. */
function hostFacts({ args }: Finding, domain: string): readonly Fact[] {
  const { target } = args;
  if (typeof target !== 'string') return [];
  const place = {
    transport: 'tls',
    host: target,
    port: 5061,
    address: '0.0.0.0',
    serverName: target,
    options: true,
  } as const;
  return placeFacts(place, domain).filter(({ kind }) => kind === 'host' || kind === 'provider');
}

/** The places that find it broken; none when several do, for then it is not the place. */
function vantageFacts({ ballot }: Standing, place: string): readonly Fact[] {
  if (ballot === undefined) return [{ kind: 'vantage', value: place }];
  const against = ballot.votes.filter(({ says }) => says === 'broken');
  const [first] = against;
  return first === undefined || against.length > 1 ? [] : [{ kind: 'vantage', value: first.vantage }];
}

/** Who answers for the zone of the partner, which its SRV record is looked up in. */
function servedBy(route: RouteEvidence | null, domain: string): readonly Fact[] {
  const { nameServers = [] } = (route?.observation.facts ?? {}) as Partial<RouteFacts>;
  return zoneFacts(nameServers, domain);
}

function failingFacts(
  { published, route, edges }: Seen,
  standing: Standing,
  cause: Finding,
  place: string,
): readonly Fact[] {
  const { domain } = published.partner;
  const ofUs: readonly Fact[] = [{ kind: 'resolver', value: place }, ...vantageFacts(standing, place)];
  if (route === null) return ofUs;
  const { failure } = route.observation.facts as RouteFacts;
  const evidenceOf = (edge: Edge): EdgeEvidence | undefined =>
    edges.find((each) => each.edge === edge || isSame(each.edge, edge));
  const lists = failingEdges(route, standing).map((edge) => brokenFacts(edge, domain, evidenceOf(edge)));
  const shared = common(lists);
  // Hosts that have nothing in common: the one that the cause names speaks.
  const ofPlace = shared.some(isOfPlace) ? shared : (lists[0] ?? hostFacts(cause, domain));
  return [...ofPlace, ...(failure === null ? [] : servedBy(route, domain)), ...ofUs];
}

function isSame(one: Edge, other: Edge): boolean {
  return (
    endpointName(one) === endpointName(other) &&
    one.serverName === other.serverName &&
    one.transport === other.transport
  );
}

/** Whether a partner that is broken otherwise takes us: our certificate, and our name too. */
function admits({ layers, cause }: Standing): boolean {
  return layers.admission === 'proven' && cause !== null && !rules.identity.fits(cause);
}

/** Edges of which nothing bad was said, by a partner that works. */
function workingFacts({ published, route, edges }: Seen, standing: Standing, place: string): readonly Fact[] {
  const { domain } = published.partner;
  const troubled = new Set(
    [standing.cause, ...standing.consequences].map((each) =>
      each === null || each.severity === 'note' ? null : each.endpoint,
    ),
  );
  const works = standing.state === 'healthy' || standing.state === 'degraded';
  const good = works ? edges.filter(({ edge }) => !troubled.has(endpointName(edge))) : [];
  const { pinned = true } = (route?.observation.facts ?? {}) as Partial<RouteFacts>;
  const votes = standing.ballot?.votes.filter(({ says }) => says === 'works').map(({ vantage }) => vantage);
  return [
    ...good.flatMap((evidence) => [...edgeFacts(evidence.edge, domain, evidence), ...admittedFacts(evidence)]),
    ...(works || !admits(standing) ? [] : edges.flatMap(admittedFacts)),
    ...(standing.layers.dns === 'proven' && !pinned
      ? [{ kind: 'resolver', value: place } as const, ...servedBy(route, domain)]
      : []),
    ...(votes ?? (works ? [place] : [])).map((value): Fact => ({ kind: 'vantage', value })),
  ];
}

/** Whether something of it fails, or could not be looked at, that somebody can be the reason of. A warning is no failure. */
export function isTroubled({ state, cause }: Standing): boolean {
  return (
    state !== 'healthy' &&
    cause !== null &&
    (cause.severity === 'fail' || cause.severity === 'unproven' || cause.code === 'vantages_disagree')
  );
}

/** What is published of a partner that can count: not in maintenance, stopped, stale, left out or unseen. */
function standingOf({ published: { reason, standing } }: Seen): Standing | null {
  return reason === null ? standing : null;
}

/** A partner that fails, and what is true of what fails. `vantage`: from where it is seen where there is one. Null: it does not fail. */
export function caseOf(seen: Seen, vantage: string): Case | null {
  const standing = standingOf(seen);
  const cause = standing?.cause ?? null;
  if (standing === null || cause === null || !isTroubled(standing)) return null;
  const { partner, state, sinceMs } = seen.published;
  const facts = failingFacts(seen, standing, cause, seen.seenFrom ?? vantage);
  return { domain: partner.domain, state, sinceMs: sinceMs ?? standing.examinedMs, finding: cause, facts };
}

/** What was seen to work of a partner. Null: nothing. */
export function witnessOf(seen: Seen, vantage: string): Witness | null {
  const standing = standingOf(seen);
  if (standing === null) return null;
  // What was found last and is being confirmed is no proof that it works.
  const doubted = standing.recent.at(-1)?.state !== standing.state && !isBroken(standing.state);
  const facts = doubted ? [] : workingFacts(seen, standing, seen.seenFrom ?? vantage);
  return facts.length === 0 ? null : { domain: standing.domain, provenMs: standing.examinedMs, facts };
}
