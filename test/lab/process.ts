import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that this one started and that never outlives it. */
export interface OwnProcess {
  readonly name: string;
  readonly pid: number;
  /** The file with its stdout and stderr. */
  readonly logFile: string;
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
  /** The last lines it wrote. */
  lastLines(count?: number): string;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs?: number): Promise<Ended>;
}

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts a program. It does not keep this process alive, and ends with it, even when this process is killed. */
export async function startProcess(options: ProcessOptions): Promise<OwnProcess> {
  const { name, command, args, logFile } = options;
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.env },
    // A group of its own: Ctrl-C reaches only us, and we end things in order.
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  closeSync(log);
  const ended = new Promise<Ended>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const guard = guardOf(pid);
  let over = false;
  void ended.then(() => {
    over = true;
    guard.kill('SIGKILL');
  });
  child.unref();
  return {
    name,
    pid,
    logFile,
    ended,
    hasEnded: () => over,
    lastLines: (count = 15) => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n'),
    kill: (signal) => void child.kill(signal),
    async stop(graceMs = 5_000) {
      child.kill('SIGTERM');
      const patience = new AbortController();
      const late = pause(graceMs, 'late' as const, { signal: patience.signal }).catch(() => 'over' as const);
      if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
      patience.abort();
      return ended;
    },
  };
}

/** A shell that reads a pipe of ours: when we die, however it happens, the pipe closes and it ends the process group. */
function guardOf(pid: number): ChildProcess {
  const script = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.unref();
  const pipe: unknown = guard.stdin;
  (pipe as { unref(): void }).unref();
  return guard;
}
