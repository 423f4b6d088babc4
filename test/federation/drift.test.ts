import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accept } from '../../src/federation/accept.ts';
import { isLearned } from '../../src/federation/baseline.ts';
import { driftFindings, findDrift } from '../../src/federation/drift-findings.ts';
import { compare } from '../../src/federation/drift.ts';
import type { Sight } from '../../src/federation/sight.ts';
import { operatorOf, organisationOf } from '../../src/federation/sight.ts';
import { live, seenCertificate, sight, target, times, words, type Story } from './sights.ts';

const one = 'sip1.contoso.test';
const two = 'sip2.contoso.test';
const learned = live(times(3)).baseline;
const codes = ({ baseline }: Pick<Story, 'baseline'>): string[] => findDrift(baseline).map(({ code }) => code);
const after = (over: Partial<Sight>, count = 3): Story => live(times(count, over), learned, 10);

describe('learning', () => {
  test('three examinations that worked, and nothing is told of them', () => {
    assert.equal(live(times(2)).baseline?.examinations, 2);
    assert.ok(isLearned(learned));
    assert.deepEqual(live(times(20)).changes, []);
  });

  test('what did not work, or was cut, is not learned from', () => {
    assert.equal(live(times(9, { works: false })).baseline, null);
    assert.equal(live(times(9, { targets: null })).baseline, null);
    assert.equal(live([...times(2), ...times(9, { works: false })]).baseline?.examinations, 2);
  });

  test('targets that rotate are learned together', () => {
    const { baseline } = live([{}, { targets: [target(two)] }, {}]);
    assert.deepEqual(
      baseline?.targets.map(({ host }) => host),
      [one, two],
    );
  });

  test('our own configuration asks for another route: learned anew, nothing told', () => {
    const asked = { asked: 'sip sip9.contoso.test:5061', targets: [target('sip9.contoso.test')] };
    const { baseline, changes } = live(times(5, asked), after({ targets: [target(two)] }).baseline, 20);
    assert.deepEqual(
      [changes, baseline?.targets.map(({ host }) => host), findDrift(baseline)],
      [[], ['sip9.contoso.test'], []],
    );
  });
});

describe('kinds of change: told at the third examination in a row, once, and a finding until accepted', () => {
  const cases: readonly [string, Partial<Sight>, string, string][] = [
    ['moved', { targets: [target(two)] }, `target_moved: ${one}:5061 → ${two}:5061`, 'drift_target_moved'],
    ['added', { targets: [target(one), target(two)] }, `target_added: - → ${two}:5061`, 'drift_target_added'],
    [
      'to a known provider',
      { targets: [target('sipfed.online.lync.com')] },
      `provider_changed: ${one}:5061 → sipfed.online.lync.com:5061`,
      'drift_provider_changed',
    ],
    [
      'a stranger beside the old one',
      { targets: [target(one), target('sip.evil.test')] },
      `provider_changed: ${one}:5061 → sip.evil.test:5061`,
      'drift_provider_changed',
    ],
    [
      'another port',
      { targets: [target(one, { port: 5071 })] },
      `port_changed: ${one}:5061 → ${one}:5071`,
      'drift_port_changed',
    ],
    ['no target at all', { targets: [] }, `target_lost: ${one}:5061 → -`, 'drift_target_lost'],
    [
      'another priority',
      { targets: [target(one, { priority: 20 })] },
      'priority_changed: 10 → 20',
      'drift_priority_changed',
    ],
    [
      'another authority',
      { certificates: [seenCertificate(one, { issuer: 'C=GB, O=Other CA, Inc., CN=R1', fingerprint256: 'B1' })] },
      'issuer_changed: Good Trust → Other CA, Inc.',
      'drift_issuer_changed',
    ],
    [
      'other names',
      { certificates: [seenCertificate(one, { names: ['new.contoso.test'], fingerprint256: 'B1' })] },
      `names_changed: ${one} → new.contoso.test`,
      'drift_names_changed',
    ],
  ];
  for (const [name, over, told, code] of cases) {
    test(name, () => {
      const story = after(over, 12);
      assert.deepEqual([words(story.changes), story.told.indexOf(1)], [[told], 2]);
      assert.deepEqual(codes(story), [code]);
      const accepted = accept(story.baseline, sight(30, over), 1_000);
      assert.deepEqual(words(accepted?.accepted ?? []), [told]);
      assert.deepEqual(findDrift(accepted?.baseline ?? null), []);
      assert.deepEqual(compare(accepted!.baseline, sight(31, over)), []);
      assert.deepEqual(live(times(9, over), accepted!.baseline, 40).changes, []);
    });
  }

  test('every code of the catalogue is met above, none breaks a partner', () => {
    assert.deepEqual(
      cases.map(([, , , code]) => code).filter((code) => !(code in driftFindings.rows)),
      [],
    );
    assert.deepEqual(
      Object.keys(driftFindings.rows).filter((code) => !cases.some((each) => each[3] === code)),
      [],
    );
    assert.ok(Object.values(driftFindings.rows).every(({ severity }) => ['warn', 'note'].includes(severity)));
  });

  test('since when is when it began, not when it was confirmed', () => {
    const [finding] = findDrift(after({ targets: [target(two)] }).baseline);
    assert.ok(finding);
    assert.equal(finding.args['since'], new Date(sight(10).atMs).toISOString());
    assert.match(
      finding.summary,
      /^Moved: sip1\.contoso\.test:5061 → sip2\.contoso\.test:5061, since 2026-06-01 00:10 UTC\.$/,
    );
  });

  test('two examinations are not enough, and it begins again after one as expected', () => {
    const moved = { targets: [target(two)] };
    const story = live([moved, moved, {}, moved, moved, {}], learned, 10);
    assert.deepEqual([story.changes, codes(story)], [[], []]);
  });

  test('what goes back by itself is told once, and the finding is gone', () => {
    const story = live([...times(3, { targets: [target(two)] }), ...times(5)], learned, 10);
    assert.deepEqual(words(story.changes).at(-1), `reverted: ${two}:5061 → ${one}:5061`);
    assert.deepEqual(codes(story), []);
  });
});

