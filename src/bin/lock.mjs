// One holder at a time of a folder on this machine, also when a holder was killed. Plain JavaScript for Node from 18 on.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A lock without a pid has this long to get one, milliseconds. */
const namelessMs = 10_000;

/** Does what mkdir does and says whether it did; trouble other than these codes is thrown. */
function made(folder, expected) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (expected.includes(error.code)) return false;
    throw error;
  }
}

/** The pid of the holder; null when none is written (yet). */
function holderOf(lock) {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || null;
  } catch {
    return null;
  }
}

function isGone(lock, holder) {
  try {
    if (holder === null) return Date.now() - statSync(lock).mtimeMs > namelessMs;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    // Without a pid: the lock itself went away, which the next attempt sees.
    return holder !== null && error.code === 'ESRCH';
  }
}

/**
 * Puts our pid in the place of a dead holder's. The lock is never removed for this, and whoever replaces the pid looks
 * at it once more while nobody else can: of several that saw the same dead holder only one wins.
 */
function takenOver(lock, holder) {
  const turn = join(lock, 'takeover');
  // Left by one that was killed in the middle of it.
  if (isGone(turn, null)) rmSync(turn, { recursive: true, force: true });
  if (!made(turn, ['EEXIST', 'ENOENT'])) return false;
  try {
    if (holderOf(lock) !== holder) return false;
    writeFileSync(join(turn, 'pid'), String(process.pid));
    renameSync(join(turn, 'pid'), join(lock, 'pid'));
    return true;
  } finally {
    // Gone when the lock was let go of meanwhile.
    rmSync(turn, { recursive: true, force: true });
  }
}

/**
 * Waits until this process holds the lock and returns how to let go of it; null when another process still held it after
 * `limitMs`. `waiting` hears once, with the pid of the holder, that we wait.
 */
export async function hold(lock, limitMs, waiting) {
  mkdirSync(dirname(lock), { recursive: true });
  const until = Date.now() + limitMs;
  let told = false;
  for (;;) {
    if (made(lock, ['EEXIST'])) {
      writeFileSync(join(lock, 'pid'), String(process.pid));
      break;
    }
    const holder = holderOf(lock);
    if (isGone(lock, holder) && takenOver(lock, holder)) break;
    if (Date.now() > until) return null;
    if (!told && holder !== null) {
      told = true;
      waiting(holder);
    }
    await pause(100);
  }
  return () => rmSync(lock, { recursive: true, force: true, maxRetries: 3 });
}
