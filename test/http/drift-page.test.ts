import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Baseline } from '../../src/federation/baseline.ts';
import type { Change } from '../../src/federation/change.ts';
import type { PartnerAnswer } from '../../src/http/api.ts';
import { buildHttp } from '../../src/http/server.ts';
import * as made from '../metrics/made-up.ts';
import { baseline, driftChange } from '../store/values.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const domain = 'a.example';
const expected: Baseline = baseline(domain, made.examinedMs);
const hostile = '<script>alert(1)</script>';
const told: readonly Change[] = [
  { ...driftChange(expected, 'issuer_changed'), subject: 'sip.a.example:5061', before: 'Good CA', after: hostile },
  driftChange(expected),
  { domain, atMs: made.examinedMs, slotMs: made.examinedMs, from: 'unknown', to: 'healthy', cause: null },
];
const snapshot = made.snapshotOf([made.healthy(domain, { baseline: expected })], told);
const app = buildHttp(serving(viewsOf(snapshot)), quiet);

test('the page tells of drift between changes of the state, and lists what stands as a finding', async () => {
  const page = (await app.inject(`/partners/${domain}`)).body;
  const text = page
    .replaceAll('<wbr />', '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  assert.match(
    text,
    /Certificate of another authority sip\.a\.example:5061 Good CA &lt;script&gt;alert\(1\)&lt;\/script&gt;/,
  );
  assert.match(text, /One more SRV target – new\.a\.example:5061/);
  assert.match(text, /Published state \? Unknown ✓ Healthy/);
  assert.match(
    text,
    /New: new\.a\.example:5061, since 2026-11-23 12:00 UTC ?\. route The SRV record names one more host/,
  );
  assert.equal(page.includes(hostile), false);
});

test('the API: events of both sorts told apart by a word, and what is expected of a partner', async () => {
  const { events } = (await app.inject('/api/v1/events')).json<{ events: readonly Record<string, unknown>[] }>();
  const head = { domain, at: '2026-11-23T12:00:00.250Z', slot: made.at };
  assert.deepEqual(events.slice(1), [
    { ...head, what: 'drift', kind: 'target_added', subject: null, before: null, after: 'new.a.example:5061' },
    { ...head, at: made.at, what: 'state', from: 'unknown', to: 'healthy', cause: null },
  ]);
  const one = (await app.inject(`/api/v1/partners/${domain}`)).json<PartnerAnswer>();
  assert.equal(one.events.length, 3);
  assert.deepEqual(
    one.examination?.findings.map(({ code }) => code),
    ['drift_target_added'],
  );
  assert.deepEqual(one.baseline, {
    learned: true,
    since: made.at,
    acceptedAt: null,
    targets: expected.targets,
    hosts: [{ host: 'sip.a.example', addresses: ['192.0.2.1'] }],
    certificates: [
      {
        endpoint: 'sip.a.example:5061',
        issuer: 'O=Test',
        subject: 'CN=sip.a.example',
        names: ['sip.a.example'],
        notAfter: made.at,
        fingerprints: ['AB:CD'],
      },
    ],
    deviations: [{ kind: 'target_added', subject: null, before: null, after: 'new.a.example:5061', since: made.at }],
  });
});
