import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { certificateOf } from '../../src/cli/check-settings.ts';
import type { ShownReport } from '../../src/cli/shown.ts';
import { partnerObject, renderPartner } from '../../src/cli/render-partner.ts';
import { loadConfig } from '../../src/config/load.ts';
import { publish } from '../../src/federation/published.ts';
import { systemClock } from '../../src/net/clock.ts';
import { createNet } from '../../src/net/node-net.ts';
import { settingsOf } from '../../src/probe/examination.ts';
import { examineRoute } from '../../src/probe/examine-route.ts';
import { examineEdge } from '../../src/probe/examine.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { startFleet, type Fleet } from '../lab/fleet.ts';
import { fedmon, type Ended } from './run-cli.ts';
import { writer } from '../federation/samples.ts';

const listen = { exporter: '127.0.0.1:9464', scheduler: '127.0.0.1:9465', worker: '127.0.0.1:9466' };

describe('fedmon check against a federation on loopback', () => {
  let fleet: Fleet;
  before(async () => {
    fleet = await startFleet(['healthy.example', 'half-dead.example', 'refused-tcp.example', 'pinned.example']);
    const config = fleet.configYaml({ redisUrl: 'redis://127.0.0.1:1', every: '10s', timeout: '4s', listen });
    writeFileSync(join(fleet.folder, 'fedmon.yaml'), config);
  });
  after(() => fleet.stop());

  const check = (...argv: readonly string[]): Promise<Ended> => fedmon(['check', ...argv], fleet.folder);
  const json = async (...argv: readonly string[]): Promise<readonly CheckReport[]> => {
    const { out } = await check(...argv, '--json');
    return out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CheckReport);
  };

  test('what politeness.stop names is not connected to: by its domain, its address, or everything', async () => {
    const whole = readFileSync(join(fleet.folder, 'fedmon.yaml'), 'utf8');
    const address = (await json('healthy.example'))[0]?.edges[0]?.address;
    assert.ok(address);
    for (const [text, place] of [
      ['stop: [healthy.example]', 'healthy.example'],
      [`stop: ["${address}"]`, `(${address})`],
      ['stopAll: true', 'healthy.example'],
    ] as const) {
      const file = join(fleet.folder, 'stopped.yaml');
      writeFileSync(file, `${whole.replace(/^politeness:.*$/m, '')}\npoliteness: { gap: 0s, ${text} }\n`);
      const { code, out, err } = await check('healthy.example', '--config', file);
      assert.deepEqual([code, out], [2, ''], text);
      assert.ok(err.includes(`${place} is stopped by politeness.stop or stopAll in ${file}`), err);
    }
  });

  test('./fedmon.yaml is used, warnings pass, one object a line in the order asked', async () => {
    const { code, out } = await check('half-dead.example', 'healthy.example', '--json');
    const reports = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CheckReport);
    assert.equal(code, 0);
    assert.deepEqual(
      reports.map(({ domain, vantage, state, cause }) => ({ domain, vantage, state, code: cause?.code ?? null })),
      [
        { domain: 'half-dead.example', vantage: 'lab', state: 'degraded', code: 'tcp_refused' },
        { domain: 'healthy.example', vantage: 'lab', state: 'healthy', code: null },
      ],
    );
    const fields = [
      'schema',
      'domain',
      'profile',
      'vantage',
      'at',
      'tookMs',
      'state',
      'cause',
      'consequences',
      'layers',
      'route',
    ].concat(['edges', 'findings', 'steps', 'maintenance']);
    assert.deepEqual(Object.keys(reports[0] ?? {}), fields);
  });

  test('one that fails makes the exit code 1; the tree names cause, side and next step', async () => {
    const { code, out, err } = await check('healthy.example', 'refused-tcp.example');
    assert.equal(code, 1);
    assert.match(err, /^fedmon: config: .*fedmon\.yaml\n$/);
    assert.match(out, /^healthy\.example {2}healthy\n/);
    assert.match(
      out,
      /\nrefused-tcp\.example {2}unreachable\n.*\n {2}Cause .* refuses the connection\.\n {2}Side {4}theirs, most likely\n {2}Next /,
    );
  });

  test('--letter: only the texts to send, and why there is none', async () => {
    const { code, out, err } = await check('healthy.example', 'refused-tcp.example', 'nxdomain.example', '--letter');
    assert.equal(code, 1);
    assert.match(out, /^Subject: SIP federation with refused-tcp\.example: .*\n\nHello,\n/);
    assert.match(out, /\n {2}nc -vz 127\.0\.0\.\d+ \d+\n/);
    assert.match(out, /\n\nSubject: SIP federation with nxdomain\.example: DNS records\n\nHello,\n/);
    assert.doesNotMatch(out, /^Cause|healthy\.example/m);
    assert.match(err, /fedmon: healthy\.example: nothing to send: its state is healthy\.\n/);
    const json = await check('refused-tcp.example', '--json');
    const { cause } = JSON.parse(json.out) as ShownReport;
    assert.deepEqual([cause?.side, cause?.confidence], ['theirs', 'likely']);
    assert.match(cause?.letter?.text ?? '', /refuses TCP connections\. Please check/);
  });

  test('planned work in the configuration: passes, and says until when', async () => {
    const text = readFileSync(join(fleet.folder, 'fedmon.yaml'), 'utf8');
    const [from, until] = [Date.now() - 60_000, Date.now() + 3_600_000].map((ms) => new Date(ms).toISOString());
    const file = join(fleet.folder, 'planned.yaml');
    writeFileSync(
      file,
      `${text.replace(/^maintenance:[^]*?(?=^\S|$(?![^]))/m, '')}\nmaintenance:\n  - { partners: [refused-tcp.example], from: ${from}, until: ${until}, reason: move }\n`,
    );
    const asked = ['check', 'refused-tcp.example'];
    const nagios = await fedmon([...asked, '--nagios', '--config', file], fleet.folder);
    assert.equal(nagios.code, 0);
    assert.match(
      nagios.out,
      /^FEDMON OK - refused-tcp\.example maintenance until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(move\) \| /,
    );
    const human = await fedmon(asked, fleet.folder, { FEDMON_CONFIG: file });
    assert.equal(human.code, 0);
    assert.match(human.err, /^fedmon: config: .*planned\.yaml\n$/);
    assert.match(
      human.out,
      /^refused-tcp\.example {2}maintenance until .* UTC\n.*\n {2}Planned move \(found now: unreachable\)\n/,
    );
    const json = await fedmon([...asked, '--json', '--config', file], fleet.folder);
    const { state, maintenance, at } = JSON.parse(json.out) as ShownReport;
    assert.deepEqual(
      { state, maintenance },
      { state: 'maintenance', maintenance: { until, reason: 'move', found: 'unreachable' } },
    );
    assert.equal(new Date(at).toISOString(), at, 'a full instant');
  });

  test('two partners behind one edge cost one connection', async () => {
    const [edge] = fleet.edges('healthy.example');
    assert.ok(edge);
    const route = `127.0.0.1:${String(edge.port)}`;
    const reports = await json('a.example', 'b.example', '--route', route);
    const [a, b] = reports.map((report) => report.steps.filter((step) => step.name === 'tcp_connect'));
    assert.equal(reports.length, 2);
    assert.deepEqual(a, b, 'the very same step, to the microsecond');
  });

  test('--route takes udp:// and tcp:// with the profile sip, and says so with another one', async () => {
    const flags = ['check', 'a.example', '--allow', '127.0.0.0/8', '--json'];
    const [report] = await json('a.example', '--route', 'udp://127.0.0.1:9', '--profile', 'sip', '--timeout', '1s');
    assert.deepEqual(
      report?.edges.map(({ transport, port }) => [transport, port]),
      [['udp', 9]],
    );
    const refused = await fedmon([...flags, '--route', 'udp://127.0.0.1']);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /The route of a\.example: the profile microsoft-federation knows TLS only; .*\(--profile sip\)/,
    );
    for (const wrong of ['sctp://127.0.0.1', 'udp://', 'udp://127.0.0.1:0', 'udp://a b']) {
      const said = await fedmon([...flags, '--route', wrong]);
      assert.deepEqual([said.code, /Expected a host such as .* or udp:\/\//.test(said.err)], [2, true], wrong);
    }
  });

  test('without a configuration flags are enough, and it is said that nobody asks', async () => {
    const server = `${fleet.dns.address}:${String(fleet.dns.port)}`;
    const argv = ['check', 'healthy.example', '--dns', server, '--allow', '127.0.0.0/8', '--ca', fleet.caFile];
    const { code, out, err } = await fedmon(argv);
    assert.equal(code, 0);
    assert.match(out, /^healthy\.example {2}healthy\n/);
    assert.match(
      err,
      /^fedmon: no config file: looked for \.\/fedmon\.yaml, \/etc\/fedmon\/fedmon\.yaml\nfedmon: no identity is configured, .* fedmon\.invalid; .*\nfedmon: set identity\.domain and identity\.certFile in fedmon\.yaml, or --cert and --key\.\n$/,
    );
    const closed = await fedmon(['check', 'healthy.example', '--dns', server, '--json']);
    const { cause } = JSON.parse(closed.out) as CheckReport;
    assert.deepEqual({ code: closed.code, layer: cause?.layer, err: closed.err }, { code: 1, layer: 'tcp', err: '' });
  });

  test('nothing could be run: exit code 3', async () => {
    const { code, out } = await fedmon([
      'check',
      'healthy.example',
      '--dns',
      '127.0.0.1:1',
      '--timeout',
      '500ms',
      '--nagios',
    ]);
    assert.equal(code, 3);
    assert.match(out, /^FEDMON UNKNOWN - /);
    const plain = await fedmon(['check', 'healthy.example', '--dns', '127.0.0.1:1', '--timeout', '500ms', '--json']);
    assert.equal(plain.code, 3);
  });

  test('`partners show` judges the stored evidence again and shows the same tree', async () => {
    const config = loadConfig(join(fleet.folder, 'fedmon.yaml'), {});
    const partner = config.partners.find(({ domain }) => domain === 'half-dead.example');
    assert.ok(partner);
    const net = createNet({
      egressAllow: config.egress.allow,
      trust: config.trust,
      certificate: certificateOf(config),
    });
    const world = { net, clock: systemClock };
    const route = await examineRoute(partner, 0, settingsOf(config), world);
    const edges = await Promise.all(route.edges.map((edge) => examineEdge(edge, 0, 4000, settingsOf(config), world)));
    const published = publish(partner, null, [], Date.now());
    const snapshot = { published, route, edges, tally: { runs: {}, failures: [] }, baseline: null };
    const text = renderPartner(snapshot, Date.now(), { vantage: 'lab', writer }, { colour: false, columns: null });
    assert.match(
      text,
      /half-dead\.example\) {2}unknown\n[^]*\nLatest examination\nhalf-dead\.example {2}degraded\n[^]* srv_lookup /,
    );
    const { latest } = partnerObject(snapshot, Date.now(), { vantage: 'lab', writer });
    assert.deepEqual({ state: latest?.state, code: latest?.cause?.code }, { state: 'degraded', code: 'tcp_refused' });
  });
});
