import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPartners } from '../../src/cli/render-partners.ts';
import type { OwnReport } from '../../src/federation/own-report.ts';
import { fleetQuery } from '../../src/http/fleet-query.ts';
import { fleetPage } from '../../src/http/page-fleet.ts';
import { buildHttp } from '../../src/http/server.ts';
import { ownFindings } from '../../src/probe/own/findings.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import * as made from '../metrics/made-up.ts';
import { withoutOurScript } from './our-script.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const { nowMs } = made;

const good = {
  name: 'default',
  names: ['sip.mon.example'],
  issuer: 'CN=Issuing',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-03-01T00:00:00.000Z',
  findings: [],
};
const wrongName = ownFindings.make('own_certificate_name', {
  name: 'edge',
  names: 'old.mon.example',
  targets: 'sip.mon.example',
});
const bad = { ...good, name: 'edge', names: ['old.mon.example'], findings: [wrongName] };

/** A reading of a store into which a report was written, as the service does. */
async function reading(change: Partial<OwnReport> | null): Promise<Snapshot> {
  const store = createMemoryStore();
  const report: OwnReport = {
    slotMs: nowMs - 30_000,
    domain: 'mon.example',
    targets: ['sip.mon.example'],
    targetsMs: nowMs - 600_000,
    certificates: [good],
    dropped: 0,
  };
  if (change !== null) await store.recordOwn({ ...report, ...change });
  return readSnapshot(store, { partners: [made.partner('good.example')], maintenance: [] }, nowMs);
}

const text = (page: string): string => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const page = async (change: Partial<OwnReport> | null) => text(fleetPage(await reading(change), fleetQuery({})));
const listed = async (change: Partial<OwnReport> | null, columns = 120) =>
  renderPartners(await reading(change), { colour: false, columns });

async function api(snapshot: Snapshot): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await buildHttp(serving(viewsOf(snapshot)), quiet).inject('/api/v1/own-certificates');
  return { status: answer.statusCode, body: answer.json() };
}

test('a broken certificate of ours stands before the partners on the page and in the list, with what to do', async () => {
  const change = { certificates: [bad, good] };
  const shown = await page(change);
  const at = (part: string): number => {
    assert.ok(shown.includes(part), `${part}\n${shown}`);
    return shown.indexOf(part);
  };
  assert.ok(at('Our own certificates: partners may refuse us because of this') < at('All others'));
  at('Breaks it edge A certificate of ours does not name our own edge');
  at(
    'Our certificate "edge" names old.mon.example; our SRV record leads to sip.mon.example.'.replaceAll('"', '&quot;'),
  );
  at('Order a certificate with the SRV target among its names');
  at('edge until 2027-03-01, default until 2027-03-01. The SRV record of mon.example leads to sip.mon.example.');

  const [ours = '', rest = ''] = (await listed(change)).split('\n\n');
  assert.equal(
    ours.replaceAll(/\s+/g, ' '),
    'Ours edge: Our certificate "edge" names old.mon.example; our SRV record leads to sip.mon.example. Type: npx fedmon check --self',
  );
  assert.match(rest, /^unknown +good\.example/);
});

test('certificates in order are one line on the page and nothing in the list', async () => {
  const shown = await page({});
  assert.doesNotMatch(shown, /refuse us because/);
  assert.match(
    shown,
    /Our own certificates: default until 2027-03-01\. The SRV record of mon\.example leads to sip\.mon/,
  );
  assert.match(await page({ targets: null }), /The SRV record of mon\.example is not known yet\./);
  assert.match(await page({ targets: [] }), /mon\.example has no SRV record\./);
  const many = Array.from({ length: 8 }, (_, at) => ({ ...good, name: `c${String(at)}` }));
  assert.match(await page({ certificates: many, dropped: 3 }), /c5 until 2027-03-01, and 5 more\./);
  assert.doesNotMatch(await listed({}), /Ours/);
});

test('what nobody read is not shown', async () => {
  for (const change of [null, { certificates: [] }]) {
    assert.doesNotMatch(await page(change), /own certificates/);
    assert.doesNotMatch(await listed(change), /Ours/);
  }
});

test('the API has every certificate with its findings; null when nobody read them, 503 without the store', async () => {
  const { status, body } = await api(await reading({ certificates: [bad, good], dropped: 2 }));
  assert.equal(status, 200);
  const own = body['own'] as Record<string, unknown> & {
    readonly certificates: readonly { readonly findings: readonly Record<string, unknown>[] }[];
  };
  assert.deepEqual(
    own.certificates.map((each) => ({ ...each, findings: each.findings.map(({ code }) => code) })),
    [{ ...bad, findings: ['own_certificate_name'] }, good],
  );
  const { subject, code, severity, side } = own.certificates[0]!.findings[0]!;
  assert.deepEqual([subject, code, severity, side], ['edge', 'own_certificate_name', 'fail', 'ours']);
  assert.deepEqual(
    [body['schema'], own['domain'], own['targets'], own['dropped'], own['read'], own['lookedUp']],
    [
      'fedmon.own-certificates/1',
      'mon.example',
      ['sip.mon.example'],
      2,
      new Date(nowMs - 30_000).toISOString(),
      new Date(nowMs - 600_000).toISOString(),
    ],
  );
  assert.equal((await api(await reading(null))).body['own'], null);
  assert.equal((await api(made.downSnapshot)).status, 503);
});

test('no text of a certificate or of DNS becomes markup or steers a terminal', async () => {
  const evil = '<script>alert(1)</script>\u001b[31m\u202e';
  const finding = ownFindings.make('own_certificate_unreadable', { name: evil, because: evil });
  const change = {
    domain: evil,
    targets: [evil],
    certificates: [{ ...bad, name: evil, names: [evil], findings: [finding] }],
  };
  const raw = fleetPage(await reading(change), fleetQuery({}));
  assert.doesNotMatch(withoutOurScript(raw), /<script/);
  assert.match(raw, /&lt;script/);
  const list = await listed(change);
  assert.deepEqual(
    ['\u001b', '\u202e'].filter((each) => list.includes(each)),
    [],
  );
});
