import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { defaultSettings } from '../../src/alert/settings.ts';
import { serverFacts, unsuitableBecause } from '../../src/store/check-server.ts';
import { alertmanagerProgram } from '../lab/alertmanager.ts';
import { needs } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { mounted, readCompose } from './compose-file.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const compose = readCompose();
const services = Object.entries(compose.services);
const { fedmon, valkey, prometheus, alertmanager, grafana } = compose.services;
assert.ok(fedmon && valkey && prometheus && alertmanager && grafana);
assert.equal(services.length, 5);

describe('compose.yaml', () => {
  test('a key that the specification does not have is noticed', () => {
    const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
    assert.throws(() => readCompose(text.replace('stop_grace_period', 'stop_grace')), /stop_grace/);
    assert.throws(() => readCompose(`${text}\nnets: {}\n`), /nets/);
  });

  test('every service has the hard shell, and a user that is not root', () => {
    for (const [name, service] of services) {
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.match(service.user, /^(\$\{FEDMON_USER:-65532:65532\}|[1-9]\d*:\d+)$/, name);
      assert.equal(service.healthcheck.test[0], 'CMD', name);
      for (const volume of service.volumes) if (typeof volume !== 'string') assert.ok(volume.read_only, name);
    }
  });

  test('nothing is published but on the loopback, and the store not at all', () => {
    const published = services.flatMap(([, { ports }]) => ports);
    assert.deepEqual(
      published.filter((port) => !/^127\.0\.0\.1:(\d+):\1$/.test(port)),
      [],
    );
    assert.equal(published.length, 4);
    assert.deepEqual(valkey.networks, ['store']);
    assert.equal(compose.networks['store']?.internal, true);
    assert.deepEqual(
      services.filter(([, { networks }]) => networks.includes('store')).map(([name]) => name),
      ['fedmon', 'valkey'],
    );
  });

  test('what it names exists: networks, volumes, services, files of this project', () => {
    for (const [name, service] of services) {
      for (const network of service.networks) assert.ok(network in compose.networks, `${name}: ${network}`);
      for (const volume of service.volumes)
        if (typeof volume === 'string')
          assert.ok((volume.split(':')[0] ?? '') in compose.volumes, `${name}: ${volume}`);
      for (const other of Object.keys(service.depends_on)) assert.ok(other in compose.services, `${name}: ${other}`);
      for (const [target, source] of mounted(service))
        if (target !== '/etc/fedmon') assert.ok(existsSync(join(root, source)), `${name}: ${source}`);
    }
    assert.equal(mounted(fedmon).get('/etc/fedmon'), './etc');
    assert.match(readFileSync(join(root, '.gitignore'), 'utf8'), /^\/etc\/$/m);
  });

  test('every image is named by a version, none by a moving tag', () => {
    for (const [name, { image, build }] of services) {
      if (build !== undefined) continue;
      assert.match(image, /^docker\.io\/\w+\/\w+:v?\d+\.\d+\.\d+(-alpine)?(@sha256:[0-9a-f]{64})?$/, name);
    }
    assert.equal(fedmon.build, '.');
  });

  test('the service finds its store and listens where Prometheus looks, whatever its file says', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'fedmon-compose-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'fedmon.yaml');
    const partners =
      'identity: { domain: m.example.com, contact: n@example.com }\npartners: [{ domain: contoso.com }]\n';
    writeFileSync(file, partners);
    const config = loadConfig(file, fedmon.environment);
    assert.equal(new URL(config.redis.url).host, 'valkey:6379');
    assert.deepEqual(config.listen.exporter, { host: '0.0.0.0', port: 9464 });
    assert.deepEqual(fedmon.healthcheck.test, ['CMD', '/usr/local/bin/fedmon', 'health']);
    const longestMs = config.partners[0]?.timeoutMs ?? Infinity;
    assert.ok(Number.parseInt(fedmon.stop_grace_period ?? '0', 10) * 1000 > longestMs);
  });
});

