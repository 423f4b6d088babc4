import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Tool } from '../lab/debian.ts';
import { startProcess, type OwnProcess } from '../lab/process.ts';

const startLimitMs = 15_000;
/** Another process may take a free port before the program does: then once more, with other ports. */
const attempts = 3;

/** How a program is started in a folder of its own. */
export interface Launch<Served> {
  readonly args: readonly string[];
  /** What it serves, once it answers; null while it does not. */
  readonly answers: (own: OwnProcess) => Promise<Served | null>;
}

/** A real program that serves on the loopback until it is stopped. */
export interface Peer<Served> {
  readonly serves: Served;
  readonly folder: string;
  /** The last lines it wrote, under its name. */
  log(): string;
  /** Ends it by its process id and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a program and waits until it answers; rejects with what it wrote when it never does. */
export async function startPeer<Served>(
  tool: Tool,
  launch: (folder: string) => Launch<Served> | Promise<Launch<Served>>,
): Promise<Peer<Served>> {
  for (let attempt = 1; ; attempt += 1) {
    const folder = mkdtempSync(join(tmpdir(), `fedmon-${tool.name}-`));
    const { args, answers } = await launch(folder);
    const logFile = join(folder, 'log');
    const own = await startProcess({
      name: tool.name,
      command: tool.path,
      args,
      env: tool.env,
      logFile,
      cwd: folder,
    });
    const log = (): string => `${tool.name} wrote:\n${own.lastLines(40)}`;
    const stop = async (): Promise<void> => {
      await own.stop(3_000);
      rmSync(folder, { recursive: true, force: true });
    };
    const serves = await firstAnswer(own, answers);
    if (serves !== null) return { serves, folder, log, stop };
    const [ended, said] = [own.hasEnded(), log()];
    await stop();
    if (!ended || attempt === attempts) throw new Error(`${tool.name} does not serve; ${said}`);
  }
}

async function firstAnswer<Served>(own: OwnProcess, answers: Launch<Served>['answers']): Promise<Served | null> {
  const until = performance.now() + startLimitMs;
  while (performance.now() < until && !own.hasEnded()) {
    const served = await answers(own);
    if (served !== null) return served;
    await pause(30);
  }
  return null;
}

/** Shows what the programs wrote when the test fails. */
export function tellOnFailure(t: TestContext, ...peers: readonly Pick<Peer<unknown>, 'log'>[]): void {
  t.after(() => {
    // In every Node that runs this, and not yet in its types.
    const { passed } = t as TestContext & { readonly passed: boolean };
    if (!passed) for (const peer of peers) t.diagnostic(peer.log());
  });
}

/** Programs that all tests of a file share: started by the first that asks, ended after the last. */
export class Shared<Rig extends readonly Peer<unknown>[]> {
  readonly #start: () => Promise<Rig>;
  #rig: Promise<Rig> | null = null;

  constructor(start: () => Promise<Rig>) {
    this.#start = start;
  }

  async for(t: TestContext): Promise<Rig> {
    this.#rig ??= this.#start();
    const rig = await this.#rig;
    tellOnFailure(t, ...rig);
    return rig;
  }

  async stop(): Promise<void> {
    const rig = await this.#rig?.catch(() => null);
    await Promise.all((rig ?? []).map((peer) => peer.stop()));
  }
}
