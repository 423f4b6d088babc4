import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { PartnerRow } from '../../../src/http/api.ts';
import { startRedis, type Redis } from '../../lab/redis.ts';
import { eventually, json } from '../service.ts';
import { startMonitoring, type Monitoring, type Notification } from './monitoring.ts';
import { everyMs, startSmallFleet, type SmallFleet } from './small-fleet.ts';
import { expectTold, notice, type Wanted } from './told.ts';
import { cannotRun } from '../../lab/debian.ts';

/** Two looks, a scrape, `for`, and two intervals in which tickets wait for what explains them; twice that on a busy machine. */
const toldMs = 2 * (2 * everyMs + 1_000 + 1_000 + 2 * everyMs);
/** A scrape and an evaluation are not faster in fast motion. */
const lookMs = 2_000;

const one = 'fedmon';
const jobs = { one, most: 'most', blind: 'blind', work: 'work', edge: 'edge' } as const;
const behindOne = 40;

describe('notifications of a real Prometheus and Alertmanager', { concurrency: true, timeout: 110_000 }, () => {
  const redises: Redis[] = [];
  const fleets = new Map<string, SmallFleet>();
  let monitoring: Monitoring | null = null;

  before(async (t) => {
    redises.push(...(await Promise.all([startRedis({ own: true }), startRedis({ own: true })])));
    const [common, own] = redises.map(({ url }) => url);
    const all = [['exporter', 'scheduler', 'worker']] as const;
    // 20 minutes in fast motion; the last tenth begins in a moment.
    const notAfter = Date.now() + 135_000;
    const first = { notBefore: new Date(notAfter - 1_200_000), notAfter: new Date(notAfter) };
    const started = await Promise.all([
      startSmallFleet({ job: jobs.one, single: 4, first, processes: all }, common ?? ''),
      startSmallFleet({ job: jobs.most, single: 10, processes: all }, common ?? ''),
      startSmallFleet({ job: jobs.blind, single: 4, processes: all }, common ?? ''),
      startSmallFleet({ job: jobs.edge, single: 12, behindOne, processes: all }, common ?? ''),
      startSmallFleet(
        { job: jobs.work, single: 4, processes: [['exporter', 'scheduler'], ['worker'], ['worker']] },
        own ?? '',
      ),
    ]);
    for (const fleet of started) fleets.set(fleet.job, fleet);
    monitoring = await startMonitoring(t as TestContext, started);
    const seen = await eventually(
      30_000,
      () => Promise.resolve(monitoring?.watchdogs() ?? 1),
      (count) => count > 0,
    );
    assert.ok(seen > 0, `the watchdog did not arrive:\n${monitoring?.lastLines() ?? ''}`);
  });
  after(async () => {
    await monitoring?.stop();
    await Promise.all([...fleets.values()].map((each) => each.stop()));
    await Promise.all(redises.map((each) => each.stop()));
  });

  /** A fleet of which every partner was seen to work; null: there is no Prometheus here, and that is said elsewhere. */
  async function ready(t: TestContext, job: string) {
    const fleet = fleets.get(job);
    if (monitoring === null || fleet === undefined) {
      cannotRun(t, 'needs prometheus, alertmanager and a Redis');
      return null;
    }
    const states = async (): Promise<readonly string[]> =>
      ((await json(`${fleet.exporter}/api/v1/partners`)) as { partners: PartnerRow[] }).partners.map(
        ({ state }) => state,
      );
    const works = (all: readonly string[]): boolean =>
      all.length > 0 && all.every((state) => state === 'healthy' || state === 'degraded');
    const seen = await eventually(40_000, states, works);
    assert.ok(works(seen), seen.join(' '));
    return { fleet, monitoring, states };
  }

  const unreachable = (job: string, partner: string, why: string): Wanted => ({
    receiver: 'fedmon-tickets',
    severity: 'warning',
    name: 'FedmonPartnerUnreachable',
    labels: { job, partner, tier: 'standard' },
    summary: 'A federation partner cannot be reached.',
    description: `${partner} (tier standard) cannot be reached: no edge of its route gives a valid answer. ${why} Since INSTANT.`,
    partner,
  });

  /** What the notifications about a job say, in their order: a share that grows has the words of its moment. */
  const descriptions = (told: Monitoring, job: string): readonly string[] =>
    told.about(job).map(({ alerts }) => alerts[0]?.annotations['description'] ?? '');
  const some =
    (count: number) =>
    (all: readonly unknown[]): boolean =>
      all.length >= count;

  /** What was said of a job ended within two intervals of the recovery; a scrape and an evaluation are no part of them. */
  function endedInTime(t: TestContext, all: readonly Notification[], recoveredMs: number): void {
    const resolved = all.find(({ status }) => status === 'resolved')?.alerts[0];
    assert.ok(resolved);
    const tookMs = Date.parse(resolved.endsAt) - recoveredMs;
    t.diagnostic(`resolved after ${String(tookMs)} ms`);
    assert.ok(tookMs <= 2 * everyMs + lookMs, `resolved within two intervals, not after ${String(tookMs)} ms`);
  }

  /** The one alert about a job is resolved in time, and that is all; its last words are those of the last moment, with fewer members. */
  async function expectEnded(t: TestContext, told: Monitoring, job: string, recoveredMs: number): Promise<void> {
    const all = await eventually(toldMs, () => Promise.resolve(told.about(job)), some(2));
    const [first, last, ...more] = all;
    assert.deepEqual(more, []);
    assert.equal(last?.status, 'resolved');
    assert.deepEqual(last.groupLabels, first?.groupLabels);
    assert.deepEqual(
      last.alerts.map(({ labels }) => labels),
      first?.alerts.map(({ labels }) => labels),
    );
    endedInTime(t, all, recoveredMs);
  }

  test('DNS of one partner fails: one alert, not three; a certificate enters its last tenth: one', async (t) => {
    const bed = await ready(t, jobs.one);
    if (bed === null) return;
    const { fleet, monitoring: told } = bed;
    const [expiring, lost] = [`p0.${one}.example`, `p1.${one}.example`];
    const record = `_sipfederationtls._tcp.${lost} SRV`;
    const before = fleet.dns.zone.get(record);
    assert.ok(before);
    fleet.dns.zone.set(record, 'nxdomain');
    const dns = unreachable(
      one,
      lost,
      'First failing layer: dns (dns_srv_missing), side: theirs; what it means: fedmon explain dns_srv_missing.',
    );
    const edge = fleet.edgeName(expiring);
    const certificate: Wanted = {
      receiver: 'fedmon-tickets',
      severity: 'warning',
      name: 'FedmonPartnerCertificateExpiring',
      labels: { job: one, edge },
      summary: 'The certificate of a federation edge expires soon.',
      description: `The certificate of edge ${edge} has SHARE% of its lifetime left. It ends INSTANT. Partners behind it: 1. Among them: ${expiring}.`,
    };
    const isTold = (all: readonly Notification[]): boolean =>
      all.some(({ groupLabels }) => groupLabels['alertname'] === dns.name);
    // On a busy machine the certificate may be told first; in the end all are compared.
    assert.ok(isTold(await eventually(toldMs, () => Promise.resolve(told.about(one)), isTold)));
    fleet.dns.zone.set(record, before);
    const recoveredMs = Date.now();
    const wanted = [notice('firing', dns), notice('resolved', dns), notice('firing', certificate)];
    const all = await expectTold(told, one, wanted, toldMs);
    endedInTime(t, all, recoveredMs);
    assert.ok(told.watchdogs() > 0, 'the watchdog arrives');
  });

  test('the edge of forty partners dies: exactly one notification, with all of them; it comes back: it is resolved', async (t) => {
    const bed = await ready(t, jobs.edge);
    if (bed === null) return;
    const { fleet, monitoring: told } = bed;
    const members = Array.from({ length: behindOne }, (_, at) => `m${String(at)}.edge.example`).toSorted();
    const [first = ''] = members;
    const edge = fleet.edgeName(first);
    await fleet.stopEdge(first);
    const [notified] = await eventually(toldMs, () => Promise.resolve(told.about(jobs.edge)), some(1));
    const cause = notified?.groupLabels['cause'] ?? '';
    assert.match(cause, /^edge-[0-9a-f]{8}$/, JSON.stringify(told.about(jobs.edge), null, 1));
    const shared: Wanted = {
      receiver: 'fedmon-pager',
      severity: 'critical',
      name: 'FedmonSharedCause',
      labels: { job: jobs.edge, cause, kind: 'edge', doublings: '0' },
      summary: 'Federation partners fail together, for a reason that they share.',
      description:
        `40 partners fail together. They share the edge ${edge} (127.0.0.1), side: theirs; what it means: fedmon explain shared_edge. ` +
        `They fail with tcp_refused (40). Since INSTANT. Members: ${members.join(' ')}.`,
    };
    await expectTold(told, jobs.edge, [notice('firing', shared)], 0);
    await fleet.startEdge(first);
    await expectEnded(t, told, jobs.edge, Date.now());
  });

  test('60 % fail: one page; they recover: it is resolved, and nothing else was ever said', async (t) => {
    const bed = await ready(t, jobs.most);
    if (bed === null) return;
    const { fleet, monitoring: told } = bed;
    const failing = [0, 1, 2, 3, 4, 5].map((at) => `p${String(at)}.most.example`);
    await Promise.all(failing.map((domain) => fleet.stopEdge(domain)));
    const [notified] = await eventually(toldMs, () => Promise.resolve(told.about(jobs.most)), some(1));
    const cause = notified?.groupLabels['cause'] ?? '';
    assert.match(cause, /^vantage-[0-9a-f]{8}$/, JSON.stringify(told.about(jobs.most), null, 1));
    const shared: Wanted = {
      receiver: 'fedmon-pager',
      severity: 'critical',
      name: 'FedmonSharedCause',
      labels: { job: jobs.most, cause, kind: 'vantage', doublings: '0' },
      summary: 'Federation partners fail together, for a reason that they share.',
      description:
        '6 partners fail together. They share the vantage lab, side: path; what it means: fedmon explain shared_vantage. ' +
        `They fail with tcp_refused (6). Since INSTANT. Members: ${failing.join(' ')}.`,
    };
    await expectTold(told, jobs.most, [notice('firing', shared)], 0);
    // The tickets of the partners, which began to wait earlier, are held back, and stay so.
    await pause(2_000);
    await expectTold(told, jobs.most, [notice('firing', shared)], 0);
    await Promise.all(failing.map((domain) => fleet.startEdge(domain)));
    await expectEnded(t, told, jobs.most, Date.now());
  });

  test('the canary fails, and partners with it: one page, and no alert about a partner', async (t) => {
    const bed = await ready(t, jobs.blind);
    if (bed === null) return;
    const { fleet, monitoring: told } = bed;
    const domains = [0, 1, 2, 3].map((at) => `p${String(at)}.blind.example`);
    await Promise.all([fleet.canary.stop(), ...domains.map((domain) => fleet.stopEdge(domain))]);
    const blind: Wanted = {
      receiver: 'fedmon-pager',
      severity: 'critical',
      name: 'FedmonBlind',
      labels: { job: jobs.blind, vantage: 'lab' },
      summary: 'fedmon does not see: it is us, not the partners.',
      description: '',
    };
    const [description = ''] = await eventually(
      toldMs,
      () => Promise.resolve(descriptions(told, jobs.blind)),
      (all) => all.length > 0,
    );
    assert.match(description, /Reason: canary; what it means: fedmon explain blind_canary\.$/);
    await expectTold(told, jobs.blind, [notice('firing', { ...blind, description })], 0);
    await pause(2 * everyMs);
    await expectTold(told, jobs.blind, [notice('firing', { ...blind, description })], 0);
    await Promise.all([fleet.canary.start(), ...domains.map((domain) => fleet.startEdge(domain))]);
    const recoveredMs = Date.now();
    const wanted = [notice('firing', { ...blind, description }), notice('resolved', { ...blind, description })];
    endedInTime(t, await expectTold(told, jobs.blind, wanted, toldMs), recoveredMs);
  });

  // One of two: in fast motion the second in which a process starts again is a minute in which nobody would look.
  test('a worker is killed: nothing; the store is down for a while: one', async (t) => {
    const bed = await ready(t, jobs.work);
    if (bed === null) return;
    const { fleet, monitoring: told } = bed;
    const worker = fleet.process('worker');
    worker.kill('SIGKILL');
    await worker.ended;
    await fleet.restart('worker');
    await pause(3 * everyMs);
    await expectTold(told, jobs.work, [], 0);
    const [, redis] = redises;
    assert.ok(redis);
    await redis.stop();
    const store: Wanted = {
      receiver: 'fedmon-pager',
      severity: 'critical',
      name: 'FedmonStoreDown',
      labels: { job: jobs.work },
      summary: 'fedmon cannot read its store.',
      description:
        'fedmon (work) has not reached Redis for two minutes: nothing is examined, and partner alerts are silent or ' +
        'resolve without any partner having recovered.',
    };
    await expectTold(told, jobs.work, [notice('firing', store)], toldMs);
    redises[1] = await startRedis({ own: true, port: redis.port });
    const recoveredMs = Date.now();
    const wanted = [notice('firing', store), notice('resolved', store)];
    endedInTime(t, await expectTold(told, jobs.work, wanted, toldMs), recoveredMs);
  });
});
