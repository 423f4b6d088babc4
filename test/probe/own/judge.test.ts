import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnCertificateFacts } from '../../../src/probe/own/facts.ts';
import { ownFindings } from '../../../src/probe/own/findings.ts';
import { judgeOwn } from '../../../src/probe/own/judge.ts';
import { selfReport } from '../../../src/probe/self.ts';
import { healthy as made } from '../../cli/reports.ts';
import { certificateFacts } from '../../fakes/scripted-net.ts';

const dayMs = 86_400_000;
const from = Date.UTC(2026, 0, 1);
const until = from + 100 * dayMs;
const at = (day: number): number => from + day * dayMs;
const leaf = certificateFacts({ notBefore: new Date(from).toISOString(), notAfter: new Date(until).toISOString() });
const root = { subject: 'CN=Root', fingerprint256: 'AA', fingerprint1: 'BB' };
const good: OwnCertificateFacts = {
  name: 'edge',
  chain: [leaf],
  roots: { system: root },
  unreadable: null,
  client: true,
};
const seen = new Set<string>();

function codes(
  facts: Partial<OwnCertificateFacts>,
  day = 10,
  targets: readonly string[] | null = null,
): readonly string[] {
  const findings = judgeOwn({ ...good, ...facts }, { nowMs: at(day), targets });
  for (const { code } of findings) seen.add(code);
  return findings.map(({ code }) => code);
}

test('dates: a quarter of the lifetime is the line', () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({}, 75), []);
  assert.deepEqual(codes({}, 75.01), ['own_certificate_expiring']);
  assert.deepEqual(codes({}, 100), ['own_certificate_expiring']);
  assert.deepEqual(codes({}, 100.01), ['own_certificate_expired']);
  assert.deepEqual(codes({}, -1), ['own_certificate_not_yet_valid']);
});

test('usage: only what leaves clients out, and only where it is shown as a client', () => {
  const serverOnly = [certificateFacts({ ...leaf, extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] })];
  assert.deepEqual(codes({ chain: serverOnly }), ['own_certificate_no_client_auth']);
  assert.deepEqual(codes({ chain: serverOnly, client: false }), []);
  for (const extendedKeyUsage of [null, ['1.3.6.1.5.5.7.3.2'], ['2.5.29.37.0']]) {
    assert.deepEqual(codes({ chain: [certificateFacts({ ...leaf, extendedKeyUsage })] }), []);
  }
});

test('chain: one store that knows it is enough; where there is no store nothing is said', () => {
  assert.deepEqual(codes({ roots: { system: null, file: root } }), []);
  assert.deepEqual(codes({ roots: { system: null, mozilla: null } }), ['own_certificate_chain']);
  assert.deepEqual(codes({ roots: {} }), []);
});

test('names: the SRV target itself, no wildcard', () => {
  assert.deepEqual(codes({}, 10, ['sip.a.example']), []);
  assert.deepEqual(codes({}, 10, ['other.a.example', 'sip.a.example']), []);
  assert.deepEqual(codes({}, 10, []), []);
  assert.deepEqual(codes({}, 10, ['other.a.example']), ['own_certificate_name']);
  const wildcard = certificateFacts({ ...leaf, names: { dns: ['*.a.example'], uri: [], ip: [] } });
  assert.deepEqual(codes({ chain: [wildcard] }, 10, ['sip.a.example']), ['own_certificate_name']);
});

test('a file that cannot be read: what it held before is still judged', () => {
  assert.deepEqual(codes({ unreadable: 'gone', chain: [] }), ['own_certificate_unreadable']);
  assert.deepEqual(codes({ unreadable: 'gone' }, 80), ['own_certificate_unreadable', 'own_certificate_expiring']);
});

test('no certificate at all is a thing of the whole domain, said by the view of ourselves', () => {
  const examination = { ...made, state: 'healthy' as const, findings: [], edges: [] };
  const { verdict, findings } = selfReport(examination, [], at(10));
  assert.deepEqual([verdict, findings.map(({ code }) => code)], ['not_proven', ['own_certificate_none']]);
  for (const { code } of findings) seen.add(code);
});

test('every finding was met', () => {
  assert.deepEqual([...seen].sort(), Object.keys(ownFindings.rows).sort());
});
