import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { getCACertificates } from 'node:tls';
import { x509Rules } from '../../../src/federation/x509-rule.ts';
import { brokenRules, type PathCertificate } from '../../../src/net/x509/broken-rules.ts';
import { maxList } from '../../../src/net/x509/general-names.ts';
import { issuing, root } from '../../corpus/x509/case.ts';
import { authorityOf, leafOf } from '../../corpus/x509/certificate.ts';
import { alternativeNames, dns, ip, mail, nameConstraints, uri } from '../../corpus/x509/extensions.ts';

const path = (...ders: readonly Uint8Array[]): readonly PathCertificate[] =>
  ders.map((der, at) => ({ der, facts: { subject: `CN=${String(at)}`, fingerprint256: String(at) } }));

/** Milliseconds of this thread's own work: what others do on the machine does not count. */
function workMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Numbers from a seed (mulberry32): the same mutants in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Changes, cuts out, doubles or swaps some octets. */
function mutant(der: Buffer, below: (most: number) => number): Buffer {
  let bent = Buffer.from(der);
  for (let changes = 1 + below(4); changes > 0 && bent.length > 1; changes -= 1) {
    const [at, length] = [below(bent.length), 1 + below(20)];
    const [head, part, tail] = [bent.subarray(0, at), bent.subarray(at, at + length), bent.subarray(at + length)];
    const kinds = [
      [head, Buffer.from(part.map((octet) => octet ^ (1 << below(8)))), tail],
      [head, Buffer.from(part.map(() => below(256))), tail],
      [head, tail],
      [head, part, part, tail],
      [head],
    ];
    bent = Buffer.concat(kinds[below(kinds.length)]!);
  }
  return bent;
}

describe('brokenRules in a hostile world', () => {
  test('10,000 mutants: no throw, words of the list, bounded facts, less than 50 ms each', () => {
    const below = numbers(5280);
    const constrained = authorityOf('Constrained', root, {
      more: [
        nameConstraints({
          permitted: [dns('a.example'), ip('c0000200ffffff00'), uri('.a.example'), mail('a.example')],
        }),
      ],
    });
    const leaf = leafOf(constrained, {
      names: alternativeNames([dns('sip.a.example'), ip('c0000201'), uri('https://x.a.example/'), mail('x@a.example')]),
    });
    const plain = [leaf.der, constrained.der, root.der];
    let [slowest, broken] = [0, 0];
    for (let run = 0; run < 10_000; run += 1) {
      const at = below(3);
      const bent = plain.map((der, place) => (place === at ? mutant(der, below) : der));
      slowest = Math.max(
        slowest,
        workMs(() => {
          const found = brokenRules(path(...bent), true);
          broken += found.length > 0 ? 1 : 0;
          assert.ok(found.length <= Object.keys(x509Rules).length);
          assert.ok(found.every(({ rule, detail }) => rule in x509Rules && detail.length <= 120));
        }),
      );
    }
    assert.ok(slowest < 50, `${String(slowest)} ms`);
    assert.ok(broken > 5_000, `most mutants break a rule: ${String(broken)}`);
  });

  test('what is cut short anywhere is not DER', () => {
    const { der } = issuing;
    for (let length = 0; length < der.length; length += 1) {
      const found = brokenRules(path(der.subarray(0, length)), false);
      assert.deepEqual(found, [{ rule: 'encoding', at: 0, subject: 'CN=0', detail: '' }]);
    }
  });

  test('2,000 names under 2,000 constraints of each kind, ten authorities deep: less than 500 ms', () => {
    const many = <T>(make: (at: number) => T, count = 2_000): readonly T[] =>
      Array.from({ length: count }, (_, at) => make(at));
    const address = (at: number): string => (0x0a000000 + at).toString(16).padStart(8, '0');
    const deep = `${'x.'.repeat(110)}a.example`;
    const constraints = nameConstraints({
      permitted: [dns('a.example'), ip('0a000000ff000000'), uri('.a.example'), mail('.a.example')],
      excluded: [
        ...many((at) => dns(`n${String(at)}.b.example`)),
        ...many((at) => ip(`${address(at + 0x10000)}ffffffff`)),
        ...many((at) => uri(`.n${String(at)}.b.example`)),
        ...many((at) => mail(`n${String(at)}@b.example`)),
      ],
    });
    const issuers = many((at) => authorityOf(`Deep ${String(at)}`, root, { more: [constraints] }), 10);
    for (const name of [dns(`*.${deep}`), dns(deep), uri(`https://${deep}/`), mail(`x@${deep}`)]) {
      const leaf = leafOf(issuers[0]!, { names: alternativeNames(many(() => name)) });
      let rules: readonly string[] = [];
      const ms = workMs(() => {
        rules = brokenRules(path(leaf.der, ...issuers.map(({ der }) => der)), false).map(({ rule }) => rule);
      });
      assert.deepEqual(rules, []);
      assert.ok(ms < 500, `${String(ms)} ms`);
    }
  });

  test('a list of as many names as there may be is read, one of more is not', () => {
    const rules = (count: number): readonly string[] => {
      const names = Array.from({ length: count }, () => dns('a'));
      return brokenRules(path(leafOf(issuing, { names: alternativeNames(names) }).der), false).map(({ rule }) => rule);
    };
    assert.deepEqual([rules(maxList), rules(maxList + 1)], [[], ['extension_malformed']]);
  });

  test('names without end: dots, at signs and colons by the ten thousand', () => {
    const constraints = nameConstraints({ permitted: [dns('a.example'), uri('a.example'), mail('a.example')] });
    const issuer = authorityOf('Long', root, { more: [constraints] });
    for (const long of [dns('a.'.repeat(30_000)), mail('@.'.repeat(30_000)), uri(`x://${'a@:'.repeat(20_000)}`)]) {
      const leaf = leafOf(issuer, { names: alternativeNames([long]) });
      const ms = workMs(() => {
        const rules = brokenRules(path(leaf.der, issuer.der), false).map(({ rule }) => rule);
        assert.ok(rules.includes('name_constraints'), rules.join(', '));
      });
      assert.ok(ms < 50, `${String(ms)} ms`);
    }
  });
});

test('no root that the world trusts breaks a rule that is asked of roots', () => {
  const all = [...getCACertificates('bundled'), ...getCACertificates('system')].map(
    (pem) => new X509Certificate(pem).raw,
  );
  assert.ok(all.length > 100);
  const found = all.flatMap((der) => brokenRules(path(der, der), true).filter(({ at }) => at === 1));
  const alone = all.flatMap((der) => brokenRules(path(der), true));
  assert.deepEqual([...found, ...alone], []);
});

test('taken as intermediates, they break no rule that servers enforce', () => {
  const all = getCACertificates('bundled').map((pem) => new X509Certificate(pem).raw);
  const refused = all
    .flatMap((der) => brokenRules(path(der), false))
    .filter(({ rule }) => x509Rules[rule].weight === 'fail');
  assert.deepEqual(refused, []);
});
