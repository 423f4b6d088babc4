import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Config } from './config.ts';
import { ConfigInvalid, type Mistake } from './mistake.ts';

/** What the thread is asked, and what it answers. */
export interface Asked {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}
export type Answered = { readonly config: Config } | { readonly mistakes: readonly Mistake[] };

/** A configuration that is not read in this time is given up: a file on a dead network mount, say. Milliseconds. */
export const longestReadMs = 30_000;

/**
 * `loadConfig` in a thread of its own: 10,000 partners take most of a second, in which no examination may stand still.
 * Rejects with ConfigInvalid, or with an Error when no answer came.
 */
export async function loadConfigAside(file: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const asked: Asked = { file, env: { ...env } };
  const thread = new Worker(new URL('./load-thread.ts', import.meta.url), { workerData: asked });
  const signal = AbortSignal.timeout(longestReadMs);
  try {
    const [answer] = (await once(thread, 'message', { signal })) as [Answered];
    if ('config' in answer) return answer.config;
    throw new ConfigInvalid(answer.mistakes);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Error(`${file} could not be read within ${String(longestReadMs / 1000)} s`, { cause: error });
  } finally {
    await thread.terminate();
  }
}
