import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { libraryFolders, needs, type Tool } from './debian.ts';

/** A clock for processes that are started with `env`: their wall clock is what `set` says, their monotonic one is true. */
export interface FakedClock {
  readonly env: Readonly<Record<string, string>>;
  /** An offset such as `+1h`, or an instant such as `@2038-01-20 00:00:00`; `+0` is the true time. In force at once. */
  set(time: string): void;
}

/** A clock that is kept in this folder. */
export function clockIn(folder: string, faketime: Tool): FakedClock {
  const library = libraryFolders(faketime.root ?? '/')
    .map((each) => join(each, 'faketime', 'libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
  if (library === undefined) throw new Error('the package faketime holds no libfaketimeMT.so.1');
  const file = join(folder, 'time');
  const set = (time: string): void => {
    // In one step: a process that reads an empty file would be in no time at all.
    writeFileSync(`${file}.new`, `${time}\n`);
    renameSync(`${file}.new`, file);
  };
  set('+0');
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TZ: 'UTC',
  };
  return { env, set };
}

/** Null: the test was skipped, because there is no libfaketime. */
export async function fakedClock(t: TestContext): Promise<FakedClock | null> {
  const tools = await needs(t, 'faketime');
  if (tools === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-faketime-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return clockIn(folder, tools[0]);
}
