import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flags } from '../../src/bin/node.mjs';
import { startProcess, type Ended, type OwnProcess } from '../lab/process.ts';

export type Role = 'scheduler' | 'worker' | 'exporter';

/** A process of the service that is started again whenever it was killed. */
export interface Member {
  readonly role: Role;
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** How often it was started. */
  readonly starts: number;
  /** How its present life ends. */
  readonly ended: Promise<Ended>;
  /** Killed, and started again at once; resolves when it can work again. */
  crash(): Promise<void>;
  /** Asked to end by SIGTERM, and started again once it has ended; how it ended, and how long that took. */
  renew(): Promise<Ended & { readonly tookMs: number }>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it says that it is ready. */
  ready(limitMs?: number): Promise<void>;
  /** What all its lives wrote, a line each. */
  log(): readonly string[];
  stop(): Promise<Ended>;
}

export interface MemberOptions {
  readonly role: Role;
  readonly name: string;
  readonly config: string;
  readonly folder: string;
  /** Where it listens, `host:port`. */
  readonly listen: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node beside those that the service is started with. */
  readonly nodeArgs?: readonly string[];
}

const main = join(import.meta.dirname, '../../src/main.ts');
const readyLimitMs = 30_000;
const pollMs = 50;

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

export async function startMember(options: MemberOptions): Promise<Member> {
  const { role, name, config, folder, listen, env = {}, nodeArgs = [] } = options;
  const logFile = join(folder, `${name}.log`);
  const url = `http://${listen}`;
  const start = (): Promise<OwnProcess> =>
    startProcess({
      name,
      command: process.execPath,
      args: [...flags, ...nodeArgs, main, 'run', '--role', role, '--config', config],
      logFile,
      env,
    });
  let child = await start();
  let starts = 1;
  const ready = async (limitMs = readyLimitMs): Promise<void> => {
    const endMs = performance.now() + limitMs;
    while (!(await isReady(url))) {
      if (performance.now() > endMs) throw new Error(`${name} is not ready:\n${child.lastLines()}`);
      await pause(pollMs);
    }
  };
  return {
    role,
    name,
    url,
    get pid() {
      return child.pid;
    },
    get starts() {
      return starts;
    },
    get ended() {
      return child.ended;
    },
    async crash() {
      child.kill('SIGKILL');
      await child.ended;
      child = await start();
      starts += 1;
      await ready();
    },
    async renew() {
      const begunMs = performance.now();
      const ended = await child.stop(60_000);
      const tookMs = performance.now() - begunMs;
      child = await start();
      starts += 1;
      return { ...ended, tookMs };
    },
    signal: (signal) => child.kill(signal),
    ready,
    log: () => readFileSync(logFile, 'utf8').trimEnd().split('\n'),
    stop: () => child.stop(15_000),
  };
}
