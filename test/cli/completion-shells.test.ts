import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findingCodes } from '../../src/probe/registry.ts';
import { needs, type Tool } from '../lab/debian.ts';
import { fedmon } from './run-cli.ts';

const refusals = findingCodes.filter((code) => code.startsWith('tcp_r'));
/** What is typed, the last word half, and what has to be offered. */
const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['ch'], ['check']],
  [
    ['config', ''],
    ['check', 'print', 'schema'],
  ],
  [['partners', 'sh'], ['show']],
  [['check', '--profile', 's'], ['sip']],
  [['completion', 'f'], ['fish']],
  [['explain', 'tcp_r'], refusals],
];

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Runs a script in a shell that reads none of its own files. */
function said({ path, env }: Tool, ...args: readonly string[]): readonly string[] {
  return lines(execFileSync(path, [...args], { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 30_000 }));
}

test('fish itself completes commands, those below them, values and codes', async (t) => {
  const tools = await needs(t, 'fish');
  if (tools === null) return;
  const [fish] = tools;
  const script = (await fedmon(['completion', 'fish'])).out;
  const found = fish.root === null ? '' : `set fish_function_path '${join(fish.root, 'usr/share/fish/functions')}'\n`;
  for (const [typed, offered] of cases) {
    const ask = `complete -C 'fedmon ${typed.join(' ')}'`;
    const words = said(fish, '--no-config', '-c', `${found}${script}\n${ask}`).map((line) => line.split('\t')[0]);
    assert.deepEqual(words.toSorted(), offered.toSorted(), typed.join(' '));
  }
});

test('zsh itself runs the function through bashcompinit and hands over the same words', async (t) => {
  const tools = await needs(t, 'zsh');
  if (tools === null) return;
  const [zsh] = tools;
  const script = (await fedmon(['completion', 'zsh'])).out;
  const root = zsh.root ?? '/';
  const [modules] = globSync(join(root, 'usr/lib/*/zsh/*/'));
  const places =
    zsh.root === null ? '' : `module_path=('${modules ?? ''}'); fpath=('${root}'/usr/share/zsh/functions/*(/))`;
  for (const [typed, offered] of cases) {
    // `compadd` is what zsh puts on the screen with; of what it is handed it keeps what begins like the word.
    const asks = `compadd() { print -l -- "$@" }; words=(fedmon ${typed.map((each) => `'${each}'`).join(' ')}); CURRENT=$#words; eval $_comps[fedmon]`;
    const handed = said(zsh, '-f', '-c', `${places}\nautoload -Uz compinit && compinit -D -u\n${script}\n${asks}`);
    const begun = typed.at(-1) ?? '';
    const words = handed.filter((word) => /^[a-z_]/.test(word) && word.startsWith(begun));
    assert.deepEqual(words.toSorted(), offered.toSorted(), typed.join(' '));
  }
});
