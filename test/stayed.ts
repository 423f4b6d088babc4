import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Ends the process of a test file that stays when all is over: the file has told its sums, which it does when its event
 * loop is empty, so that no socket, timer or child of its own holds it. Node itself can hang as it ends: a thread that
 * compiles and the one that waits for it, each for the other (nodejs/node#54918). A listener of its own for `exit` that
 * does not return looks the same: a file that is named again and again has a fault.
 */
export interface Stayed {
  /** The file told its sums: from now on its process has so long to end. */
  readonly told: () => void;
  /** Its process is gone. */
  readonly gone: () => void;
  /** A sentence if its process was ended here, or null. */
  readonly ended: () => string | null;
}

/** Far longer than a process of the slowest machine takes to end. */
const patienceMs = 20_000;

export function createStayed(file: string, name: string, afterMs = patienceMs): Stayed {
  let timer: NodeJS.Timeout | undefined;
  let ended: string | null = null;
  const end = (): void => {
    const pid = childOf(process.pid, file);
    // It has ended meanwhile; who still holds its output is found by the silence.
    if (pid === null) return;
    const waited = `${String(afterMs / 1000)} s`;
    ended = `${name}: its process did not end within ${waited} of its last test and was ended; its threads: ${threads(pid)}`;
    process.kill(pid, 'SIGKILL');
  };
  return {
    told: () => void (timer = setTimeout(end, afterMs)),
    gone: () => clearTimeout(timer),
    ended: () => ended,
  };
}

/** The child of a process that was started with this argument. */
function childOf(parent: number, argument: string): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [stat, line] = [read(join('/proc', pid, 'stat')), read(join('/proc', pid, 'cmdline'))];
    // The name of the program stands in brackets, and may hold anything; state and parent come after it.
    const ours = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent);
    if (ours && line.split('\0').includes(argument)) return Number(pid);
  }
  return null;
}

/** What each thread waits for, in words of the kernel. */
function threads(pid: number): string {
  const tasks = join('/proc', String(pid), 'task');
  // A child stays in /proc until this process has taken note of its end, which it cannot do in between.
  const waits = readdirSync(tasks).map((task) => read(join(tasks, task, 'wchan')) || 'unknown');
  return [...new Set(waits)]
    .map((wait) => `${String(waits.filter((each) => each === wait).length)} in ${wait}`)
    .join(', ');
}

/** Empty where the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
