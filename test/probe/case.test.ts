import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explainCases } from '../../src/federation/cause/search.ts';
import type { Edge } from '../../src/federation/edge.ts';
import type { EdgeEvidence } from '../../src/federation/observation.ts';
import { publish } from '../../src/federation/published.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { Vote } from '../../src/federation/vantage.ts';
import { disagreement } from '../../src/federation/quorum-findings.ts';
import type { AdmissionFacts } from '../../src/probe/admission/facts.ts';
import type { RouteFacts } from '../../src/probe/dns/facts.ts';
import { caseOf, witnessOf, type Seen } from '../../src/probe/case.ts';
import { anEdge, finding } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';

/** A partner with an edge of its own that asks for our certificate, and what else is said. */
function seen(
  domain: string,
  admission: Partial<AdmissionFacts> & { readonly fails?: boolean } = {},
  status = 200,
): Seen {
  const { fails = false, ...facts } = admission;
  const of = made.partner(domain);
  const edge = made.edge(`sip.${domain}`, `10.${String(domain.length)}.${String(domain.charCodeAt(1))}.1`);
  const evidence = made.edgeEvidence(edge, { sip: { status } });
  const failure = { code: 'peer_refused_certificate', detail: 'alert 48 unknown_ca' } as const;
  const observations = evidence.observations
    .filter(({ kind }) => !fails || kind !== 'sip')
    .map((each): EdgeEvidence['observations'][number] =>
      each.kind !== 'admission'
        ? each
        : {
            ...each,
            steps: each.steps.map((step) => ({ ...step, failure: fails ? failure : null })),
            facts: { shownBy: null, offeredCertificate: true, certificateRequested: true, ...facts },
          },
    );
  return made.partnerSnapshot({
    partner: of,
    route: made.routeEvidence(of, [edge]),
    edges: [{ ...evidence, observations }],
  });
}

