import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigInvalid } from '../../src/config/mistake.ts';
import { copyInvalid, folderWithKeys, type Folder } from './files.ts';

const invalid = join(import.meta.dirname, 'invalid');
const names = globSync('*.yaml', { cwd: invalid })
  .map((file) => basename(file, '.yaml'))
  .toSorted();

/** Every mistake of a file as the operator reads it, with the folder of this run taken out. */
function complaint(folder: Folder, name: string): string {
  try {
    loadConfig(join(folder.path, `${name}.yaml`), {});
  } catch (error) {
    assert.ok(error instanceof ConfigInvalid, String(error));
    return `${error.message.replaceAll(`${folder.path}/`, '')}\n`;
  }
  return assert.fail(`${name}.yaml was accepted`);
}

// `UPDATE_GOLDEN=1` writes the expected messages anew; read the difference before committing it.
describe('a mistake in the configuration is named with its place', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
    copyInvalid(folder);
  });
  after(() => folder.remove());

  test('there is a file for every kind of mistake, and no expected message without one', () => {
    const texts = globSync('*.txt', { cwd: invalid })
      .map((file) => basename(file, '.txt'))
      .toSorted();
    assert.deepEqual(texts, names);
    assert.ok(names.length > 40);
  });

  for (const name of names) {
    test(name, () => {
      const golden = join(invalid, `${name}.txt`);
      const said = complaint(folder, name);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, said);
      assert.equal(said, existsSync(golden) ? readFileSync(golden, 'utf8') : '');
    });
  }

  test('a file that cannot be read is one mistake', () => {
    const said = (name: string): string => {
      try {
        loadConfig(join(folder.path, name), {});
      } catch (error) {
        return (error as Error).message.replaceAll(`${folder.path}/`, '');
      }
      return 'accepted';
    };
    folder.write('large.yaml', `# ${'x'.repeat(4 * 1024 * 1024)}`);
    folder.write('latin1.yaml', '');
    writeFileSync(join(folder.path, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    assert.equal(said('nowhere.yaml'), 'nowhere.yaml  no such file');
    assert.equal(said('parts'), 'parts  is a folder');
    assert.equal(said('large.yaml'), 'large.yaml  is larger than 4 MB; split the partners with `include`');
    assert.equal(said('latin1.yaml'), 'latin1.yaml  is not UTF-8 text');
  });
});

test('of many anchors and aliases ten are listed and the others counted', async () => {
  const folder = await folderWithKeys();
  const said = (text: string): readonly string[] => {
    try {
      loadConfig(folder.write('many.yaml', text), {});
    } catch (error) {
      return (error as Error).message.replaceAll(`${folder.path}/`, '').split('\n');
    }
    return [];
  };
  const anchors = (count: number): string =>
    Array.from({ length: count }, (_, at) => `k${String(at)}: &a x`).join('\n');
  assert.equal(said(anchors(10)).length, 10);
  assert.equal(said(anchors(12)).length, 11);
  assert.equal(said(anchors(12)).at(-1), 'many.yaml:11:6  … and 2 more');
  assert.equal(said(anchors(5000)).at(-1), 'many.yaml:11:6  … and at least 90 more');
  folder.remove();
});

describe('a hostile file costs next to nothing', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
  });
  after(() => folder.remove());

  const bombs: Readonly<Record<string, string>> = {
    'aliases that multiply': [
      'a0: &a0 [x, x, x, x, x, x, x, x, x]',
      ...Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`),
    ].join('\n'),
    'an alias of itself': 'a: &a [*a]',
    'four million brackets': '['.repeat(4_000_000),
    'four million dashes': '- '.repeat(2_000_000),
    'a hundred thousand anchors': `a: ${'&a '.repeat(100_000)}`,
    'steps to the right': Array.from({ length: 400 }, (_, at) => `${' '.repeat(at)}k:`).join('\n'),
  };
  for (const [name, text] of Object.entries(bombs)) {
    test(`${name}: refused within 100 ms of processor time`, () => {
      const file = folder.write('bomb.yaml', text);
      const before = process.cpuUsage();
      assert.throws(() => loadConfig(file, {}), { code: 'config_invalid' });
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < 100, `${(user + system) / 1000} ms`);
    });
  }
});
