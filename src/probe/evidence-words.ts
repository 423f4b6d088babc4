import type { StapleFacts, Unread } from '../federation/handshake.ts';
import type { EdgeReport, CheckReport } from './report.ts';
import type { SipFacts } from './sip/facts.ts';
import type { RecordedFlight } from './tls/facts.ts';
import type { NameMatch } from './tls/names.ts';

/** A fact in words for a person: what it is, and what it was. Page and terminal show the same. */
export type Said = readonly [name: string, value: string];

type Route = CheckReport['route'];
type Tls = NonNullable<EdgeReport['tls']>;

const shownTargets = 4;
const shownAuthorities = 3;
const shownPlaces = 6;

function some(list: readonly string[], limit: number, total = list.length): string {
  const shown = list.slice(0, limit);
  return shown.join(', ') + (total > shown.length ? ` and ${String(total - shown.length)} more` : '');
}

const utc = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const dnssecWords = {
  secure: 'verified by the resolver',
  insecure: 'not verified: the zone is unsigned, or the resolver does not verify',
  bogus: 'signatures do not verify',
} as const;

function secondOpinion([first, second]: Route['words']): readonly Said[] {
  if (first === undefined || second === undefined) return [];
  if (first.says === second.says && first.targets.join() === second.targets.join()) {
    return [['Second resolver', `${second.server} says the same`]];
  }
  const says = { records: some(second.targets, shownTargets), none: 'no record', bogus: 'bogus signatures' };
  return [['Second resolver', `${second.server} says otherwise: ${says[second.says]}`]];
}

/** What was heard from the resolvers about the SRV record; nothing for a pinned route. */
export function saidByResolvers({ reply, words }: Route): readonly Said[] {
  if (reply === null) return secondOpinion(words);
  const { rcode, authoritative, server, dnssec, zone } = reply;
  return [
    ['DNS answer', `${rcode} from ${server}${authoritative ? ', authoritative' : ''}`],
    ['DNSSEC', dnssecWords[dnssec]],
    ...(zone === null
      ? []
      : [['No such record', `says the zone ${zone.name}; may be kept for ${String(zone.negativeTtl)} s`] as const]),
    ...secondOpinion(words),
  ];
}

function namedBy({ microsoft, rfc5922 }: NameMatch): string {
  if (microsoft === rfc5922) return microsoft ? 'yes, by both rules' : 'no, by neither rule';
  return microsoft
    ? 'as Microsoft edges match names; not by RFC 5922'
    : 'by RFC 5922; not as Microsoft edges match names';
}

function stapleWords({ response, status, signature, nextUpdate }: StapleFacts): string {
  const until = nextUpdate === null ? '' : `, until ${utc(nextUpdate)}`;
  const signed = { good: '', wrong: ', its signature is wrong', not_checked: ', its signature was not checked' };
  return `${status ?? response}${until}${signed[signature]}`;
}

function stapled({ staple, stapled: came }: Tls): readonly Said[] {
  if (staple != null) return [['OCSP staple', stapleWords(staple)]];
  return came === true ? [['OCSP staple', 'sent']] : [];
}

function askedOfUs({ certificateRequested, flight, offeredCertificate }: Tls): readonly Said[] {
  if (certificateRequested == null) return [];
  if (!certificateRequested) return [['Our certificate', 'not asked for']];
  const { authorities, authoritiesTotal, unread } = flight ?? { authorities: [], authoritiesTotal: 0 };
  const names = authorities.length === 0 ? '' : `, of ${some(authorities, shownAuthorities, authoritiesTotal)}`;
  const of = `${names}${unreadWords(unread?.authorities, 'the list of authorities')}${flight == null ? '' : asOf(flight)}`;
  return [['Our certificate', `asked for${of}; ${offeredCertificate ? 'shown' : 'none was shown'}`]];
}

const unreadWhy = { cut: 'it ends early', malformed: 'its lengths are false' } as const;
const unreadWords = (why: Unread | undefined, what: string): string =>
  why === undefined ? '' : `, ${what} was not read to its end: ${unreadWhy[why]}`;

/** A record that stands from an earlier look says when that was. */
const asOf = ({ why, recordedAt }: RecordedFlight): string => (why === 'asked' ? '' : ` (as of ${utc(recordedAt)})`);

/** What came, where that is not just the leaf and its issuers in their order. */
function sentOf({ flight }: Tls): readonly Said[] {
  if (flight == null) return [];
  const { presented, presentedTotal, unread } = flight;
  if (unread?.presented === undefined && presented.every(({ place }) => place === 'leaf' || place === 'path'))
    return [];
  const places = presented.map(({ place }) => place);
  const list = places.length === 0 ? 'none' : some(places, shownPlaces, presentedTotal);
  return [['Certificates sent', `${list}${unreadWords(unread?.presented, 'their list')}${asOf(flight)}`]];
}

function storesOf({ roots = {} }: Tls): readonly Said[] {
  const stores = Object.entries(roots);
  if (stores.length === 0) return [];
  return [['Trusted by', stores.map(([store, root]) => `${store}: ${root === null ? 'no' : 'yes'}`).join(', ')]];
}

function versionsOf({ versions = [] }: Tls): readonly Said[] {
  const word = (taken: boolean | null): string => (taken === null ? 'not told' : taken ? 'taken' : 'refused');
  if (versions.length === 0) return [];
  return [['Versions', versions.map(({ version, taken }) => `${version} ${word(taken)}`).join(', ')]];
}

/** What the handshake told beyond version, cipher and certificate. */
export function saidByTls(tls: Tls): readonly Said[] {
  return [
    ...(tls.keyExchange == null ? [] : [['Key exchange', tls.keyExchange] as const]),
    ...(tls.nameMatch == null ? [] : [['Names the host', namedBy(tls.nameMatch)] as const]),
    ...sentOf(tls),
    ...storesOf(tls),
    ...stapled(tls),
    ...askedOfUs(tls),
    ...versionsOf(tls),
  ];
}

function diagnosed({ decoded, diagnostics }: SipFacts): readonly Said[] {
  if (decoded === undefined) return diagnostics.map((line) => ['Diagnostic', line]);
  return decoded.map(({ id, reason }) => ['Diagnostic', `${String(id)}${reason === null ? '' : ` ${reason}`}`]);
}

/** What the SIP answer carried beside its status. */
export function saidBySip(sip: SipFacts): readonly Said[] {
  const {
    server,
    product = null,
    edgeKind = null,
    retryAfterSeconds,
    reasonHeader = null,
    warning,
    allow,
    seenAs,
    date,
  } = sip;
  const kind = product ?? (edgeKind === 'microsoft' ? 'a Microsoft edge' : null);
  const named = [server, kind === null ? null : `(${kind})`].filter((each) => each !== null).join(' ');
  const port = seenAs?.port == null ? '' : `, port ${String(seenAs.port)}`;
  const optional: readonly (readonly [string, string | null])[] = [
    ['Server', named === '' ? null : named],
    ['Retry after', retryAfterSeconds === null ? null : `${String(retryAfterSeconds)} s`],
    ['Reason', reasonHeader],
    ['Warning', warning],
    ['Allow', allow],
    ['Their clock', date == null ? null : utc(date.says)],
    ['They see us as', seenAs?.address == null ? null : `${seenAs.address}${port}`],
  ];
  return [...optional.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])), ...diagnosed(sip)];
}
