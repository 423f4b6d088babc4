import { edgeId, type Edge, type Transport } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import { defaultPort, hops } from '../federation/partner.ts';
import { familyOf } from '../net/address.ts';
import type { RouteFacts } from './dns/facts.ts';
import { sipFindings } from './sip/findings.ts';
import type { SipFacts } from './sip/facts.ts';
import type { TlsFacts } from './tls/facts.ts';

// A domain without SRV record is tried on the default ports (RFC 3263 §4.1, §4.2): TLS first, and in clear text only
// where TLS was seen not to be spoken.

type Evidence = ReadonlyMap<string, EdgeEvidence>;

const clearly: readonly Transport[] = ['tcp', 'udp'];

/** Ends of a connection that leave open whether SIP is spoken beside; others say that we could not look. */
const closedDoors = [
  'tcp_refused',
  'tcp_timeout',
  'tcp_reset',
  'tls_not_tls',
  'tls_timeout',
  'tls_closed',
  'tls_reset',
];

/** Whether an edge was seen not to speak TLS: nobody listens, or what listens shows neither certificate nor alert. */
function isWithoutTls(evidence: EdgeEvidence | undefined): boolean {
  const steps = evidence?.observations.flatMap((each) => each.steps) ?? [];
  const failure = steps.find((step) => step.failure !== null)?.failure;
  const tls = evidence?.observations.find(({ kind }) => kind === 'tls')?.facts as TlsFacts | undefined;
  return closedDoors.includes(failure?.code ?? '') && (tls?.chain ?? []).length === 0;
}

/** Whether an edge gave a final SIP answer, whatever it was. */
function answersSip(evidence: EdgeEvidence | undefined): boolean {
  const sip = evidence?.observations.find(({ kind }) => kind === 'sip')?.facts as SipFacts | undefined;
  return sip?.status != null;
}

function isClear({ transport }: Edge): boolean {
  return clearly.includes(transport);
}

/** The edges in clear text that a route may come to have: one address of each family, TCP before UDP. */
export function clearTextOf(route: RouteEvidence): readonly Edge[] {
  // Route evidence is only ever written by the dns kind.
  const { fellBack } = route.observation.facts as RouteFacts;
  const guessed = fellBack ? route.edges.filter((edge) => !isClear(edge)) : [];
  const firsts = guessed.filter(
    ({ address }, at) => guessed.findIndex((each) => familyOf(each.address) === familyOf(address)) === at,
  );
  return clearly.flatMap((transport) => firsts.map((edge) => inClear(edge, transport)));
}

/** Without TLS no certificate of ours is shown, so none is named. */
function inClear(edge: Edge, transport: Transport): Edge {
  const { host, address, serverName, options, maxForwards } = edge;
  return { transport, host, port: defaultPort(transport), address, serverName, options, ...hops(maxForwards) };
}

/**
 * The route with what has to be asked next, by what was last seen of its edges: TCP when no address of it speaks TLS,
 * UDP when TCP gives no SIP answer either. The route itself when nothing more is to be asked. Pure.
 */
export function withClearText(route: RouteEvidence, seen: Evidence): RouteEvidence {
  const at = (edge: Edge): EdgeEvidence | undefined => seen.get(edgeId(edge));
  const guessed = route.edges.filter((edge) => !isClear(edge));
  const clear = clearTextOf(route);
  if (clear.length === 0 || !guessed.every((edge) => isWithoutTls(at(edge)))) return route;
  const [tcp, udp] = clearly.map((transport) => clear.filter((edge) => edge.transport === transport));
  const isTcpSilent = tcp?.every((edge) => at(edge) !== undefined && !answersSip(at(edge))) === true;
  const wanted = [...guessed, ...(tcp ?? []), ...(isTcpSilent ? (udp ?? []) : [])];
  return wanted.length > route.edges.length ? { ...route, edges: wanted } : route;
}

/**
 * The edges of a route that are judged, and what is said of all of them. Answers in clear text count only while TLS is
 * spoken nowhere; and a guess that is not answered is held against nobody. Pure.
 */
export function judgeClearText(
  route: RouteEvidence,
  seen: Evidence,
): { readonly edges: readonly Edge[]; readonly reason: Finding | null } {
  const facts = route.observation.facts as RouteFacts;
  if (!facts.fellBack) return { edges: route.edges, reason: null };
  const guessed = route.edges.filter((edge) => !isClear(edge));
  const answering = route.edges.filter((edge) => isClear(edge) && answersSip(seen.get(edgeId(edge))));
  const [first] = answering;
  if (first === undefined || !guessed.every((edge) => isWithoutTls(seen.get(edgeId(edge))))) {
    return { edges: guessed, reason: null };
  }
  const args = { domain: route.domain, transport: first.transport.toUpperCase() };
  return { edges: [...guessed, ...answering], reason: sipFindings.make('sip_clear_text_only', args) };
}
