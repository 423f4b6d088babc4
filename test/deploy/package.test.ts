import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

describe('the package for npm, where npm would put it', { timeout: 240_000 }, () => {
  let scratch: string;
  let folder: string;
  const node = (...args: readonly string[]) => run(process.execPath, [...args], { cwd: scratch });
  const fedmon = (...args: readonly string[]) => node(join(folder, manifest.bin.fedmon), ...args);

  before(
    async () => {
      scratch = mkdtempSync(join(tmpdir(), 'fedmon-package-'));
      folder = join(scratch, 'node_modules/fedmon');
      mkdirSync(folder, { recursive: true });
      // Its dependencies are those of this checkout, of the same versions.
      for (const name of readdirSync(join(root, 'node_modules')))
        if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(scratch, 'node_modules', name));
      await run(process.execPath, [join(root, '.github/pack.mjs'), folder]);
    },
    { timeout: 240_000 },
  );
  after(() => rmSync(scratch, { recursive: true, force: true }));

  test('holds JavaScript only, all of it, and leads nowhere else', () => {
    const sources = globSync('src/**/*.ts', { cwd: root });
    const made = globSync('src/**/*.js', { cwd: folder });
    assert.deepEqual(made.toSorted(), sources.map((path) => path.replace(/\.ts$/, '.js')).toSorted());
    assert.deepEqual(globSync('**/*.{ts,mts}', { cwd: folder }), []);
    assert.deepEqual(globSync('src/bin/*', { cwd: folder }), [manifest.bin.fedmon]);
    const leading = made.filter((path) =>
      /(?:from|import\(|URL\() ?'\.[^']*\.m?ts'/.test(readFileSync(join(folder, path), 'utf8')),
    );
    assert.deepEqual(leading, []);
  });

  test('asks for what runs, in the same versions, and may be published', () => {
    const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(own['dependencies'], manifest.dependencies);
    for (const key of ['private', 'scripts', 'devDependencies', 'optionalDependencies']) assert.ok(!(key in own), key);
  });

  test('runs: version, a text that names the command, a configuration, also read in a thread', async () => {
    assert.deepEqual(await fedmon('--version'), { stdout: `${manifest.version}\n`, stderr: '' });
    const file = join(scratch, 'fedmon.yaml');
    const text = 'identity: { domain: m.example.com, contact: n@example.com }\npartners: [{ domain: contoso.com }]\n';
    writeFileSync(file, text);
    assert.match((await fedmon('config', 'check')).stdout, /fedmon\.yaml is good: 1 partner/);
    await assert.rejects(fedmon('explain', 'zzz'), /Type fedmon explain for the list/);
    const aside = pathToFileURL(join(folder, 'src/config/aside.js')).href;
    const program = join(scratch, 'aside.mjs');
    writeFileSync(
      program,
      `import { loadConfigAside } from '${aside}';
      console.log((await loadConfigAside('${file}', {})).partners.length);`,
    );
    assert.equal((await node(program)).stdout, '1\n');
  });
});
