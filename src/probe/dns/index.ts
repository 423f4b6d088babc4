import type { Transport } from '../../federation/edge.ts';
import { NetworkFailure, printable, type Failure } from '../../federation/failure.ts';
import { isHostName } from '../../federation/name.ts';
import type { Partner, Profile } from '../../federation/partner.ts';
import { familyOf } from '../../net/address.ts';
import { ShuttingDown, within } from '../../net/deadline.ts';
import type { DnsAnswer, DnsQuestion, DnsServer } from '../../net/net.ts';
import { defineProbe, type ProbeIo } from '../probe.ts';
import type { Outcome } from '../trail.ts';
import { maxAddresses, maxTargets, type RouteFacts, type Target } from './facts.ts';
import { dnsFindings } from './findings.ts';
import { judgeRoute } from './judge.ts';

export interface DnsSettings {
  /** Asked in this order; the next one only when the one before gives no usable answer. */
  readonly servers: readonly DnsServer[];
  readonly limitMs: number;
}

interface Service {
  readonly prefix: string;
  readonly transport: Transport;
}

/** The SRV names of a profile in the order they are asked (facts §2.1, RFC 3263 §4.1). */
const services: Readonly<Record<Profile, readonly Service[]>> = {
  'microsoft-federation': [{ prefix: '_sipfederationtls._tcp', transport: 'tls' }],
  sip: [
    { prefix: '_sips._tcp', transport: 'tls' },
    { prefix: '_sip._tcp', transport: 'tcp' },
  ],
  'direct-routing': [],
};

/** The port of SIP over TLS (RFC 3261 §19.1.2). */
const sipsPort = 5061;

const decisive: readonly Failure['code'][] = ['dns_nxdomain', 'dns_nodata'];

/** Asks the servers in turn. NXDOMAIN and NODATA are answers; silence, REFUSED and SERVFAIL let the next one speak. */
async function askAny(
  question: DnsQuestion,
  settings: DnsSettings,
  io: ProbeIo,
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const shareMs = settings.limitMs / settings.servers.length;
  let last: unknown = new NetworkFailure('dns_unreachable', 'no DNS server is configured');
  for (const server of settings.servers) {
    try {
      return await within(io.clock, shareMs, signal, (limit) => io.net.ask(server, question, limit));
    } catch (error) {
      if (signal.aborted || error instanceof ShuttingDown) throw error;
      if (error instanceof NetworkFailure && decisive.includes(error.failure.code)) throw error;
      last = error;
    }
  }
  throw last;
}

function lookup(
  step: 'srv_lookup' | 'address_lookup',
  question: DnsQuestion,
  settings: DnsSettings,
  io: ProbeIo,
): Promise<Outcome<DnsAnswer>> {
  const target = `${question.name} ${question.type}`;
  return io.trail.step(step, target, settings.limitMs, (signal) => askAny(question, settings, io, signal));
}

interface Addresses {
  readonly addresses: readonly string[];
  readonly dropped: number;
  readonly failure: Failure | null;
  readonly unanswered: Target['unanswered'];
  readonly isAlias: boolean;
}

const families = ['A', 'AAAA'] as const;

/** Both families of a host; a failure only when neither gave an address, and then the one that says more. */
async function addressesOf(host: string, settings: DnsSettings, io: ProbeIo): Promise<Addresses> {
  if (familyOf(host) !== null)
    return { addresses: [host], dropped: 0, failure: null, unanswered: null, isAlias: false };
  const outcomes = await Promise.all(
    families.map((type) => lookup('address_lookup', { name: host, type }, settings, io)),
  );
  const records = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.records : []));
  const all = [
    ...new Set(records.flatMap((each) => (each.type === 'A' || each.type === 'AAAA' ? [each.address] : []))),
  ];
  const failures = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]));
  const telling = failures.find((each) => !decisive.includes(each.code)) ?? failures[0] ?? null;
  const unanswered = families.flatMap((family, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined || outcome.ok || decisive.includes(outcome.failure.code)) return [];
    return [{ family, failure: outcome.failure }];
  })[0];
  return {
    addresses: all.slice(0, maxAddresses),
    dropped: Math.max(0, all.length - maxAddresses),
    failure: all.length > 0 ? null : telling,
    unanswered: all.length > 0 ? (unanswered ?? null) : null,
    isAlias: records.some((each) => each.type === 'CNAME' && each.name === host),
  };
}

interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly priority: number;
  readonly weight: number;
  readonly ttl: number | null;
}

async function targetOf(wanted: Wanted, settings: DnsSettings, io: ProbeIo): Promise<Target> {
  const { dropped: droppedAddresses, ...found } = await addressesOf(wanted.host, settings, io);
  return { ...wanted, ...found, droppedAddresses };
}

/** Targets one after another: a hostile record set must not become a burst of queries. */
async function targetsOf(wanted: readonly Wanted[], settings: DnsSettings, io: ProbeIo): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const each of wanted) targets.push(await targetOf(each, settings, io));
  return targets;
}

interface Located {
  readonly asked: readonly string[];
  readonly failure: Failure | null;
  readonly wanted: readonly Wanted[];
}

/** The SRV records of the first service that has any. */
async function locate(partner: Partner, settings: DnsSettings, io: ProbeIo): Promise<Located> {
  const asked: string[] = [];
  let failure: Failure | null = null;
  for (const service of services[partner.profile]) {
    const name = `${service.prefix}.${partner.domain}`;
    asked.push(name);
    const outcome = await lookup('srv_lookup', { name, type: 'SRV' }, settings, io);
    const records = outcome.ok ? outcome.value.records.filter((each) => each.type === 'SRV') : [];
    if (records.length > 0) {
      const wanted = records.map(({ target, port, priority, weight, ttl }) => {
        return { host: target, port, priority, weight, ttl, transport: service.transport };
      });
      return { asked, failure: null, wanted: wanted.sort((a, b) => a.priority - b.priority || b.weight - a.weight) };
    }
    failure = outcome.ok ? { code: 'dns_nodata', detail: 'an alias that leads to no SRV record' } : outcome.failure;
    if (!decisive.includes(failure.code)) break;
  }
  return { asked, failure, wanted: [] };
}

function pinned(partner: Partner): Wanted | null {
  const fixed = { transport: 'tls', priority: 0, weight: 0, ttl: null } as const;
  if (partner.route !== null) return { ...fixed, host: partner.route.host, port: partner.route.port };
  // An SBC has no SRV record: its own name is the partner's domain (facts §5).
  return partner.profile === 'direct-routing' ? { ...fixed, host: partner.domain, port: sipsPort } : null;
}

/** Without any SRV record RFC 3263 §4.2 takes the domain's own addresses; the default port of TLS is tried. */
function fallback(partner: Partner, found: Located): Located | null {
  const nothing = found.failure !== null && decisive.includes(found.failure.code);
  if (partner.profile !== 'sip' || !nothing) return null;
  const wanted: Wanted = { host: partner.domain, port: sipsPort, transport: 'tls', priority: 0, weight: 0, ttl: null };
  return { asked: found.asked, failure: null, wanted: [wanted] };
}

async function observe(partner: Partner, settings: DnsSettings, io: ProbeIo): Promise<RouteFacts> {
  const fixed = pinned(partner);
  const located = fixed === null ? await locate(partner, settings, io) : { asked: [], failure: null, wanted: [fixed] };
  const instead = fallback(partner, located);
  const found = instead ?? located;
  const declined = found.wanted.length > 0 && found.wanted.every((each) => each.host === '.');
  const real = found.wanted.filter((each) => each.host !== '.');
  const valid = real.filter((each) => (isHostName(each.host) || familyOf(each.host) !== null) && each.port > 0);
  const invalid = real.filter((each) => !valid.includes(each));
  return {
    domain: partner.domain,
    profile: partner.profile,
    pinned: fixed !== null,
    resolvers: settings.servers.length,
    fellBack: instead !== null,
    asked: found.asked,
    failure: found.failure,
    declined,
    invalidTargets: invalid.slice(0, maxTargets).map((each) => printable(each.host)),
    droppedTargets: Math.max(0, valid.length - maxTargets),
    targets: await targetsOf(valid.slice(0, maxTargets), settings, io),
  };
}

/** From a partner's domain to targets and addresses. Specification: README.md. */
export const dns = defineProbe<Partner, DnsSettings, RouteFacts>({
  kind: 'dns',
  about: 'srv_lookup',
  findings: dnsFindings,
  observe,
  judge: judgeRoute,
  measure: () => [],
});
