import type { Io } from '../../src/cli/io.ts';
import { runCommand } from '../../src/cli/program.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, as in a pipe, and collects what it says. */
export async function fedmon(
  argv: readonly string[],
  cwd = import.meta.dirname,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    env,
    cwd,
    colour: false,
    columns: null,
    progress: () => undefined,
  };
  const code = await runCommand(argv, io);
  return { code, out, err };
}
