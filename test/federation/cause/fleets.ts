import { placeFacts, zoneFacts, type Fact, type FactKind } from '../../../src/federation/cause/fact.ts';
import type { Case, Witness } from '../../../src/federation/cause/search.ts';
import type { Edge } from '../../../src/federation/edge.ts';
import type { Layer } from '../../../src/federation/observation.ts';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Saying {
  readonly layer: Layer;
  readonly code: string;
}

export const minute = 60_000;
const day = 1440 * minute;
/** When what was planted begins, and when all is read; every partner has been examined meanwhile. */
export const startMs = 1_800_000_000_000;
export const nowMs = startMs + 20 * minute;

/** How a failure of each kind of fact shows. */
export const shows: Readonly<Record<FactKind, readonly Saying[]>> = {
  edge: [
    { layer: 'tcp', code: 'tcp_silent' },
    { layer: 'tls', code: 'tls_closed' },
    { layer: 'sip', code: 'sip_silent' },
  ],
  host: [
    { layer: 'tls', code: 'tls_certificate_expired' },
    { layer: 'dns', code: 'dns_no_address' },
  ],
  prefix: [{ layer: 'tcp', code: 'tcp_unreachable' }],
  provider: [{ layer: 'sip', code: 'sip_closed' }],
  issuer: [
    { layer: 'tls', code: 'tls_untrusted' },
    { layer: 'tls', code: 'tls_certificate_revoked' },
  ],
  identity: [{ layer: 'admission', code: 'admission_refused' }],
  nameservers: [
    { layer: 'dns', code: 'dns_servfail' },
    { layer: 'dns', code: 'dns_resolver_silent' },
    { layer: 'dns', code: 'dns_dnssec_bogus' },
  ],
  resolver: [{ layer: 'dns', code: 'dns_resolver_silent' }],
  vantage: [{ layer: 'tcp', code: 'tcp_unreachable' }],
};

/** Everything that breaks for one partner by itself. */
const alone: readonly Saying[] = [
  ...Object.values(shows).flat(),
  { layer: 'dns', code: 'dns_srv_missing' },
  { layer: 'tls', code: 'tls_name_mismatch' },
  { layer: 'policy', code: 'sip_forbidden' },
];

export interface Member {
  readonly domain: string;
  readonly facts: readonly Fact[];
}

/** A fleet as there are: some hosters with several hosts and networks, one of them large, and many who run their own edge. */
export function fleet(random: () => number): readonly Member[] {
  const pick = (most: number): number => Math.floor(random() * most);
  const hosters = 2 + pick(5);
  const networks = 8 + pick(20);
  const vantages = ['paris-1', 'nyc-1'].slice(0, 1 + pick(2));
  const edgeOf = (host: string, network: number, last: number): Edge => ({
    transport: 'tls',
    host,
    port: 5061,
    address: `203.${String(network >> 8)}.${String(network % 256)}.${String(last)}`,
    serverName: host,
    options: true,
  });
  const hosts = Array.from({ length: hosters }, (_, hoster) =>
    Array.from({ length: 1 + pick(5) }, (_, at) =>
      edgeOf(`sbc${String(at)}.hoster${String(hoster)}.net`, hoster * 2 + (at > 1 ? 1 : 0), at + 1),
    ),
  ).flat();
  // One of them large; some zones are served by two of them, some by the partner's own servers, and of some it is not known.
  const operators = 3 + pick(8);
  const server = (): string => `ns1.dns${String(Math.floor(random() ** 2 * operators))}.net`;
  const zoneOf = (domain: string): readonly Fact[] => {
    const how = random();
    const own = how < 0.85 ? [] : [`ns.${domain}`];
    return how < 0.1 ? [] : zoneFacts(how < 0.2 ? [server(), server()] : how < 0.85 ? [server()] : own, domain);
  };
  return Array.from({ length: 60 + pick(200) }, (_, at) => {
    const domain = `p${String(at)}.example`;
    const hosted = random() < 0.6 ? hosts[Math.floor(random() ** 2 * hosts.length)] : undefined;
    const edge = hosted ?? edgeOf(`sip.${domain}`, 1000 + pick(networks), 1 + (at % 250));
    const issuer = `Authority ${String(hosted === undefined ? pick(6) : hosted.host.length % 3)}`;
    const vantage = vantages[pick(vantages.length)] ?? 'paris-1';
    const ofUs: readonly Fact[] = [
      { kind: 'identity', value: random() < 0.9 ? 'identity' : 'lync' },
      { kind: 'resolver', value: vantage },
      { kind: 'vantage', value: vantage },
    ];
    return {
      domain,
      facts: [...placeFacts(edge, domain), { kind: 'issuer', value: issuer }, ...zoneOf(domain), ...ofUs],
    };
  });
}

export const has = ({ facts }: Member, { kind, value }: Fact): boolean =>
  facts.some((each) => each.kind === kind && each.value === value);

/** Where a failure lies in a layer, no edge is known above it, so it has no facts of one. */
const known = ({ layer, code }: Saying, facts: readonly Fact[]): readonly Fact[] =>
  layer !== 'dns'
    ? facts.filter(({ kind }) => kind !== 'resolver' && kind !== 'nameservers')
    : facts.filter(({ kind }) =>
        ['nameservers', 'resolver', 'vantage', ...(code === 'dns_no_address' ? ['host', 'provider'] : [])].includes(
          kind,
        ),
      );

export interface Drawn {
  readonly cases: readonly Case[];
  readonly witnesses: readonly Witness[];
}

/** What was found of a fleet in which these facts broke, and `noise` of all partners by themselves, some time of the last month. */
export function observe(
  members: readonly Member[],
  planted: readonly { readonly fact: Fact; readonly saying: Saying }[],
  noise: number,
  random: () => number,
): Drawn {
  const cases: Case[] = [];
  const witnesses: Witness[] = [];
  for (const member of members) {
    const { domain } = member;
    const by = planted.find(({ fact }) => has(member, fact));
    if (by !== undefined) {
      const sinceMs = startMs + Math.floor(random() * 5 * minute);
      cases.push({ domain, state: 'unreachable', sinceMs, finding: by.saying, facts: known(by.saying, member.facts) });
    } else if (random() < noise) {
      const saying = alone[Math.floor(random() * alone.length)] ?? { layer: 'tcp', code: 'tcp_silent' };
      const sinceMs = nowMs - Math.floor(random() * 30 * day);
      cases.push({ domain, state: 'unreachable', sinceMs, finding: saying, facts: known(saying, member.facts) });
    } else {
      witnesses.push({ domain, provenMs: nowMs - Math.floor(random() * 5 * minute), facts: member.facts });
    }
  }
  return { cases, witnesses };
}
