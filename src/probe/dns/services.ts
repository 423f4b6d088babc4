import type { Transport } from '../../federation/edge.ts';
import type { Failure } from '../../federation/failure.ts';
import { isHostName } from '../../federation/name.ts';
import type { Partner } from '../../federation/partner.ts';
import type { DnsAnswer, DnsRecord } from '../../net/net.ts';
import { aliasLoop } from './alias.ts';
import { isDecisive, type ResolverWord } from './facts.ts';
import { hasAnswered, hasServfail, type Heard, type Inquiry } from './inquiry.ts';
import { contraryRecords } from './second-opinion.ts';

/** A place that a record names, before its addresses are known. TTL in seconds. */
export interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly priority: number;
  readonly weight: number;
  readonly ttl: number | null;
}

/** The SRV records of the first service that has any, or why there are none. */
export interface Located {
  readonly asked: readonly string[];
  readonly failure: Failure | null;
  readonly wanted: readonly Wanted[];
  /** What the last name of `asked` stands for. */
  readonly transport: Transport;
  /** What was heard about the last name of `asked`. */
  readonly heard: Heard | null;
  /** What a resolver hands out with checking disabled, when it does not verify; else null. */
  readonly bogus: Heard | null;
  /** Two resolvers about the NAPTR records of the domain, when the first knows none and the second does. */
  readonly naptrWords?: readonly ResolverWord[];
}

interface Service {
  readonly name: string;
  readonly transport: Transport;
}

/** More SRV names than this are not asked, however many NAPTR records there are. */
const maxServices = 3;
const naptrServices: ReadonlyMap<string, Transport> = new Map([
  ['SIPS+D2T', 'tls'],
  ['SIP+D2T', 'tcp'],
  ['SIP+D2U', 'udp'],
]);

type Naptr = Extract<DnsRecord, { readonly type: 'NAPTR' }>;
type Srv = Extract<DnsRecord, { readonly type: 'SRV' }>;

const srvOf = (answer: DnsAnswer): readonly Srv[] => answer.records.filter((each) => each.type === 'SRV');

/** The NAPTR records that lead to an SRV name of SIP, best first (RFC 3263 §4.1); a broken record is passed over. */
function offeredBy({ outcome }: Heard): readonly Naptr[] {
  const records = outcome.ok ? outcome.value.records.filter((each) => each.type === 'NAPTR') : [];
  return records
    .filter((each) => each.flags.toLowerCase() === 's' && each.regexp === '' && isHostName(each.replacement))
    .map((each) => ({ ...each, services: each.services.toUpperCase() }))
    .sort((a, b) => a.order - b.order || a.preference - b.preference);
}

function servicesOf(records: readonly Naptr[]): readonly Service[] {
  const all = records.flatMap(({ services, replacement }): readonly Service[] => {
    const transport = naptrServices.get(services);
    return transport === undefined ? [] : [{ name: replacement, transport }];
  });
  return all.filter((each, at) => all.findIndex(({ name }) => name === each.name) === at).slice(0, maxServices);
}

/** The SRV question; after SERVFAIL once more with checking disabled, and again to be sure that it was not a passing fault. */
async function askSrv(name: string, inquiry: Inquiry): Promise<Pick<Located, 'bogus'> & { readonly heard: Heard }> {
  const question = { name, type: 'SRV', signatures: true } as const;
  const heard = await inquiry.lookup('srv_lookup', question);
  if (!hasServfail(heard)) return { heard, bogus: null };
  const unchecked = await inquiry.lookup('srv_lookup', { ...question, checkingDisabled: true });
  if (!hasAnswered(unchecked)) return { heard, bogus: null };
  const again = await inquiry.lookup('srv_lookup', question);
  return { heard: again, bogus: hasServfail(again) ? unchecked : null };
}

/** Asks the services in turn: the first that has records is the route. */
async function firstOf(services: readonly Service[], inquiry: Inquiry): Promise<Located> {
  const asked: string[] = [];
  let none: Located = { asked, failure: null, wanted: [], transport: 'tls', heard: null, bogus: null };
  for (const { name, transport } of services) {
    asked.push(name);
    const { heard, bogus } = await askSrv(name, inquiry);
    const { outcome } = heard;
    const wanted = wantedOf(heard, transport);
    if (wanted.length > 0) return { asked, failure: null, wanted, transport, heard, bogus: null };
    const failure = outcome.ok ? leadsNowhere(outcome.value, name) : outcome.failure;
    none = { asked, failure, wanted: [], transport, heard, bogus };
    if (!isDecisive(failure)) break;
  }
  return none;
}

/** The places that SRV records name, in the order they are tried; equal ones stay in the order of the answer. */
function wantedOf({ outcome }: Heard, transport: Transport): readonly Wanted[] {
  return (outcome.ok ? srvOf(outcome.value) : [])
    .map(({ target, port, priority, weight, ttl }) => ({ host: target, port, priority, weight, ttl, transport }))
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight);
}

/** A no is believed only when nobody contradicts it: the route by the answer of another server. */
export function follow(located: Located, contrary: Heard): Located {
  return { ...located, failure: null, wanted: wantedOf(contrary, located.transport), heard: contrary };
}

function leadsNowhere({ records }: DnsAnswer, name: string): Failure {
  return aliasLoop(records, name)
    ? { code: 'dns_alias_loop', detail: 'its aliases lead in a circle' }
    : { code: 'dns_alias_only', detail: 'an alias that leads to no SRV record' };
}

/**
 * Finds the SRV records of a partner by the rules of its profile (facts §2.1, RFC 3263 §4.1). NAPTR decides which
 * transports there are and in which order; without it each of ours is tried, the safest first. That there is none is
 * believed only when another server says so, too.
 */
export async function locate({ domain, profile }: Partner, inquiry: Inquiry): Promise<Located> {
  if (profile !== 'sip') return firstOf([{ name: `_sipfederationtls._tcp.${domain}`, transport: 'tls' }], inquiry);
  const question = { name: domain, type: 'NAPTR' } as const;
  const heard = await inquiry.lookup('srv_lookup', question);
  const contrary = await contraryRecords('srv_lookup', question, heard, inquiry);
  const named = servicesOf(offeredBy(contrary?.heard ?? heard));
  const naptrWords = contrary === null ? {} : { naptrWords: contrary.words };
  const usual: readonly Service[] = [
    { name: `_sips._tcp.${domain}`, transport: 'tls' },
    { name: `_sip._tcp.${domain}`, transport: 'tcp' },
    { name: `_sip._udp.${domain}`, transport: 'udp' },
  ];
  return { ...(await firstOf(named.length > 0 ? named : usual, inquiry)), ...naptrWords };
}
