import { edgeId, type Edge, type Transport } from '../../federation/edge.ts';
import type { Failure, FailureCode } from '../../federation/failure.ts';
import { hops, type Profile } from '../../federation/partner.ts';
import type { Platform } from '../../federation/platform.ts';

/**
 * Caps of one route: what lies beyond is counted and said, never followed. NAPTR, three SRV names, a second opinion on
 * each of the two and both families of each target are 64 queries, and more are never sent.
 */
export const maxQueries = 64;
export const maxTargets = 29;
export const maxAddresses = 8;

/** Failures that are answers: there is no such record. Evidence of earlier versions calls all but NXDOMAIN `dns_nodata`. */
const answers: readonly FailureCode[] = ['dns_nxdomain', 'dns_nodata', 'dns_alias_only', 'dns_alias_loop'];

/** NXDOMAIN, NODATA and aliases that lead to no record are answers: no other server needs to be asked. */
export function isDecisive({ code }: Failure): boolean {
  return answers.includes(code);
}

/** One place the route leads to, in the order it would be tried. TTL in seconds; null when pinned. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly priority: number;
  readonly weight: number;
  readonly ttl: number | null;
  readonly addresses: readonly string[];
  readonly droppedAddresses: number;
  /** Why there is no address; null when there is one. */
  readonly failure: Failure | null;
  /** A family that was not answered while the other was: addresses may be missing. */
  readonly unanswered: { readonly family: 'A' | 'AAAA'; readonly failure: Failure } | null;
  /** The SRV target is an alias, which RFC 2782 forbids. */
  readonly isAlias: boolean;
  /** Its aliases lead in a circle. Absent in evidence of earlier versions. */
  readonly aliasLoop?: boolean;
  /** Addresses that are not public and that the config does not allow. */
  readonly hidden?: readonly string[];
  /** Two resolvers, when the first knows no address of it and the second does; `targets` are addresses. */
  readonly words?: readonly ResolverWord[];
}

/**
 * `secure`: a resolver verified the signatures (AD); `insecure`: it did not, so the zone is unsigned or our resolver does
 * not verify; `bogus`: the answer is handed out only with checking disabled.
 */
export type Dnssec = 'secure' | 'insecure' | 'bogus';

/** From when until when signatures hold. Instants are UTC ISO 8601. */
export interface SignedPeriod {
  readonly inception: string;
  readonly expiration: string;
}

/** What was said about the SRV question that decided the route. TTL in seconds. */
export interface SrvReply {
  /** `address:port` of the server that said it. */
  readonly server: string;
  /** The response code in words; `NOERROR` also for NODATA. */
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly dnssec: Dnssec;
  /** Of what is said, when `bogus` of what does not verify; null without signatures. Absent in evidence of earlier versions. */
  readonly signed?: SignedPeriod | null;
  /** The zone that says no, and how long the no may be kept. */
  readonly zone: { readonly name: string; readonly negativeTtl: number } | null;
  /** The SRV name is an alias. */
  readonly isAlias: boolean;
  /** The aliases of the SRV name lead in a circle. */
  readonly aliasLoop: boolean;
}

/** One resolver's word on a question: targets of SRV records as `host:port`, NAPTR as `service name`, or addresses; sorted. */
export interface ResolverWord {
  readonly server: string;
  readonly says: 'records' | 'none' | 'bogus';
  readonly targets: readonly string[];
}

/** How many targets of a client record are kept. */
export const maxClientTargets = 4;

/** A record that is not for federation, and where it leads, made printable. */
export interface ClientRecord {
  readonly name: string;
  readonly leadsTo: readonly string[];
}

/** What DNS says beside a pinned route: up to four targets as `host:port`, made printable. */
export interface Published {
  readonly name: string;
  readonly targets: readonly string[];
  /** The pinned host and port are among all of them. */
  readonly isPinned: boolean;
}

/** What DNS said about a partner's route. */
export interface RouteFacts {
  readonly domain: string;
  readonly profile: Profile;
  readonly pinned: boolean;
  /** How many resolvers were there to ask. */
  readonly resolvers: number;
  /** No SRV record of any service: the domain's own addresses on the default port were taken (RFC 3263 §4.2). */
  readonly fellBack: boolean;
  /** The names asked for SRV records, in order. */
  readonly asked: readonly string[];
  /** Why there are no SRV records; null when there are, or when the route is pinned. */
  readonly failure: Failure | null;
  /** The SRV target `.`: the domain says that it does not offer the service (RFC 2782). */
  readonly declined: boolean;
  /** SRV targets that are not host names, made printable. */
  readonly invalidTargets: readonly string[];
  readonly droppedTargets: number;
  readonly targets: readonly Target[];
  // The rest is absent in evidence of earlier versions.
  /** What we run, by the config, when this was seen; absent when it does not say. */
  readonly ours?: Platform;
  /** Only of a pinned route, where DNS has a record. */
  readonly published?: Published;
  /** Asked only where the federation record is missing; those that exist. */
  readonly clients?: readonly ClientRecord[];
  /** Null when nobody answered or the route is pinned. */
  readonly reply?: SrvReply | null;
  /** Whether the domain itself exists where its SRV record does not; null when that could not be told. */
  readonly domainExists?: boolean | null;
  /** Written by versions that did not examine SIP over UDP: it was offered over nothing else. */
  readonly udpOnly?: boolean;
  /** How many hops the OPTIONS of this partner may go; absent: the usual number. */
  readonly maxForwards?: number;
  /** The authoritative name servers of the domain, sorted; absent: not asked for, or not known. */
  readonly nameServers?: readonly string[];
  /** What two resolvers said to the same question; empty when only one had something to say. */
  readonly words?: readonly ResolverWord[];
  /** The same about the NAPTR records of the domain, when the first knows none and the second does. */
  readonly naptrWords?: readonly ResolverWord[];
  /** The identity that the partner's edges are shown, where it is not the usual one. */
  readonly identity?: string;
}

/** The most edges of one partner that are connected to. */
export const maxEdges = 32;

/** How many edges lie beyond the cap. */
export function droppedEdges(facts: RouteFacts): number {
  return Math.max(0, facts.targets.reduce((sum, target) => sum + target.addresses.length, 0) - maxEdges);
}

/** The edges of a route, in the order of its targets and addresses, at most 32. */
export function edgesOf(facts: RouteFacts): readonly Edge[] {
  const all = facts.targets.flatMap((target) =>
    target.addresses.map((address) => ({
      transport: target.transport,
      host: target.host,
      port: target.port,
      address,
      // RFC 5922 §7.8 wants the SIP domain; Microsoft edges are known by the SRV target (facts §3.1).
      serverName: facts.profile === 'sip' ? facts.domain : target.host,
      options: facts.profile !== 'direct-routing',
      ...hops(facts.maxForwards),
      ...(facts.identity === undefined ? {} : { identity: facts.identity }),
    })),
  );
  return [...new Map(all.map((edge) => [edgeId(edge), edge])).values()].slice(0, maxEdges);
}
