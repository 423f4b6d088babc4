import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Does `work` while no other process on this machine holds the folder `path`; waits at most `limitMs` for it. */
export async function withLock<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + limitMs;
  while (!taken(path)) {
    if (abandoned(path)) rmSync(path, { recursive: true, force: true });
    else if (Date.now() > until) throw new Error(`${path} is still held after ${String(limitMs / 1000)} s`);
    else await pause(200);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function taken(path: string): boolean {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(path, 'pid'), String(process.pid));
  return true;
}

/** Whether the process that took the lock is gone. A lock without a pid is given ten seconds to get one. */
function abandoned(path: string): boolean {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return true;
    if (code !== 'ENOENT') return false;
    try {
      return Date.now() - statSync(path).mtimeMs > 10_000;
    } catch {
      return false;
    }
  }
}
