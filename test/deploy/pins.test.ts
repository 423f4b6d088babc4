import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '../..');

/** A copy of what names things of others; with a `docker` and a GitHub of its own. */
function copy(t: { after(end: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-pins-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['Dockerfile', 'compose.yaml', '.github'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const pins = (order: string, env: NodeJS.ProcessEnv = {}) => {
    const path = `${bin}:/usr/local/bin:/usr/bin:/bin`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['.github/pins.mjs', order], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: path, HOME: folder, ...env },
    });
    return { status, stderr, lines: stdout.trim().split('\n') };
  };
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { folder, bin, pins, read };
}

describe('what is taken from others by name', () => {
  test('every image and action of the files is looked at, and what is not pinned is said', (t) => {
    const { folder, pins, read } = copy(t);
    const digest = `@sha256:${'0'.repeat(64)}`;
    const plain = read('Dockerfile').replaceAll(/@sha256:[0-9a-f]{64}/g, '');
    writeFileSync(join(folder, 'Dockerfile'), plain.replace(/^(FROM (?:--platform=\S+ )?\S+)/gm, `$1${digest}`));
    const seen = pins('--check').lines.filter((line) => line.startsWith('Dockerfile'));
    assert.deepEqual(seen, []);
    writeFileSync(join(folder, 'Dockerfile'), plain);
    const { status, lines } = pins('--check');
    assert.equal(status, 1);
    assert.deepEqual(lines.slice(0, 2), [
      'Dockerfile: docker.io/library/node:24-trixie-slim is not pinned',
      'Dockerfile: gcr.io/distroless/nodejs24-debian13:nonroot is not pinned',
    ]);
    // Whatever looks like a thing of others is one that the script knows.
    const texts = ['compose.yaml', '.github/workflows/ci.yml', '.github/workflows/release.yml'].map(read).join('\n');
    const named = texts.match(/^\s*(?:- )?uses: (?!\.\/).*|^\s*image: (?!fedmon:local).*|\bimage=docker.*/gm) ?? [];
    assert.equal(lines.at(-1)?.match(/of (\d+) are/)?.[1], String(named.length + 2));
    assert.ok(named.length >= 10);
  });

  test('a tag that is no commit, or a commit without its tag, is not pinned', (t) => {
    const { folder, pins } = copy(t);
    const said = (uses: string) => {
      writeFileSync(join(folder, '.github/workflows/ci.yml'), `      - uses: ${uses}\n`);
      return pins('--check').lines.filter((line) => line.startsWith('.github/workflows/ci.yml'));
    };
    const commit = '0123456789abcdef0123456789abcdef01234567';
    assert.equal(said('owner/action@v1').length, 1);
    assert.equal(said(`owner/action@${commit}`).length, 1);
    assert.equal(said(`owner/action@${commit} # v1.2.3`).length, 0);
  });

  test('--write asks for digests and commits and writes them beside the tags; twice changes nothing', (t) => {
    const { folder, bin, pins, read } = copy(t);
    const digest = `sha256:${'ab'.repeat(32)}`;
    writeFileSync(join(bin, 'docker'), `#!/bin/sh\nprintf '%s' '"${digest}"'\n`, { mode: 0o755 });
    // One repository stands for all of GitHub: a commit, and an annotated tag for each version that is asked for.
    const git = (...args: readonly string[]): string =>
      execFileSync('git', args, { cwd: join(folder, 'hub'), encoding: 'utf8' }).trim();
    mkdirSync(join(folder, 'hub'));
    git('init', '--quiet');
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid'];
    git(...who, 'commit', '--quiet', '--allow-empty', '-m', 'one');
    const workflow = read('.github/workflows/release.yml');
    const versions = [...workflow.matchAll(/uses: \w[^@\n]*@\S+(?: # (\S+))?|@(v[\d.]+)$/gm)].map(([text]) =>
      text.replace(/^.*(?:@| # )/, ''),
    );
    for (const version of new Set(versions)) git(...who, 'tag', '-a', '-m', 'x', version);
    const hub = join(folder, 'hub', '.git');
    const redirect = ['actions/checkout', 'sigstore/cosign-installer'].flatMap((name, at) => [
      [`GIT_CONFIG_KEY_${String(at)}`, `url.${hub}.insteadOf`],
      [`GIT_CONFIG_VALUE_${String(at)}`, `https://github.com/${name}`],
    ]);
    const env = { GIT_CONFIG_COUNT: '2', ...(Object.fromEntries(redirect) as Record<string, string>) };
    const { status, lines, stderr } = pins('--write', env);
    assert.equal(status, 0, stderr);
    assert.match(lines.join(), /^(\d+) of \1 are pinned by digest\.$/);
    const commit = git('rev-parse', 'HEAD');
    assert.match(read('.github/workflows/release.yml'), new RegExp(`uses: actions/checkout@${commit} # v\\d`));
    assert.match(read('Dockerfile'), new RegExp(`^FROM gcr\\.io/distroless/nodejs24-debian13:nonroot@${digest}$`, 'm'));
    const after = ['Dockerfile', 'compose.yaml', '.github/workflows/release.yml'].map(read);
    assert.equal(pins('--write', env).status, 0);
    assert.deepEqual(['Dockerfile', 'compose.yaml', '.github/workflows/release.yml'].map(read), after);
  });
});
