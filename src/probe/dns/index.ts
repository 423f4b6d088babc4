import { printable } from '../../federation/failure.ts';
import { isHostName } from '../../federation/name.ts';
import { defaultPort, hops, type Partner } from '../../federation/partner.ts';
import { familyOf } from '../../net/address.ts';
import { egressPolicy, isPrivate, type EgressPolicy } from '../../net/egress.ts';
import { dnsServerName } from '../../net/dns-server.ts';
import { defineProbe, type ProbeIo } from '../probe.ts';
import { targetsOf } from './addresses.ts';
import { aliasLoop } from './alias.ts';
import { clientRecords } from './clients.ts';
import { isDecisive, maxTargets, type RouteFacts, type SrvReply, type Target } from './facts.ts';
import { dnsFindings } from './findings.ts';
import { Inquiry, type DnsSettings } from './inquiry.ts';
import { judgeRoute } from './judge.ts';
import { publishedBeside } from './published.ts';
import { secondOpinion, type Opinion } from './second-opinion.ts';
import { signedPeriod } from './signatures.ts';
import { follow, locate, type Located, type Wanted } from './services.ts';
import { nameServersOf } from './zone.ts';

/** The port that is tried where no record names one. */
const sipsPort = defaultPort('tls');

const nothingAsked = { asked: [], failure: null, transport: 'tls', heard: null, bogus: null } as const;

function pinned(partner: Partner): Wanted | null {
  const fixed = { transport: 'tls', priority: 0, weight: 0, ttl: null } as const;
  if (partner.route !== null) return { ...fixed, ...partner.route };
  // An SBC has no SRV record: its own name is the partner's domain (facts §5).
  return partner.profile === 'direct-routing' ? { ...fixed, host: partner.domain, port: sipsPort } : null;
}

/** Without any SRV record RFC 3263 §4.2 takes the domain's own addresses; the default port of TLS is tried. */
function fallback(partner: Partner, found: Located): Located | null {
  const nothing = found.failure !== null && isDecisive(found.failure);
  if (partner.profile !== 'sip' || !nothing) return null;
  const wanted: Wanted = { host: partner.domain, port: sipsPort, transport: 'tls', priority: 0, weight: 0, ttl: null };
  return { ...found, failure: null, wanted: [wanted] };
}

function replyOf({ asked, heard, bogus }: Located): SrvReply | null {
  if (heard?.said == null) return null;
  const { server, reply } = heard.said;
  const { rcode, authoritative, zone, isAlias } = reply;
  const loops = heard.outcome.ok && aliasLoop(heard.outcome.value.records, asked.at(-1) ?? '');
  const dnssec = bogus !== null ? 'bogus' : reply.authenticated ? 'secure' : 'insecure';
  const signed = signedPeriod((bogus?.said?.reply ?? reply).signatures ?? []);
  return { server: dnsServerName(server), rcode, authoritative, dnssec, signed, zone, isAlias, aliasLoop: loops };
}

/**
 * Whether the domain exists where its SRV record does not. A no of the domain's own zone says so; a no of a zone above
 * it leaves open whether the domain is a name of that zone, so the domain is asked for.
 */
async function domainExists({ domain }: Partner, found: Located, inquiry: Inquiry): Promise<boolean | null> {
  const { failure, heard } = found;
  const reply = heard?.said?.reply;
  if (failure === null || !isDecisive(failure) || reply === undefined) return null;
  if (failure.code !== 'dns_nxdomain' || reply.isAlias) return true;
  if (reply.zone === null) return null;
  const { name } = reply.zone;
  if (name === domain || name.endsWith(`.${domain}`)) return true;
  if (name !== '.' && !domain.endsWith(`.${name}`)) return null;
  const { outcome } = await inquiry.lookup('address_lookup', { name: domain, type: 'A' });
  if (outcome.ok || outcome.failure.code === 'dns_nodata') return true;
  return outcome.failure.code === 'dns_nxdomain' ? false : null;
}

/** What the deciding question brought, contradicted by a second resolver or not. */
async function opinionOn(located: Located, inquiry: Inquiry): Promise<Opinion> {
  const name = located.asked.at(-1);
  if (located.heard === null || name === undefined) return { words: [], contrary: null };
  return secondOpinion(name, located.heard, inquiry);
}

/** What stands around a federation record that is missing: the domain, and what its clients are told. */
async function surroundings(
  partner: Partner,
  found: Located,
  inquiry: Inquiry,
): Promise<Pick<RouteFacts, 'domainExists' | 'clients'>> {
  const exists = await domainExists(partner, found, inquiry);
  const isMissing = found.failure !== null && isDecisive(found.failure) && partner.profile === 'microsoft-federation';
  if (!isMissing || exists === false) return { domainExists: exists };
  return { domainExists: exists, clients: await clientRecords(partner.domain, inquiry) };
}

/** One policy for each list that a configuration has. */
const policies = new WeakMap<readonly string[], EgressPolicy>();

function policyOf(allow: readonly string[]): EgressPolicy {
  const policy = policies.get(allow) ?? egressPolicy(allow);
  policies.set(allow, policy);
  return policy;
}

/** Marks what no stranger can reach, when the config says which private networks we do reach. */
function withHidden(targets: readonly Target[], allow: readonly string[] | undefined): readonly Target[] {
  if (allow === undefined) return targets;
  const egress = policyOf(allow);
  return targets.map((target) => {
    const hidden = target.addresses.filter((each) => isPrivate(each) && !egress(each).allowed);
    return hidden.length === 0 ? target : { ...target, hidden };
  });
}

async function observe(partner: Partner, settings: DnsSettings, io: ProbeIo): Promise<RouteFacts> {
  const inquiry = new Inquiry(settings, io);
  const fixed = pinned(partner);
  const located: Located = fixed === null ? await locate(partner, inquiry) : { ...nothingAsked, wanted: [fixed] };
  const opinion = opinionOn(located, inquiry);
  // With a route the second opinion may come while addresses are looked up; without one it decides.
  const contrary = located.failure === null ? null : (await opinion).contrary;
  const settled = contrary === null ? located : follow(located, contrary);
  const instead = fallback(partner, settled);
  const found = instead ?? settled;
  const declined = found.wanted.length > 0 && found.wanted.every((each) => each.host === '.');
  const real = found.wanted.filter((each) => each.host !== '.');
  const valid = real.filter((each) => (isHostName(each.host) || familyOf(each.host) !== null) && each.port > 0);
  const isValid = new Set(valid);
  const invalid = real.filter((each) => !isValid.has(each));
  const [targets, { words }, around, published] = await Promise.all([
    targetsOf(valid.slice(0, maxTargets), inquiry),
    opinion,
    surroundings(partner, found, inquiry),
    publishedBeside(partner, inquiry),
  ]);
  const answers = located.failure === null || isDecisive(located.failure);
  // Last, so that it takes no query from the route.
  const nameServers =
    settings.zones === undefined || fixed !== null
      ? []
      : await nameServersOf(partner.domain, answers, inquiry, settings.zones, io.clock.wall());
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
    targets: withHidden(targets, settings.allow),
    reply: replyOf(settled),
    ...around,
    ...(published === null ? {} : { published }),
    ...(nameServers.length === 0 ? {} : { nameServers }),
    ...(settings.ours === undefined ? {} : { ours: settings.ours }),
    words,
    ...(located.naptrWords === undefined ? {} : { naptrWords: located.naptrWords }),
    ...hops(partner.maxForwards),
    ...(partner.identity === undefined ? {} : { identity: partner.identity }),
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
