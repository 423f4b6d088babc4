import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfigAside } from '../../src/config/aside.ts';
import type { Config } from '../../src/config/config.ts';
import { diffConfig, inForce, isEmptyDiff } from '../../src/config/diff.ts';
import { createLiveConfig } from '../../src/config/live.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigInvalid } from '../../src/config/mistake.ts';
import { stampOf } from '../../src/config/stamp.ts';
import { folderWithKeys, type Folder } from './files.ts';

const head = 'identity: { domain: mon.example.com, contact: noc@example.com }\n';

describe('reading the configuration again', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
  });
  after(() => folder.remove());
  const load = (text: string): Config => loadConfig(folder.write('fedmon.yaml', head + text), {});

  test('the difference of two configurations: partners one by one, sections by name', () => {
    const first = load('partners: [{ domain: a.example }, { domain: b.example }, { domain: c.example }]');
    const next = load(
      'partners: [{ domain: d.example }, { domain: c.example }, { domain: b.example, tier: gold }]\n' +
        'hysteresis: { down: 2 }\nvantage: rome\nredis: { prefix: "{other}" }\ncanary: { host: sip.example.com }',
    );
    assert.deepEqual(diffConfig(first, next), {
      added: ['d.example'],
      removed: ['a.example'],
      changed: ['b.example'],
      settings: ['hysteresis', 'canary'],
      restart: ['redis', 'vantage'],
    });
    assert.ok(
      isEmptyDiff(diffConfig(first, load('partners: [{domain: a.example}, {domain: b.example}, {domain: c.example}]'))),
    );
    const now = inForce(first, next);
    assert.deepEqual([now.vantage, now.redis.prefix, now.hysteresis.down], ['default', '{fedmon}', 2]);
  });

  test('who asked is told of a change, once, and not of none', () => {
    const live = createLiveConfig(load('partners: [{ domain: a.example }]'));
    const told: number[] = [];
    live.onChange(({ partners }) => void told.push(partners.length));
    live.replace(load('partners: [{ domain: a.example }]'));
    assert.deepEqual(told, []);
    live.replace(load('partners: [{ domain: a.example }, { domain: b.example }]'));
    assert.deepEqual([told, live.current().partners.length], [[2], 2]);
  });

  test('in a thread: the same configuration, the same mistakes', async () => {
    const good = folder.write('good.yaml', `${head}partners: [{ domain: a.example }]\n`);
    assert.deepEqual(await loadConfigAside(good, {}), loadConfig(good, {}));
    const bad = folder.write('bad.yaml', `${head}vantag: x\npartners: [{ domain: a.example, every: 1s }]\n`);
    const message = (error: unknown): string => (error instanceof ConfigInvalid ? error.message : String(error));
    let expected = '';
    try {
      loadConfig(bad, {});
    } catch (error) {
      expected = message(error);
    }
    assert.match(expected, /vantag/);
    await assert.rejects(loadConfigAside(bad, {}), (error) => message(error) === expected);
  });

  test('a stamp changes with content, time, coming, going, and with the folder behind a link', async () => {
    const files = [folder.write('v1/a.yaml', 'a'), folder.write('v2/a.yaml', 'a')];
    symlinkSync(join(folder.path, 'v1'), join(folder.path, 'current'));
    const sources = [join(folder.path, 'current', 'a.yaml'), join(folder.path, 'more', '*.yaml')];
    let stamp = await stampOf(sources);
    assert.equal(await stampOf(sources), stamp, 'looking again is no change');
    const changes: readonly [string, () => void][] = [
      ['content', () => void folder.write('v1/a.yaml', 'ab')],
      ['time alone', () => utimesSync(files[0] ?? '', new Date(), new Date(Date.now() + 5_000))],
      ['a new file of the pattern', () => void folder.write('more/b.yaml', 'b')],
      ['a file renamed', () => renameSync(join(folder.path, 'more', 'b.yaml'), join(folder.path, 'more', 'c.yaml'))],
      ['a file removed', () => rmSync(join(folder.path, 'more', 'c.yaml'))],
      [
        'the folder behind the link exchanged',
        () => {
          symlinkSync(join(folder.path, 'v2'), join(folder.path, 'next'));
          renameSync(join(folder.path, 'next'), join(folder.path, 'current'));
        },
      ],
      ['the file itself gone', () => rmSync(join(folder.path, 'v2', 'a.yaml'))],
    ];
    for (const [what, change] of changes) {
      change();
      const next = await stampOf(sources);
      assert.notEqual(next, stamp, what);
      stamp = next;
    }
  });
});
