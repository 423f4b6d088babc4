import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quorumFindings } from '../../src/federation/quorum-findings.ts';
import type { Standing } from '../../src/federation/standing.ts';
import type { Ballot, Vote, VoteWord } from '../../src/federation/vantage.ts';
import { partnerObject, renderPartner } from '../../src/cli/render-partner.ts';
import { partnerRow } from '../../src/http/api.ts';
import { detailOf } from '../../src/http/detail.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import { vantagesInWords } from '../../src/http/vantage-words.ts';
import { metrics, metricNames } from '../../src/metrics/catalogue.ts';
import { project } from '../../src/metrics/project.ts';
import type { PartnerSnapshot } from '../../src/store/snapshot.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';

const domain = 'two.example';
const viewpoint = { vantage: 'here-1', writer };

function vote(vantage: string, says: VoteWord, code: string | null = null): Vote {
  const state = says === 'works' ? 'healthy' : says === 'broken' ? 'unreachable' : 'unknown';
  const summary = code === null ? null : `${code} from ${vantage}`;
  return { vantage, says, state, slotMs: made.examinedMs, examinedMs: made.examinedMs, code, summary };
}

const ballot = (...votes: Vote[]): Ballot => ({ quorum: 2, votes, shownFrom: 'paris-1' });
const dissent = ballot(vote('paris-1', 'works'), vote('fra-1', 'works'), vote('nyc-1', 'broken', 'tcp_silent'));
const cause = quorumFindings.make('vantages_disagree', { works: 2, of: 3, from: 'nyc-1', code: 'tcp_silent' });

function published(change: Partial<Standing>): PartnerSnapshot {
  const of = made.partner(domain);
  const edges = [made.edge(`sip.${domain}`, '192.0.2.1')];
  const evidence = edges.map((each) => made.edgeEvidence(each));
  const partner = made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, edges), edges: evidence });
  assert.ok(partner.published.standing !== null);
  const standing = { ...partner.published.standing, ...change };
  const seen = change.ballot === undefined ? {} : { seenFrom: change.ballot.shownFrom };
  return { ...partner, ...seen, published: { ...partner.published, standing, state: standing.state } };
}

const disputed = published({ state: 'degraded', cause, ballot: dissent });

test('who finds it working, who does not, and who does not count', () => {
  const [paris, fra, nyc] = [vote('paris-1', 'works'), vote('fra-1', 'works'), vote('nyc-1', 'broken', 'tcp_silent')];
  assert.deepEqual(
    [
      dissent,
      ballot(paris, fra),
      ballot(paris, vote('fra-1', 'broken', 'tls_alert'), nyc),
      ballot(vote('fra-1', 'broken', 'tcp_silent'), nyc),
      ballot(paris, vote('fra-1', 'silent'), vote('nyc-1', 'blind')),
      ballot(vote('fra-1', 'silent'), vote('nyc-1', 'unproven', 'dns_servfail')),
    ].map(vantagesInWords),
    [
      '2 of 3 vantages find it working; nyc-1 does not: tcp_silent.',
      '2 of 2 vantages find it working.',
      '2 of 3 vantages find it broken: tls_alert, tcp_silent; paris-1 does not.',
      '2 of 2 vantages find it broken: tcp_silent.',
      '1 of 1 vantage finds it working. Not counted: nyc-1 (does not see). Not counted: fra-1 (no fresh result).',
      'No vantage can tell. Not counted: nyc-1 (could not tell). Not counted: fra-1 (no fresh result).',
    ],
  );
});

