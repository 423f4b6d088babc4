import { operatorOf } from '../sight.ts';
import type { Edge } from '../edge.ts';
import { endpointName } from '../edge.ts';
import { providerOf } from '../provider.ts';
import { prefixOf } from './prefix.ts';

/** What partners that fail may have in common, the narrowest first. Public (labels, JSON): add, never rename. */
export const factKinds = [
  'edge',
  'host',
  'prefix',
  'issuer',
  'provider',
  'identity',
  'nameservers',
  'resolver',
  'vantage',
] as const;
export type FactKind = (typeof factKinds)[number];

/** Every kind of shared cause: a fact, or that we do not see at all. */
export const causeKinds = [...factKinds, 'canary'] as const;
export type CauseKind = (typeof causeKinds)[number];

/** One thing that is true of a partner and may be true of others. */
export interface Fact {
  readonly kind: FactKind;
  /** Equal for two partners exactly when they share it. */
  readonly value: string;
  /** How it is named to people; absent: by its value. */
  readonly name?: string;
}

/** A fact as a key of a map. */
export function factKey({ kind, value }: Pick<Fact, 'kind' | 'value'>): string {
  return `${kind} ${value}`;
}

/** FNV-1a over UTF-16 units, 32 bits, mixed once more so that names that differ at the end differ all over. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}

/** The identity of a cause: the same whenever it returns, and without a word of anybody's. */
export function causeId(kind: CauseKind, value: string): string {
  return `${kind}-${hashOf(`${kind} ${value}`).toString(16).padStart(8, '0')}`;
}

/** How our usual identity is named where an edge names none. */
export const usualIdentity = 'identity';

/** What is true of one edge of a partner's route, our certificate left out. */
export function placeFacts(edge: Edge, domain: string): readonly Fact[] {
  const { transport, host, port, address } = edge;
  const operator = operatorOf(host, domain);
  return [
    { kind: 'edge', value: `${transport} ${address} ${String(port)}`, name: endpointName(edge) },
    { kind: 'host', value: host },
    { kind: 'prefix', value: prefixOf(address) },
    // A name under the partner's own domain tells nothing of who runs it.
    ...(operator === domain ? [] : [providerFact(host, operator)]),
  ];
}

/**
 * Who answers for the zone of a partner: those who run its name servers, all of them, since a zone that others serve too
 * goes on when one of them fails. None: not known.
 */
export function zoneFacts(nameServers: readonly string[], domain: string): readonly Fact[] {
  const operators = new Set(nameServers.map((host) => operatorOf(host, domain)));
  return operators.size === 0 ? [] : [{ kind: 'nameservers', value: [...operators].sort().join(' ') }];
}

function providerFact(host: string, operator: string): Fact {
  const known = providerOf(host);
  return { kind: 'provider', value: operator, ...(known === null ? {} : { name: known.name }) };
}