describe('what compose.yaml mounts, with the real programs', { timeout: 300_000 }, () => {
  test('the store starts with these arguments, suits fedmon, and is found well', async (t) => {
    const tools = await needs(t, 'redis-server', 'redis-cli');
    if (tools === null) return;
    const [server, cli] = tools;
    const folder = mkdtempSync(join(tmpdir(), 'fedmon-compose-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const [program, ...args] = valkey.command ?? [];
    assert.equal(program, 'valkey-server');
    const port = String(await freePort());
    const own = args.map((each) => (each === '/data' ? folder : each));
    const started = await startProcess({
      name: 'store',
      command: server.path,
      args: [...own, '--port', port, '--bind', '127.0.0.1'],
      env: server.env,
      logFile: join(folder, 'log'),
    });
    t.after(() => started.stop());
    const [shell, client, ...words] = valkey.healthcheck.test;
    assert.deepEqual([shell, client], ['CMD', 'valkey-cli']);
    const ask = (...more: readonly string[]) =>
      run(cli.path, ['-p', port, ...more], { env: { ...process.env, ...cli.env } }).then(({ stdout }) => stdout);
    await until(
      () => ask(...words),
      () => started.hasEnded(),
    );
    assert.equal(await ask(...words), 'PONG\n');
    const facts = serverFacts(await ask('info'));
    assert.equal(unsuitableBecause(facts), null);
    assert.deepEqual([facts.evictionPolicy, facts.appends], ['noeviction', true]);
    // What an error answers is an error to the one who asks.
    await assert.rejects(ask('-e', 'nonsense'));
  });

  test('Prometheus takes its configuration with our rules, and is found ready', async (t) => {
    const tools = await needs(t, 'prometheus', 'promtool');
    if (tools === null) return;
    const [server, promtool] = tools;
    const folder = copies(t, prometheus);
    const file = join(folder, 'prometheus.yaml');
    const env = { ...process.env, ...promtool.env };
    const { stdout, stderr } = await run(promtool.path, ['check', 'config', file], { env });
    assert.match(stdout + stderr, /SUCCESS: 1 rule files found/);
    assert.match(stdout + stderr, /SUCCESS: \d+ rules found/);
    const config = parse(readFileSync(file, 'utf8')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
      alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
    };
    const [scrape] = config.scrape_configs;
    assert.equal(scrape?.job_name, defaultSettings.job);
    assert.deepEqual(scrape.static_configs, [{ targets: ['fedmon:9464'] }]);
    assert.deepEqual(config.alerting.alertmanagers[0]?.static_configs, [{ targets: ['alertmanager:9093'] }]);

    // Here the names of the compose file belong to nobody, and nobody is asked for them.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\b(fedmon|alertmanager):(?=9)/g, '127.0.0.1:'));
    const port = String(await freePort());
    const started = await startProcess({
      name: 'prometheus',
      command: server.path,
      args: [
        ...(prometheus.command ?? []).map((each) =>
          each.replace('/etc/prometheus', folder).replace('=/prometheus', `=${join(folder, 'data')}`),
        ),
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: server.env,
      logFile: join(folder, 'log'),
    });
    t.after(() => started.stop());
    const [, program, ...words] = prometheus.healthcheck.test;
    assert.equal(program, 'promtool');
    const here = words.map((each) => each.replace(':9090', `:${port}`));
    await until(
      () => run(promtool.path, here, { env }),
      () => started.hasEnded(),
    );
  });

  test('Alertmanager takes its configuration and arguments, and is found well', async (t) => {
    const tools = await needs(t, 'alertmanager', 'amtool');
    if (tools === null) return;
    const [server, amtool] = tools;
    const folder = copies(t, alertmanager);
    const env = { ...process.env, ...amtool.env };
    await run(amtool.path, ['check-config', join(folder, 'alertmanager.yaml')], { env });
    const port = String(await freePort());
    const { path, ...place } = alertmanagerProgram(server, folder);
    const started = await startProcess({
      name: 'alertmanager',
      command: path,
      ...place,
      args: [
        ...(alertmanager.command ?? []).map((each) =>
          each.replace('/etc/alertmanager', folder).replace('=/alertmanager', `=${join(folder, 'data')}`),
        ),
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: server.env,
      logFile: join(folder, 'log'),
    });
    t.after(() => started.stop());
    const [, program, ...words] = alertmanager.healthcheck.test;
    assert.equal(program, 'amtool');
    const here = words.map((each) => each.replace(':9093', `:${port}`));
    await until(
      () => run(amtool.path, here, { env }),
      () => started.hasEnded(),
    );
  });

  test('Grafana is provisioned with the Prometheus of its network and all dashboards (Grafana itself was not run)', () => {
    const mounts = mounted(grafana);
    const provisioning = join(root, mounts.get('/etc/grafana/provisioning') ?? '');
    const read = (file: string): unknown => parse(readFileSync(join(provisioning, file), 'utf8'));
    const { datasources } = read('datasources/prometheus.yaml') as {
      datasources: { uid: string; type: string; url: string; isDefault: boolean }[];
    };
    assert.deepEqual(
      datasources.map(({ type, url, isDefault }) => ({ type, url, isDefault })),
      [{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }],
    );
    assert.ok(grafana.networks.some((each) => prometheus.networks.includes(each)));
    const { providers } = read('dashboards/fedmon.yaml') as { providers: { options: { path: string } }[] };
    const folder = mounts.get(providers[0]?.options.path ?? '');
    assert.ok(folder !== undefined);
    // Grafana looks into subfolders too: there must be nothing in them that it would take for a dashboard.
    const found = globSync('**/*.json', { cwd: join(root, folder) }).toSorted();
    assert.deepEqual(found, ['certificates.json', 'fleet.json', 'partner.json', 'pipeline.json']);
    const home = grafana.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    assert.ok(found.includes(basename(home)) && home.startsWith(`${providers[0]?.options.path ?? '?'}/`));
  });
});

/** The files that a service sees of its own folder in /etc, in a folder of this machine. */
function copies(t: { after(end: () => void): void }, service: Parameters<typeof mounted>[0]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-compose-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [target, source] of mounted(service)) cpSync(join(root, source), join(folder, basename(target)));
  return folder;
}

/** Tries until it is not refused, as long as the program runs. */
async function until(holds: () => Promise<unknown>, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (hasEnded()) throw error;
      await pause(100);
    }
  }
}