test('the page, the API and the command show the dissent, and whose evidence is below', () => {
  const snapshot = made.snapshotOf([disputed]);
  const detail = detailOf(snapshot, domain, viewpoint) ?? assert.fail();
  const page = partnerPage(snapshot, detail, plainly);
  const text = page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  assert.match(text, /This partner is reached from some places, not from all\./);
  assert.match(text, /2 of 3 vantages find it working; nyc-1 does not: tcp_silent\. Broken takes 2 of them\./);
  assert.match(text, /nyc-1 broken ✕ Unreachable tcp_silent from nyc-1 2026-11-23 12:00:00 UTC/);
  assert.match(text, /seen from paris-1/);
  assert.equal(detail.newest?.report.vantage, 'paris-1');

  const row = partnerRow(disputed, made.nowMs).vantages ?? assert.fail();
  const { votes, ...head } = row;
  const says = '2 of 3 vantages find it working; nyc-1 does not: tcp_silent.';
  assert.deepEqual(head, { quorum: 2, of: 3, works: 2, broken: 1, shownFrom: 'paris-1', says });
  assert.deepEqual(votes[2], {
    vantage: 'nyc-1',
    says: 'broken',
    state: 'unreachable',
    code: 'tcp_silent',
    summary: 'tcp_silent from nyc-1',
    examined: '2026-11-23T12:00:00.000Z',
  });

  const shown = renderPartner(disputed, made.nowMs, viewpoint, { colour: false, columns: 120 });
  assert.match(shown, /Vantages +2 of 3 vantages find it working; nyc-1 does not: tcp_silent\./);
  assert.match(shown, /\n +nyc-1: broken, tcp_silent, looked at 2026-11-23 12:00:00 UTC\n/);
  assert.match(shown, /from paris-1/);
  const { vantages, letter } = partnerObject(disputed, made.nowMs, viewpoint);
  assert.deepEqual([vantages?.says, letter], [says, null]);
});

test('of a partner that nobody examined in time no vantage says anything', () => {
  const { published: of } = disputed;
  const old: PartnerSnapshot = { ...disputed, published: { ...of, state: 'unknown', reason: 'stale' } };
  const { says, of: counted } = partnerRow(old, made.nowMs).vantages ?? assert.fail();
  assert.equal(counted, 0);
  assert.equal(says, 'No vantage can tell. Not counted: paris-1, fra-1, nyc-1 (no fresh result).');
});

test('a single vantage shows nothing of all this', () => {
  const alone = published({});
  const snapshot = made.snapshotOf([alone]);
  const page = partnerPage(snapshot, detailOf(snapshot, domain, viewpoint) ?? assert.fail(), plainly);
  assert.doesNotMatch(page, /Vantages/);
  assert.equal('vantages' in partnerRow(alone, made.nowMs), false);
  assert.equal('vantages' in partnerObject(alone, made.nowMs, viewpoint), false);
  assert.doesNotMatch(renderPartner(alone, made.nowMs, viewpoint, { colour: false, columns: 120 }), /Vantages/);
  assert.deepEqual(
    project(snapshot).filter(({ metric }) => metric.startsWith('fedmon_vantage_')),
    [],
  );
});

test('each vantage has six series, however many partners there are', () => {
  const works = published({
    ballot: ballot(vote('paris-1', 'works'), vote('fra-1', 'works'), vote('nyc-1', 'silent')),
  });
  const samples = project(made.snapshotOf([disputed, works])).filter(({ metric }) =>
    metric.startsWith('fedmon_vantage_'),
  );
  const valueOf = (vantage: string, word: string): number | undefined =>
    samples.find(({ labels }) => labels['vantage'] === vantage && labels['vote'] === word)?.value;
  assert.deepEqual([valueOf('nyc-1', 'broken'), valueOf('nyc-1', 'silent'), valueOf('nyc-1', 'works')], [1, 1, 0]);
  assert.deepEqual([valueOf('paris-1', 'works'), valueOf('paris-1', 'blind')], [2, 0]);
  assert.equal(samples.length, 3 * 6);
  const budget = metricNames.filter((name) => metrics[name].about === 'vantage').map((name) => metrics[name].most);
  assert.deepEqual(budget, [5, 1]);
  const last = samples.filter(({ metric }) => metric === 'fedmon_vantage_last_result_timestamp_seconds');
  assert.deepEqual(
    last.map(({ value }) => value),
    [made.examinedMs / 1000, made.examinedMs / 1000, made.examinedMs / 1000],
  );
  const late = project({ ...made.snapshotOf([disputed]), nowMs: made.examinedMs + 16 * 60_000 });
  const silent = late.filter(({ labels }) => labels['vote'] === 'silent').map(({ value }) => value);
  assert.deepEqual(silent, [1, 1, 1]);
});
