import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPartner } from '../../src/cli/render-partner.ts';
import { renderPartners } from '../../src/cli/render-partners.ts';
import { fleetQuery } from '../../src/http/fleet-query.ts';
import { fleetPage } from '../../src/http/page-fleet.ts';
import { buildHttp } from '../../src/http/server.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';
import { quiet } from '../queue/rig.ts';
import { serving, viewsOf } from './stub.ts';

const names = Array.from({ length: 40 }, (_, at) => `p${String(at).padStart(2, '0')}.example`);
const cause = made.sharedCause(names, { healthy: 1, step: 1 });
const partners = [...names, 'other.example'].map((domain) => made.healthy(domain));
const snapshot: Snapshot = { ...made.snapshotOf(partners), causes: [cause] };

const text = (page: string): string => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

async function get(path: string, of: Snapshot = snapshot): Promise<{ status: number; body: string }> {
  const answer = await buildHttp(serving(viewsOf(of)), quiet).inject(path);
  return { status: answer.statusCode, body: answer.body };
}

test('the API lists each cause with what it is, whose side, what next, the evidence and all members', async () => {
  const { status, body } = await get('/api/v1/causes');
  assert.equal(status, 200);
  const { schema, causes } = JSON.parse(body) as { schema: string; causes: readonly Record<string, unknown>[] };
  assert.equal(schema, 'fedmon.causes/1');
  const [{ action, title, ...rest } = {}] = causes;
  assert.match(String(action), /Tell its operator once/);
  assert.equal(title, 'Partners behind one edge fail together');
  assert.deepEqual(rest, {
    id: cause.id,
    kind: 'edge',
    name: 'sip.hoster.example:5061 (192.0.2.7)',
    layer: 'tcp',
    code: 'shared_edge',
    side: 'theirs',
    confidence: 'likely',
    summary: '40 of 40 partners behind the edge sip.hoster.example:5061 (192.0.2.7) fail: tcp_refused (40).',
    runbook: 'fedmon explain shared_edge',
    since: made.at,
    partners: 40,
    healthy: 1,
    evidence: [{ code: 'tcp_refused', partners: 40 }],
    step: 1,
    waning: null,
    members: names,
  });
});

test('without a store the API says so, without causes it says none', async () => {
  assert.equal((await get('/api/v1/causes', made.downSnapshot)).status, 503);
  const { body } = await get('/api/v1/causes', made.snapshotOf([]));
  assert.deepEqual((JSON.parse(body) as { causes: unknown }).causes, []);
});

test('causes stand before the partners on the first page; the first members are named, the rest counted', () => {
  const shown = text(fleetPage(snapshot, fleetQuery({})));
  const at = (part: string): number => {
    assert.ok(shown.includes(part), `${part}\n${shown}`);
    return shown.indexOf(part);
  };
  assert.ok(at('1 cause that partners share') < at('All others'));
  at('Partners behind one edge fail together');
  at('p11.example and 28 more');
  const none = text(fleetPage(made.snapshotOf(partners), fleetQuery({})));
  assert.ok(!none.includes('that partners share'));
});

test('that we do not see is no cause beside others: it is said above everything', () => {
  const blind = { ...snapshot, causes: [{ ...cause, kind: 'canary' as const }] };
  assert.ok(!text(fleetPage(blind, fleetQuery({}))).includes('that partners share'));
  assert.ok(!renderPartners(blind, { colour: false, columns: 100 }).includes('fail together'));
});

test('the page of a member names the cause and leads to it, that of another partner does not', async () => {
  const member = await get('/partners/p07.example');
  assert.match(text(member.body), /Shared cause Partners behind one edge fail together\. 40 of 40 partners/);
  assert.ok(member.body.includes(`href="../#${cause.id}"`));
  assert.match(text(member.body), /With 39 other partners/);
  assert.doesNotMatch((await get('/partners/other.example')).body, /Shared cause/);
  const api = async (domain: string): Promise<unknown> =>
    (JSON.parse((await get(`/api/v1/partners/${domain}`)).body) as { sharedCause?: unknown }).sharedCause;
  assert.deepEqual(await api('p07.example'), { id: cause.id, kind: 'edge', partners: 40 });
  assert.equal(await api('other.example'), undefined);
});

test('the command names the cause of a member', () => {
  const [member] = partners;
  assert.ok(member !== undefined);
  const from = { vantage: 'here-1', writer };
  const wide = { colour: false, columns: 120 };
  const printed = (shared: typeof cause | null): string => renderPartner(member, made.nowMs, from, wide, { shared });
  assert.match(printed(cause), /Shared +Partners behind one edge fail together, with 39 other partners\./);
  assert.doesNotMatch(printed(null), /Shared/);
});

test('the list of the command names the cause first, with its members', () => {
  const printed = renderPartners(snapshot, { colour: false, columns: 100 });
  const head = 'Partners behind one edge fail together (since 2026-11-23 12:00:00 UTC)';
  assert.ok(printed.startsWith(`${head}\n`), printed);
  assert.match(printed, /Who +p00\.example, p01\.example/);
  assert.match(printed.replaceAll(/\s+/g, ' '), /p19\.example, and 20 more/);
});

test('a name of a stranger is no markup', () => {
  const hostile = made.sharedCause(['a.example'], { kind: 'issuer', name: '<script>alert(1)</script>' });
  const page = fleetPage({ ...made.snapshotOf([]), causes: [hostile] }, fleetQuery({}));
  assert.ok(!page.includes('<script>alert'));
});
