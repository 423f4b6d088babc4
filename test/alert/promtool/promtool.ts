import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { needs } from '../../lab/debian.ts';

/** How a run of promtool ended; `said` is both of its outputs. */
export interface Verdict {
  readonly code: number;
  readonly said: string;
}

type Files = Readonly<Record<string, string>>;

/**
 * Runs promtool on files written into a folder of its own, which is also where it runs.
 * Null: the test was skipped because there is no promtool.
 */
export function promtool(t: TestContext, args: readonly string[], files: Files): Promise<Verdict | null> {
  return runTool('promtool', t, args, files);
}

/** The same with amtool. */
export function amtool(t: TestContext, args: readonly string[], files: Files): Promise<Verdict | null> {
  return runTool('amtool', t, args, files);
}

async function runTool(
  name: 'promtool' | 'amtool',
  t: TestContext,
  args: readonly string[],
  files: Files,
): Promise<Verdict | null> {
  const tools = await needs(t, name);
  if (tools === null) return null;
  const [tool] = tools;
  const folder = await mkdtemp(join(tmpdir(), `fedmon-${name}-`));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await new Promise((resolve) => {
      const options = { cwd: folder, env: { ...process.env, ...tool.env }, timeout: 110_000 };
      execFile(tool.path, [...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, said: stdout + stderr });
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