const domains = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${name}${String(at)}.example`);

function blamed(all: readonly Seen[], vantage = 'here-1'): readonly string[] {
  const found = explainCases(
    all.flatMap((each) => caseOf(each, vantage) ?? []),
    all.flatMap((each) => witnessOf(each, vantage) ?? []),
  );
  return found.map(({ fact, members }) => `${fact.kind} ${fact.value}: ${String(members.length)}`);
}

const kinds = (of: { readonly facts: readonly { readonly kind: string }[] } | null): readonly string[] =>
  (of?.facts ?? []).map(({ kind }) => kind);

describe('our own certificate', () => {
  const refused = domains(6, 'r').map((domain) => seen(domain, { fails: true }));

  test('is blamed when those that ask for it refuse it; who does not ask is no witness', () => {
    assert.equal(refused[0]?.published.state, 'refused');
    const unasked = domains(40, 'h').map((domain) => seen(domain, { certificateRequested: false }));
    assert.deepEqual(blamed([...refused, ...unasked]), ['identity identity: 6']);
    const unknown = domains(40, 'h').map((domain) => made.healthy(domain));
    assert.deepEqual(blamed([...refused, ...unknown]), ['identity identity: 6']);
  });

  test('is not blamed when others take it', () => {
    assert.deepEqual(blamed([...refused, ...domains(5, 'h').map((domain) => seen(domain))]), []);
  });

  test('is not acquitted by those that take it and refuse our name', () => {
    const forbidden = domains(6, 'r').map((domain) => seen(domain, {}, 403));
    assert.equal(forbidden[0]?.published.standing?.cause?.code, 'sip_forbidden');
    assert.ok(!kinds(witnessOf(forbidden[0], 'here-1')).includes('identity'));
    assert.deepEqual(blamed(forbidden), ['identity identity: 6']);
  });
});

describe('what DNS shows', () => {
  const silent = (domain: string): Seen => {
    const of = made.partner(domain);
    const failure = { code: 'dns_timeout', detail: 'no answer within 3000 ms' } as const;
    return made.partnerSnapshot({
      partner: of,
      route: made.routeEvidence(of, [], { failure, targets: [] }),
      edges: [],
    });
  };

  test('unanswered lookups are the resolvers’, when half of all are', () => {
    const unanswered = domains(6, 's').map(silent);
    assert.equal(unanswered[0]?.published.standing?.cause?.code, 'dns_resolver_silent');
    assert.deepEqual(blamed([...unanswered, ...domains(6, 'h').map((domain) => made.healthy(domain))]), [
      'resolver here-1: 6',
    ]);
    assert.deepEqual(blamed([...unanswered, ...domains(7, 'h').map((domain) => made.healthy(domain))]), []);
  });

  /** The zone of a partner as its evidence knows it; without `failure` it is answered. */
  const servedBy = (domain: string, nameServers: readonly string[], failure?: RouteFacts['failure']): Seen => {
    const healthy = made.healthy(domain);
    const of = made.partner(domain);
    const route = failure === undefined ? healthy.route! : made.routeEvidence(of, [], { failure, targets: [] });
    const facts = { ...(route.observation.facts as RouteFacts), nameServers };
    const known = { ...route, observation: { ...route.observation, facts } };
    if (failure === undefined) return { ...healthy, route: known };
    return made.partnerSnapshot({ partner: of, route: known, edges: [] });
  };
  const servfail = { code: 'dns_servfail', detail: 'SERVFAIL' } as const;
  const theirs = ['ns1.one.net', 'ns2.one.net'];

  test('zones that one operator serves and nobody can look up are its outage, however many others work', () => {
    const failing = domains(6, 's').map((domain) => servedBy(domain, theirs, servfail));
    const others = domains(40, 'h').map((domain) => servedBy(domain, [`ns.${domain}`]));
    assert.deepEqual(blamed([...failing, ...others]), ['nameservers one.net: 6']);
    assert.deepEqual(blamed(failing), ['nameservers one.net: 6']);
  });

  test('who serves zones that work is not blamed, nor for zones that somebody else serves, too', () => {
    const failing = domains(6, 's').map((domain) => servedBy(domain, theirs, servfail));
    const working = (servers: readonly string[]) => domains(40, 'h').map((domain) => servedBy(domain, servers));
    assert.deepEqual(blamed([...failing, ...working(theirs)]), []);
    assert.deepEqual(blamed([...failing, ...working([...theirs, 'ns.two.net'])]), ['nameservers one.net: 6']);
  });

  test('resolvers that fail for everybody are the cause, and not whom everybody asks through them', () => {
    const of = (domain: string, at: number) => servedBy(domain, [`ns.dns${String(at % 4)}.net`], servfail);
    assert.deepEqual(blamed(domains(40, 's').map(of)), ['resolver here-1: 40']);
  });

  test('a record that its name servers say is missing is no outage of theirs', () => {
    const missing = { code: 'dns_nxdomain', detail: 'no such name' } as const;
    assert.deepEqual(blamed(domains(6, 's').map((domain) => servedBy(domain, theirs, missing))), []);
  });

  test('a host without an address is shared by all that name it', () => {
    const nameless = (domain: string): Seen => {
      const of = made.partner(domain);
      const failure = { code: 'dns_nxdomain', detail: 'no such name' } as const;
      const edge = anEdge('sipfed.online.lync.com');
      const { targets } = made.routeEvidence(of, [edge]).observation.facts as { targets: readonly object[] };
      const gone = targets.map((target) => ({ ...target, addresses: [], failure }));
      const route = made.routeEvidence(of, [], { targets: gone as never });
      return made.partnerSnapshot({ partner: of, route, edges: [] });
    };
    const all = domains(4, 'n').map(nameless);
    assert.equal(all[0]?.published.standing?.cause?.code, 'dns_no_address');
    assert.deepEqual(blamed(all), ['host sipfed.online.lync.com: 4']);
  });
});

describe('several vantages', () => {
  const vote = (vantage: string, says: Vote['says']): Vote => ({
    vantage,
    says,
    state: null,
    slotMs: null,
    examinedMs: null,
    code: null,
    summary: null,
  });

  /** A partner as these votes publish it. */
  function voted(domain: string, votes: readonly Vote[]): Seen {
    const snapshot = made.healthy(domain);
    const against = votes.filter(({ says }) => says === 'broken');
    const cause = against.length === 0 ? null : disagreement(votes, [finding('tcp_silent', 'tcp')]);
    const standing: Standing = {
      ...snapshot.published.standing!,
      state: against.length === 0 ? 'healthy' : 'degraded',
      cause,
      ballot: { quorum: 2, votes, shownFrom: 'paris-1' },
    };
    return {
      ...snapshot,
      published: publish(snapshot.published.partner, standing, [], made.nowMs),
      seenFrom: 'paris-1',
    };
  }

  const lone = ['paris-1', 'fra-1'].map((each) => vote(each, 'works'));

  test('the one place from which partners fail is blamed, once half of them do', () => {
    const disputed = domains(5, 'd').map((domain) => voted(domain, [...lone, vote('nyc-1', 'broken')]));
    const agreed = (count: number): readonly Seen[] =>
      domains(count, 'h').map((domain) => voted(domain, [...lone, vote('nyc-1', 'works')]));
    assert.deepEqual(blamed([...disputed, ...agreed(5)]), ['vantage nyc-1: 5']);
    assert.deepEqual(blamed([...disputed, ...agreed(6)]), []);
  });

  test('what two places find broken is no matter of one', () => {
    const broken = voted('d.example', [vote('paris-1', 'works'), vote('fra-1', 'broken'), vote('nyc-1', 'broken')]);
    assert.ok(!kinds(caseOf(broken, 'paris-1')).includes('vantage'));
  });
});

describe('the facts of a partner', () => {
  const two = (first: Partial<Edge>, second: Partial<Edge>, dead: readonly string[]): Seen => {
    const of = made.partner('p.example');
    const edges = [anEdge('a.p.example', first), anEdge('b.p.example', second)];
    const refused = { tcp: ['tcp_refused', 'refused'] } as const;
    const evidence = edges.map((each) => made.edgeEvidence(each, dead.includes(each.address) ? refused : {}));
    return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, edges), edges: evidence });
  };

  test('two dead hosts with nothing in common: the one that the cause names speaks', () => {
    const all = two({ address: '192.0.2.1' }, { address: '198.51.100.1' }, ['192.0.2.1', '198.51.100.1']);
    const { facts = [] } = caseOf(all, 'here-1') ?? {};
    assert.deepEqual(
      facts.filter(({ kind }) => kind === 'host'),
      [{ kind: 'host', value: 'a.p.example' }],
    );
  });

  test('one dead of two: that edge fails, the other works', () => {
    const half = two({ address: '192.0.2.1' }, { address: '198.51.100.1' }, ['192.0.2.1']);
    assert.equal(half.published.state, 'degraded');
    const hostOf = (of: ReturnType<typeof caseOf> | ReturnType<typeof witnessOf>) =>
      of?.facts.filter(({ kind }) => kind === 'host').map(({ value }) => value);
    assert.deepEqual(hostOf(caseOf(half, 'here-1')), ['a.p.example']);
    assert.deepEqual(hostOf(witnessOf(half, 'here-1')), ['b.p.example']);
  });

  test('a host under the name of the partner says nothing of a provider; one elsewhere does', () => {
    const own = caseOf(two({ address: '192.0.2.1' }, { address: '192.0.2.2' }, ['192.0.2.1']), 'here-1');
    assert.ok(!kinds(own).includes('provider'));
  });
});
