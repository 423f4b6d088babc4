import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

function fedmon(
  argv: readonly string[],
  shell?: string,
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const options = { cwd: tmpdir(), encoding: 'utf8', timeout: 20_000, env: { PATH: process.env['PATH'] } } as const;
  const { status, stdout, stderr } =
    shell === undefined
      ? spawnSync(process.execPath, [main, ...argv], options)
      : spawnSync('/bin/sh', ['-c', `"$0" "$@" ${shell}`, process.execPath, main, ...argv], options);
  return { code: status, out: stdout, err: stderr };
}

test('the program hands on exit code, stdout and stderr', () => {
  const { code, out, err } = fedmon(['explain', 'tcp_refusd']);
  assert.deepEqual({ code, out }, { code: 2, out: '' });
  assert.equal(err, 'fedmon: No finding is called "tcp_refusd". Did you mean tcp_refused?\n');
});

test('data on stdout alone, plain in a pipe', () => {
  const { code, out, err } = fedmon(['explain', 'tcp_refused']);
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  assert.match(out, /^tcp_refused {2}Connection refused\n/);
});

test('a reader that goes away early is no error', () => {
  const { out, err } = fedmon(['config', 'schema'], '| head -n 1');
  assert.deepEqual({ out, err }, { out: '{\n', err: '' });
});
