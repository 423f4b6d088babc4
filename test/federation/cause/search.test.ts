import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { causeId, factKey, type Fact } from '../../../src/federation/cause/fact.ts';
import { prefixOf } from '../../../src/federation/cause/prefix.ts';
import {
  explainCases,
  leastPartners,
  mostCauses,
  search,
  togetherMs,
  type Case,
  type Witness,
} from '../../../src/federation/cause/search.ts';
import { minute, nowMs, startMs, type Saying } from './fleets.ts';

const silent: Saying = { layer: 'tcp', code: 'tcp_silent' };

const edge = (host: string, address: string): readonly Fact[] => [
  { kind: 'edge', value: `tls ${address} 5061`, name: `${host}:5061 (${address})` },
  { kind: 'host', value: host },
  { kind: 'prefix', value: prefixOf(address) },
];
const provider: Fact = { kind: 'provider', value: 'hoster.net' };
const vantage: Fact = { kind: 'vantage', value: 'paris-1' };

/** `count` partners that fail in the same way at the same time. */
function failing(
  count: number,
  facts: readonly Fact[],
  saying = silent,
  name = 'f',
  sinceMs = startMs,
): readonly Case[] {
  return Array.from({ length: count }, (_, at): Case => ({
    domain: `${name}${String(at)}.example`,
    state: 'unreachable',
    sinceMs,
    finding: saying,
    facts,
  }));
}

function working(count: number, facts: readonly Fact[], provenMs = nowMs): readonly Witness[] {
  return Array.from({ length: count }, (_, at) => ({ domain: `w${String(at)}.example`, provenMs, facts }));
}

const blamed = (cases: readonly Case[], witnesses: readonly Witness[] = []): readonly string[] =>
  explainCases(cases, witnesses).map(({ fact, members }) => `${factKey(fact)}: ${String(members.length)}`);

describe('what is blamed', () => {
  test('40 partners behind an edge that dies are one cause, named by host and address', () => {
    const [found, ...others] = explainCases(failing(40, edge('sip.hoster.net', '192.0.2.1')), working(100, [vantage]));
    assert.deepEqual(others, []);
    assert.deepEqual(found?.fact, {
      kind: 'edge',
      value: 'tls 192.0.2.1 5061',
      name: 'sip.hoster.net:5061 (192.0.2.1)',
    });
    assert.equal(found.members.length, 40);
    assert.equal(found.healthy, 0);
    assert.equal(found.sinceMs, startMs);
  });

  test('customers of one address under names of their own share the edge, which is named by its value', () => {
    const cases = ['a', 'b', 'c'].flatMap((name) => failing(1, edge(`sip.${name}.example`, '192.0.2.1'), silent, name));
    assert.deepEqual(
      explainCases(cases, []).map(({ fact }) => fact),
      [{ kind: 'edge', value: 'tls 192.0.2.1 5061' }],
    );
  });

  test('thirteen dead edges of one provider are its trouble, not thirteen causes', () => {
    const cases = Array.from({ length: 13 }, (_, at) =>
      failing(3, [...edge(`e${String(at)}.hoster.net`, `192.0.${String(at)}.1`), provider], silent, `f${String(at)}-`),
    ).flat();
    assert.deepEqual(blamed(cases), ['provider hoster.net: 39']);
  });

  test('two edges that have nothing in common are two causes', () => {
    const cases = [
      ...failing(5, edge('a.example', '192.0.2.1'), silent, 'a'),
      ...failing(4, edge('b.example', '198.51.100.1'), silent, 'b'),
    ];
    assert.deepEqual(blamed(cases), ['edge tls 192.0.2.1 5061: 5', 'edge tls 198.51.100.1 5061: 4']);
  });

  test('our certificate, when nearly all who ask for it refuse it', () => {
    const identity: Fact = { kind: 'identity', value: 'identity' };
    const refused: Saying = { layer: 'admission', code: 'admission_refused' };
    assert.deepEqual(blamed(failing(8, [identity], refused), working(2, [identity])), ['identity identity: 8']);
    assert.deepEqual(blamed(failing(8, [identity], refused), working(3, [identity])), []);
  });
});