describe('a story and no finding', () => {
  test('a renewal: one event, also by an intermediate with another name', () => {
    const renewed = seenCertificate(one, {
      issuer: 'C=US, O=Good Trust, CN=Good Issuing R11',
      fingerprint256: 'A2',
      notAfter: '2026-12-01T00:00:00.000Z',
    });
    const story = after({ certificates: [renewed] }, 9);
    assert.deepEqual(words(story.changes), ['certificate_renewed: valid until 2026-09-01 → valid until 2026-12-01']);
    assert.deepEqual([story.told[0], codes(story)], [1, []]);
  });

  test('all addresses are others: one event; one more beside a known one: none', () => {
    const hosts = [{ host: one, addresses: ['198.51.100.7'] }];
    const story = after({ hosts }, 9);
    assert.deepEqual(words(story.changes), ['address_changed: 192.0.2.1 → 198.51.100.7']);
    assert.deepEqual(codes(story), []);
    assert.deepEqual(live(times(9), story.baseline, 30).changes, [], 'and back');
    assert.deepEqual(after({ hosts: [{ host: one, addresses: ['192.0.2.1', '198.51.100.7'] }] }, 9).changes, []);
  });
});

describe('accepting', () => {
  test('certificates of one endpoint, one of them with more names than are kept: each is known by its fingerprint', () => {
    const both = (first: readonly string[]) => [
      seenCertificate(one, { names: first, fingerprint256: 'B1' }),
      seenCertificate(one, { names: null, fingerprint256: 'A1' }),
    ];
    const before = live(times(3, { certificates: [seenCertificate(one, { names: ['a.test', 'b.test'] })] })).baseline;
    const seen = sight(10_000, { certificates: both(['a.test']) });
    const accepted = accept(before, seen, 1);
    assert.ok(accepted);
    assert.deepEqual(compare(accepted.baseline, seen), []);
  });

  test('before anything was learned: from now on this is expected', () => {
    const accepted = accept(null, sight(1), 5_000);
    assert.ok(accepted);
    assert.ok(isLearned(accepted.baseline));
    assert.deepEqual(words(accepted.accepted), [`target_added: - → ${one}:5061`]);
    assert.equal(accepted.change.kind, 'accepted');
    assert.equal(accepted.change.atMs, 5_000);
  });

  test('an answer that was cut cannot be accepted', () => {
    assert.equal(accept(learned, sight(9, { targets: null }), 1), null);
  });

  test('each accept moves the baseline on, so that who judged by the older one is refused', () => {
    const first = accept(learned, sight(2), 1);
    const second = accept(first?.baseline ?? null, sight(2), 2);
    assert.deepEqual([first?.baseline.slotMs, second?.baseline.slotMs], [sight(2).slotMs + 1, sight(2).slotMs + 2]);
    assert.equal(first?.baseline.slotMs, (learned?.slotMs ?? 0) + 1);
  });

  test('what the examination could not show stays as it stands', () => {
    const other = { certificates: [seenCertificate(one, { issuer: 'O=Other', fingerprint256: 'B1' })] };
    const accepted = accept(after(other).baseline, sight(20, { certificates: [] }), 1);
    assert.ok(accepted);
    assert.deepEqual(accepted.accepted, []);
    assert.deepEqual(
      findDrift(accepted.baseline).map(({ code }) => code),
      ['drift_issuer_changed'],
    );
  });
});

test('operators and authorities are told by their names', () => {
  assert.equal(operatorOf('sip.eu.contoso.test', 'contoso.test'), 'contoso.test');
  assert.equal(operatorOf('a.b.hosting.test', 'contoso.test'), 'hosting.test');
  assert.equal(operatorOf('sip.hosting.co.uk', 'contoso.test'), 'hosting.co.uk');
  assert.equal(operatorOf('sipfed.online.lync.com', 'contoso.test'), 'microsoft-365');
  assert.equal(organisationOf('C=US, O=DigiCert, Inc., CN=X'), 'DigiCert, Inc.');
  assert.equal(organisationOf('CN=Own CA'), 'CN=Own CA');
});
