import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { EventRow, PartnerAnswer, StateEventRow } from '../../src/http/api.ts';
import { createBench } from '../lab/bench.ts';
import { startDnsServer, type DnsServer } from '../lab/dns-server.ts';
import { sipEdge, type LabEdge } from '../lab/edges.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess, type OwnProcess } from '../lab/process.ts';
import { startRedis, type Redis } from '../lab/redis.ts';
import { eventually, json, text } from './service.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../src/main.ts');
const everyMs = 5_000;
/** A reading serves for a second; the rest is patience with a busy machine, by which nothing is decided. */
const scrapedMs = 20_000;
const host = 'sip.shared.example';
const names = ['paris-1', 'fra-1', 'nyc-1'];
const domains = ['a.example', 'b.example', 'c.example'];
/** Nothing listens there. */
const nowhere = '127.0.0.66';

type Place = 'paris-1' | 'fra-1' | 'nyc-1';

/** Three vantages, each with a resolver of its own, two workers at the first; three partners behind one edge. */
describe('three vantages watch the same partners', { timeout: 170_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-vantages-'));
  const resolvers = new Map<string, DnsServer>();
  const processes = new Map<string, OwnProcess>();
  let redis: Redis;
  let edge: LabEdge;
  let exporter = '';
  const workers: { readonly vantage: string; readonly url: string }[] = [];
  let startedMs = 0;

  before(async () => {
    redis = await startRedis();
    const bench = await createBench(new Map());
    writeFileSync(join(folder, 'ca.pem'), bench.trusted.certPem);
    edge = await sipEdge({ certificate: await bench.certificate({ names: [host] }) });
    for (const name of names) resolvers.set(name, await startDnsServer());
    for (const name of names) lead(name, '127.0.0.1');
    exporter = `127.0.0.1:${String(await freePort())}`;
    startedMs = Date.now();
    await start('watch', ['scheduler', 'exporter'], 'paris-1', exporter);
    for (const [at, name] of ['paris-1', ...names].entries()) {
      const address = `127.0.0.1:${String(await freePort())}`;
      workers.push({ vantage: name, url: `http://${address}` });
      await start(`worker-${String(at)}`, ['worker'], name, address);
    }
  });
  after(async () => {
    await Promise.all([...processes.values()].map((each) => each.stop(8_000)));
    await Promise.all([...resolvers.values()].map((each) => each.stop()));
    await edge.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Where a vantage is led when it asks for the edge. */
  function lead(name: string, address: string): void {
    resolvers.get(name)?.zone.set(`${host} A`, [{ type: 'A', data: address }]);
  }

  async function start(name: string, roles: readonly string[], vantage: string, listen: string): Promise<void> {
    const resolver = resolvers.get(vantage) ?? assert.fail();
    const file = join(folder, `${name}.yaml`);
    const config = {
      redis: { url: redis.url, prefix: '{fedmon-vantages}' },
      // All share this line; the environment says where each stands.
      vantage: 'paris-1',
      vantages: { names, quorum: 2 },
      identity: { domain: 'mon.example', contact: 'https://mon.example/probing' },
      dns: { servers: [`${resolver.address}:${String(resolver.port)}`] },
      trust: join(folder, 'ca.pem'),
      egress: { allow: ['127.0.0.0/8'] },
      politeness: { gap: '100ms' },
      listen: { exporter: listen, worker: listen },
      defaults: { every: '5s', timeout: '2s' },
      hysteresis: { down: 3, up: 2, holdDown: '0s' },
      partners: domains.map((domain) => ({ domain, route: { host, port: edge.port } })),
    };
    writeFileSync(file, stringify(config));
    const args = [main, 'run', ...roles.flatMap((role) => ['--role', role]), '--config', file];
    const logFile = join(folder, `${name}.log`);
    const env = { FEDMON_VANTAGE: vantage };
    processes.set(name, await startProcess({ name, command: process.execPath, args, logFile, env }));
  }

  const answerOf = async (domain: string): Promise<PartnerAnswer> =>
    (await json(`http://${exporter}/api/v1/partners/${domain}`)) as PartnerAnswer;
  const all = (): Promise<readonly PartnerAnswer[]> => Promise.all(domains.map(answerOf));
  const isState = (row: EventRow): row is StateEventRow => row.what === 'state';
  /** Published changes, oldest first. */
  const told = ({ events }: PartnerAnswer): readonly string[] =>
    events
      .filter(isState)
      .map(({ from, to }) => `${from} to ${to}`)
      .toReversed();
  const settle = (is: (answer: PartnerAnswer) => boolean): Promise<readonly PartnerAnswer[]> =>
    eventually(35_000, all, (answers) => answers.every(is));
  /** One scrape with all of these lines: it may be older than the answers about single partners. */
  const scraped = async (...lines: readonly RegExp[]): Promise<void> => {
    const seen = await eventually(
      scrapedMs,
      () => text(`http://${exporter}/metrics`),
      (metrics) => lines.every((line) => line.test(metrics)),
    );
    for (const line of lines) assert.match(seen, line);
  };
  const votesFor = ({ vantages }: PartnerAnswer): Record<string, string> =>
    Object.fromEntries((vantages?.votes ?? []).map(({ vantage, says }) => [vantage, says]));

  const story = ['unknown to healthy'];
  const follows = (answers: readonly PartnerAnswer[], what: string): void => {
    for (const answer of answers) assert.deepEqual(told(answer), story, `${answer.domain}: ${what}`);
  };

  test('all agree; the edge sees one connection per vantage and slot, whoever and however many ask', async () => {
    const answers = await settle(({ state, vantages }) => state === 'healthy' && vantages?.works === 3);
    for (const { vantages } of answers) assert.equal(vantages?.says, '3 of 3 vantages find it working.');
    follows(answers, 'healthy');
    await pause(2 * everyMs);
    // Between two intervals, when nothing is under way.
    const rest = everyMs - (Date.now() % everyMs);
    await pause(rest + everyMs - 300);
    const counted = await Promise.all(
      workers.map(async ({ vantage, url }) => {
        const found = /^fedmon_check_duration_seconds_count\{check="tcp"\} (\d+)/m.exec(await text(`${url}/metrics`));
        return { vantage, examined: Number(found?.[1] ?? 0) };
      }),
    );
    const windows = Math.floor(Date.now() / everyMs) - Math.floor(startedMs / everyMs) + 1;
    const by = (name: string): number =>
      counted.filter(({ vantage }) => vantage === name).reduce((sum, { examined }) => sum + examined, 0);
    assert.equal(
      edge.connections,
      names.reduce((sum, name) => sum + by(name), 0),
    );
    for (const name of names) {
      assert.ok(by(name) <= windows, `${name}: ${String(by(name))} connections in ${String(windows)} intervals`);
      assert.ok(by(name) >= 3, `${name}: ${String(by(name))} connections in ${String(windows)} intervals`);
    }
  });

  test('a vantage that is led nowhere: a finding about the path, and no partner is called unreachable', async () => {
    lead('nyc-1', nowhere);
    const answers = await settle(({ state }) => state === 'degraded');
    story.push('healthy to degraded');
    follows(answers, 'one of three');
    for (const { cause, vantages, examination } of answers) {
      assert.deepEqual([cause?.code, cause?.side, cause?.layer], ['vantages_disagree', 'path', 'tcp']);
      assert.equal(vantages?.says, '2 of 3 vantages find it working; nyc-1 does not: tcp_refused.');
      assert.notEqual(examination?.vantage, 'nyc-1');
      assert.equal(examination?.state, 'healthy');
    }
    await scraped(
      /^fedmon_vantage_partners\{vantage="nyc-1",vote="broken"\} 3$/m,
      /^fedmon_vantage_partners\{vantage="paris-1",vote="works"\} 3$/m,
      /^fedmon_partner_state\{partner="a.example",state="unreachable"\} 0$/m,
      /^fedmon_partner_cause_info\{partner="a.example",layer="tcp",code="vantages_disagree",side="path"\} 1$/m,
    );
    const shown = ['partners', 'show', 'a.example', '--vantage', 'nyc-1', '--config', join(folder, 'watch.yaml')];
    const { stdout } = await run(process.execPath, [main, ...shown]);
    assert.match(stdout, /Vantages +2 of 3 vantages find it working; nyc-1 does not: tcp_refused/);
    assert.match(stdout, new RegExp(`from nyc-1[^]*${nowhere.replaceAll('.', '\\.')}`));
    const page = (await text(`http://${exporter}/partners/a.example`)).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    assert.match(page, /2 of 3 vantages find it working; nyc-1 does not: tcp_refused/);
  });

  test('the path is mended, then two of three lose it at once: unreachable, told once; and its end once', async () => {
    lead('nyc-1', '127.0.0.1');
    await settle(({ state }) => state === 'healthy');
    story.push('degraded to healthy');
    lead('nyc-1', nowhere);
    lead('fra-1', nowhere);
    const broken = await settle(({ state }) => state === 'unreachable');
    story.push('healthy to unreachable');
    follows(broken, 'two of three');
    for (const { cause, vantages } of broken) {
      assert.equal(cause?.code, 'tcp_refused');
      assert.equal(vantages?.says, '2 of 3 vantages find it broken: tcp_refused; paris-1 does not.');
    }
    lead('nyc-1', '127.0.0.1');
    lead('fra-1', '127.0.0.1');
    const mended = await settle(({ state }) => state === 'healthy');
    story.push('unreachable to healthy');
    follows(mended, 'mended');
  });

  test('a vantage whose worker is gone does not vote, and that is said', async () => {
    await processes.get('worker-2')?.stop(8_000);
    const answers = await settle((answer) => votesFor(answer)['fra-1'] === 'silent');
    follows(answers, 'two of three look');
    for (const answer of answers) {
      const place: Record<Place, string> = { 'paris-1': 'works', 'fra-1': 'silent', 'nyc-1': 'works' };
      assert.deepEqual([answer.state, votesFor(answer)], ['healthy', place]);
      assert.match(answer.vantages?.says ?? '', /^2 of 2 vantages .* Not counted: fra-1 \(no fresh result\)\.$/);
    }
    await scraped(/^fedmon_vantage_partners\{vantage="fra-1",vote="silent"\} 3$/m);
  });

  test('a label that is not in the list is refused at the start, with a sentence', async () => {
    const file = join(folder, 'watch.yaml');
    const args = [main, 'run', '--role', 'worker', '--config', file];
    const logFile = join(folder, 'rome.log');
    const rome = await startProcess({
      name: 'rome',
      command: process.execPath,
      args,
      logFile,
      env: { FEDMON_VANTAGE: 'rome-1' },
    });
    const { code } = await rome.ended;
    assert.equal(code, 2);
    assert.match(
      rome.lastLines(),
      /FEDMON_VANTAGE: rome-1 is none of the places in vantages \(paris-1, fra-1, nyc-1\)/,
    );
  });
});