describe('near misses', () => {
  const sip = edge('sip.hoster.net', '192.0.2.1');

  test('two partners share by chance, three do not', () => {
    assert.deepEqual(blamed(failing(leastPartners - 1, sip)), []);
    assert.deepEqual(blamed(failing(leastPartners, sip)), ['edge tls 192.0.2.1 5061: 3']);
  });

  test('a provider with 3 of 400 failing is no cause', () => {
    const cases = ['a', 'b', 'c'].flatMap((name, at) =>
      failing(1, [...edge(`${name}.hoster.net`, `192.0.${String(at)}.1`), provider], silent, name),
    );
    assert.deepEqual(blamed(cases, working(397, [provider])), []);
    assert.deepEqual(blamed(cases), ['provider hoster.net: 3']);
  });

  test('four fifths must fail: 8 of 10, not 8 of 11', () => {
    assert.deepEqual(blamed(failing(8, sip), working(2, sip)), ['edge tls 192.0.2.1 5061: 8']);
    assert.deepEqual(blamed(failing(8, sip), working(3, sip)), []);
  });

  test('who was last seen to work before it began says nothing, who was seen since does', () => {
    assert.equal(blamed(failing(3, sip), working(37, sip, startMs - 1)).length, 1);
    assert.equal(blamed(failing(3, sip), working(37, sip, startMs)).length, 0);
  });

  test('one that was broken long before does not make witnesses of who works no more', () => {
    const old = failing(1, sip, silent, 'old', startMs - 90 * 24 * 60 * minute);
    const [found] = explainCases([...old, ...failing(5, sip)], working(20, sip, startMs - minute));
    assert.equal(found?.members.length, 6);
    assert.equal(found.sinceMs, startMs, 'it began when most began');
  });

  test('a lonely neighbour of a dead edge does not make it a dead network', () => {
    const stray = failing(1, edge('other.example', '192.0.2.77'), silent, 'stray');
    assert.deepEqual(blamed([...failing(40, sip), ...stray]), ['edge tls 192.0.2.1 5061: 40']);
  });

  test('an edge of most partners is not the place we look from', () => {
    const cases = [...failing(60, [...sip, vantage]), ...failing(2, [vantage], silent, 'other')];
    assert.deepEqual(blamed(cases, working(38, [vantage])), ['edge tls 192.0.2.1 5061: 60']);
  });

  test('many that have only our place in common are told of our place, once half of all fail', () => {
    const cases = Array.from({ length: 20 }, (_, at) =>
      failing(1, [...edge(`s${String(at)}.example`, `10.${String(at)}.0.1`), vantage], silent, `s${String(at)}-`),
    ).flat();
    assert.deepEqual(blamed(cases, working(20, [vantage])), ['vantage paris-1: 20']);
    assert.deepEqual(blamed(cases, working(21, [vantage])), []);
  });

  test('a wide fact needs some that began together; an edge does not', () => {
    const apart = (gapMs: number, facts: (at: number) => readonly Fact[]): readonly Case[] =>
      [0, 1, 2].flatMap((at) => failing(1, facts(at), silent, `a${String(at)}-`, startMs + at * gapMs));
    const network = (at: number): readonly Fact[] => edge(`h${String(at)}.example`, `192.0.2.${String(at)}`);
    assert.deepEqual(blamed(apart(togetherMs / 2, network)), ['prefix 192.0.2.0/24: 3']);
    assert.deepEqual(blamed(apart(togetherMs / 2 + 1, network)), []);
    assert.deepEqual(blamed(apart(togetherMs, () => sip)), ['edge tls 192.0.2.1 5061: 3']);
  });

  test('three behind one edge that began on different days and fail in different ways share it by chance', () => {
    const codes = ['tcp_silent', 'tls_certificate_expired', 'sip_silent'];
    const strays = (gapMs: number): readonly Case[] =>
      codes.flatMap((code, at) => failing(1, sip, { layer: 'tls', code }, `b${String(at)}-`, startMs + at * gapMs));
    assert.deepEqual(blamed(strays(togetherMs)), []);
    assert.deepEqual(blamed(strays(togetherMs / 2)), ['edge tls 192.0.2.1 5061: 3']);
  });

  test('a fact must fit what fails', () => {
    const issuer: Fact = { kind: 'issuer', value: 'Authority' };
    const identity: Fact = { kind: 'identity', value: 'identity' };
    const resolver: Fact = { kind: 'resolver', value: 'paris-1' };
    const everything = [...sip, provider, issuer, identity, resolver];
    const none = (layer: Saying['layer'], code: string, facts: readonly Fact[]): void => {
      assert.deepEqual(blamed(failing(9, facts, { layer, code })), [], code);
    };
    none('dns', 'dns_srv_missing', everything);
    none('dns', 'dns_resolver_silent', [...sip, provider, issuer, identity]);
    none('tls', 'tls_certificate_expired', [issuer, identity, resolver]);
    none('tls', 'tls_name_mismatch', [issuer, identity]);
    none('tcp', 'tcp_silent', [issuer, identity, resolver]);
    none('admission', 'admission_refused', [issuer, resolver, { kind: 'prefix', value: '192.0.2.0/24' }]);
    none('tcp', 'egress_denied', [...sip, provider]);
    none('tcp', 'vantages_disagree', [...sip, provider]);
  });

  test('no more causes than a person can read', () => {
    const cases = Array.from({ length: mostCauses + 1 }, (_, at) =>
      failing(3, edge(`e${String(at)}.example`, `10.${String(at)}.0.1`), silent, `f${String(at)}-`),
    ).flat();
    assert.equal(explainCases(cases, []).length, mostCauses);
  });

  test('nobody fails, nothing is blamed', () => {
    assert.deepEqual(blamed([], working(50, sip)), []);
    assert.deepEqual(blamed([]), []);
  });
});

