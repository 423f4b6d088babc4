import type { FleetPartner } from '../lab/fleet.ts';
import { stateRank, type PartnerState } from '../../src/federation/state.ts';
import { within, type Expectations, type Expected } from './expected.ts';
import type { Row } from './observed.ts';

const some: Expected = (rows) => (rows.length > 0 ? null : 'empty');
const isTroubled = ({ expects }: FleetPartner): boolean => !['healthy', 'maintenance'].includes(expects.state);
/** Label values in this order, then what the value says. */
const row = (names: readonly string[], { labels }: Row): string => names.map((name) => labels[name] ?? '').join(' ');

function same(seen: readonly string[], wanted: readonly string[]): string | null {
  const [a, b] = [seen.toSorted().join('; '), wanted.toSorted().join('; ')];
  return a === b ? null : `${a} and not ${b}`;
}

/** What the Fleet dashboard shows of the demo: every partner as its story says. */
export function expectedFleet(partners: readonly FleetPartner[]): Expectations {
  const troubled = partners.filter(isTroubled);
  const inState = (state: PartnerState): number => partners.filter(({ expects }) => expects.state === state).length;
  const share = inState('healthy') / (partners.length - inState('maintenance'));
  return {
    'Partners healthy A': within(1, share, share),
    'Healthy, by tier A': within(2, 0, 1),
    'Partners by state A': (rows) =>
      rows.find(({ labels, value }) => value !== inState(labels['state'] as PartnerState))?.labels['state'] ?? null,
    'Can this screen be believed? A': within(1, 1, 1),
    'Canary passed A': within(1, 0, 60),
    'Examined lately A': within(1, 0.8, 1),
    'Causes: why partners fail together partners': 0,
    'Causes: why partners fail together info': 0,
    'Causes: why partners fail together since': 0,
    'Alerts, firing and pending A': (rows) =>
      rows.some(({ labels }) => labels['alertname'] === 'FedmonPartnerUnreachable') ? null : JSON.stringify(rows),
    'Partners in trouble A': (rows) =>
      same(
        rows.map((each) => row(['partner', 'state', 'code', 'rank'], each)),
        troubled.map(({ domain, expects: { state, code } }) =>
          [domain, state, code, stateRank[state]].map(String).join(' '),
        ),
      ) ?? (rows.every(({ value }) => Math.abs(Date.now() - value) < 600_000) ? null : 'since when?'),
    'What happened: partners in trouble A': (rows) =>
      same(
        rows.map((each) => `${each.labels['partner'] ?? ''} ${String(each.value)}`),
        troubled.map(({ domain, expects }) => `${domain} ${String(stateRank[expects.state])}`),
      ),
    'Partners by state, over time A': within(7, 0, partners.length),
    'Not healthy, by lowest failing layer A': some,
    'Not healthy, by code and side A': within(10, 1, 5),
    'Not healthy, by provider A': some,
    'Edges down A': within(20, 1, 2),
    'Certificates by lifetime left A': (rows) =>
      rows.length === 20 && rows[0] !== undefined && rows[0].value < 0 ? null : JSON.stringify(rows),
    'Availability and error budget, by tier now': within(2, 0, 1),
    'Availability and error budget, by tier day': within(2, 0, 1),
    'Availability and error budget, by tier month': within(2, 0, 1),
    'Availability and error budget, by tier objective': ['critical 0.99'],
    'Availability and error budget, by tier budget': within(1, -100, 1),
    'Availability and error budget, by tier burn': within(1, 0, 100),
    'Availability, by tier A': within(2, 0, 1),
  };
}
