import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { printer } from '../../src/cli/check-printer.ts';
import { processIo, type Io } from '../../src/cli/io.ts';
import { runCommand } from '../../src/cli/program.ts';
import { folderWithKeys, type Folder } from '../config/files.ts';
import { healthy } from './reports.ts';

/** Keeps what is shown of progress, and how much was said of anything when it was. */
function watched(cwd: string): { readonly io: Io; readonly shown: (string | null)[]; readonly said: string[] } {
  const shown: (string | null)[] = [];
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const progress = (text: string | null): void => void shown.push(text);
  return { io: { out: say, err: say, env: {}, cwd, colour: false, columns: null, progress }, shown, said };
}

describe('progress', () => {
  let folder: Folder;
  before(async () => {
    folder = await folderWithKeys();
    const rows = Array.from({ length: 2_000 }, (_, at) => `p${String(at)}.example`);
    folder.write('list.txt', rows.join('\n'));
    folder.write('empty.txt', '');
  });
  after(() => folder.remove());

  test('import: a bar that grows a hundredth at a time and is gone before anything is said', async () => {
    const { io, shown, said } = watched(folder.path);
    const gone = { at: -1 };
    const code = await runCommand(['import', 'list.txt'], {
      ...io,
      progress: (text) => {
        io.progress(text);
        if (text === null) gone.at = said.length;
      },
    });
    assert.deepEqual([code, gone.at], [0, 0]);
    assert.ok(said.length > 0);
    assert.equal(shown.length, 102, 'from 0 to 100, and away');
    assert.equal(shown[50], 'reading list.txt  ██████████──────────  1000 of 2000');
    assert.deepEqual(shown.slice(-2), ['reading list.txt  ████████████████████  2000 of 2000', null]);
  });

  test('import of an empty list shows none', async () => {
    const { io, shown } = watched(folder.path);
    assert.equal(await runCommand(['import', 'empty.txt'], io), 2);
    assert.deepEqual(new Set(shown), new Set([null]));
  });

  test('check: the same bar, taken away while a report is printed', () => {
    const { io, shown } = watched(folder.path);
    const print = printer({}, io, 2, []);
    print.begin();
    const report = { ...healthy, state: 'healthy' as const };
    print.each(report);
    print.each(report);
    print.end([report, report]);
    const line = (bar: string, done: number): string => `examining  ${bar}  ${String(done)} of 2`;
    assert.deepEqual(shown, [line('─'.repeat(20), 0), null, line('█'.repeat(10) + '─'.repeat(10), 1), null]);
  });

  test('what is shown by somebody else, or at the end, counts too', () => {
    for (const format of [{}, { tap: true }] as const) {
      const { io, shown } = watched(folder.path);
      const print = printer(format, io, 2, []);
      print.begin();
      print.seen();
      print.seen();
      assert.deepEqual(
        shown.map((text) => /(\d) of 2$/.exec(text ?? '')?.[1]),
        ['0', '1', '2'],
      );
    }
  });

  test('on a terminal only, and not on a dumb one', () => {
    const written = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
      let text = '';
      const stream = {
        isTTY,
        columns: 80,
        write: (more: string) => void (text += more),
      } as unknown as NodeJS.WriteStream;
      processIo(stream, stream, env, '/').progress('half');
      return text;
    };
    assert.equal(written(true, {}), '\r\u001b[2Khalf');
    assert.equal(written(true, { NO_COLOR: '1' }), '\r\u001b[2Khalf', 'a bar is no colour');
    assert.equal(written(false, {}), '');
    assert.equal(written(true, { TERM: 'dumb' }), '');
  });
});
