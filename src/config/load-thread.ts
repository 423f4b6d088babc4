import { parentPort, workerData } from 'node:worker_threads';
import type { Answered, Asked } from './aside.ts';
import { loadConfig } from './load.ts';
import { ConfigInvalid } from './mistake.ts';

// The other side of aside.ts: one question, one answer. Errors lose their class on the way, so mistakes go as data.
function answer({ file, env }: Asked): Answered {
  try {
    return { config: loadConfig(file, env) };
  } catch (error) {
    if (error instanceof ConfigInvalid) return { mistakes: error.mistakes };
    throw error;
  }
}

// Both ends are ours, and the value is the one that aside.ts sent.
parentPort?.postMessage(answer(workerData as Asked));