test('10,000 partners that all fail are explained without holding up others for 50 ms', () => {
  const place = (at: number): readonly Fact[] => [
    ...edge(`e${String(at % 2000)}.hoster${String(at % 90)}.net`, `10.${String(at % 200)}.${String(at % 10)}.1`),
    { kind: 'provider', value: `hoster${String(at % 90)}.net` },
    { kind: 'issuer', value: `Authority ${String(at % 7)}` },
    { kind: 'identity', value: 'identity' },
    vantage,
  ];
  const all = Array.from({ length: 10_000 }, (_, at) => failing(1, place(at), silent, `${String(at)}-`)).flat();
  const stretches: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const searching = search(all, working(10_000, [provider]));
    let longest = 0;
    for (let done = false; !done;) {
      const before = process.cpuUsage();
      done = searching.next().done === true;
      const { user, system } = process.cpuUsage(before);
      longest = Math.max(longest, (user + system) / 1000);
    }
    stretches.push(longest);
  }
  const best = Math.min(...stretches);
  assert.ok(best < 50, `the longest stretch took ${best.toFixed(1)} ms of CPU`);
});

describe('names', () => {
  test('a network is a /24, or a /48 of IPv6 however it is written', () => {
    assert.equal(prefixOf('192.0.2.200'), '192.0.2.0/24');
    assert.equal(prefixOf('2001:db8:7:1::9'), '2001:db8:7::/48');
    assert.equal(prefixOf('2001:0DB8::1'), '2001:db8:0::/48');
    assert.equal(prefixOf('::1'), '0:0:0::/48');
    assert.equal(prefixOf('::ffff:192.0.2.1'), '0:0:0::/48');
    assert.equal(prefixOf('fe80::1%eth0'), 'fe80:0:0::/48');
  });

  test('the id of a cause is of closed form, stable, and holds no word of a stranger', () => {
    assert.match(causeId('edge', '"; drop\n'), /^edge-[0-9a-f]{8}$/);
    assert.equal(causeId('host', 'sip.example.com'), causeId('host', 'sip.example.com'));
    const ids = new Set(Array.from({ length: 20_000 }, (_, at) => causeId('host', `sip${String(at)}.example.com`)));
    assert.ok(ids.size > 19_990, String(ids.size));
  });
});
