import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { commandLine, manual } from '../../src/cli/manual.ts';
import type { Outline } from '../../src/cli/outline.ts';
import { findingCodes } from '../../src/probe/registry.ts';
import { fedmon } from './run-cli.ts';

const script = async (shell: string): Promise<string> => (await fedmon(['completion', shell])).out;

const outline = commandLine();
const all = (one: Outline): readonly Outline[] => [one, ...one.commands.flatMap(all)];

/** What bash offers after these words, the last one half typed. */
async function offered(...typed: readonly string[]): Promise<readonly string[]> {
  const words = typed.map((each) => `'${each}'`).join(' ');
  const asks = `COMP_WORDS=(fedmon ${words}); COMP_CWORD=${String(typed.length)}; _fedmon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['--norc', '-c', `${await script('bash')}\n${asks}`], { encoding: 'utf8' });
  return said.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  test('commands, those below them, flags', async () => {
    assert.deepEqual(await offered('ch'), ['check']);
    assert.deepEqual(await offered('config', ''), ['check', 'print', 'schema', '--help']);
    assert.deepEqual(await offered('check', 'contoso.com', '--na'), ['--nagios']);
    assert.deepEqual(await offered('partners', '--config', 'x', 'sh'), ['show']);
  });
  test('values: profiles, finding codes, shells', async () => {
    assert.deepEqual(await offered('check', '--profile', 's'), ['sip']);
    assert.deepEqual(
      await offered('explain', 'tcp_'),
      findingCodes.filter((code) => code.startsWith('tcp_')),
    );
    assert.deepEqual(await offered('completion', 'f'), ['fish']);
  });
});

test('zsh takes the same function; fish knows every command and flag', async () => {
  assert.match(await script('zsh'), /bashcompinit[^]*complete -o default -F _fedmon fedmon\n$/);
  const fish = await script('fish');
  for (const { path, options } of all(outline).slice(1)) {
    assert.match(fish, new RegExp(` -a ${path.split(' ').at(-1) ?? ''} -d '`), path);
    for (const { long } of options) assert.match(fish, new RegExp(` -l ${long.slice(2)} `), `${path} ${long}`);
  }
});

test('the manual page names every command and flag, and no text is taken for a request', () => {
  const page = manual();
  for (const { path, options } of all(outline).slice(1)) {
    assert.ok(page.includes(`.SS "${path}`), path);
    for (const { long } of options)
      assert.ok(page.includes(`\\fB${long.replaceAll('-', '\\-')}\\fR`), `${path} ${long}`);
  }
  const requests = new Set(
    page
      .split('\n')
      .filter((line) => /^[.']/.test(line))
      .map((line) => line.split(' ')[0]),
  );
  assert.deepEqual([...requests].toSorted(), ['.B', '.SH', '.SS', '.TH', '.TP']);
});
