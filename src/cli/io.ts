/** What a command may use of the process it runs in: data to `out`, everything else to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Whether `out` is a terminal that shows colours. */
  readonly colour: boolean;
  /** Width of the terminal; null when `out` is not one. */
  readonly columns: number | null;
  /** Shows what is being done on a terminal and nowhere else; null takes it away. */
  progress(text: string | null): void;
}

/** The two streams of a process as commands see them. NO_COLOR (no-color.org) and TERM=dumb switch colours off. */
export function processIo(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Io {
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    env,
    cwd,
    colour: stdout.isTTY && !plain,
    columns: stdout.isTTY ? stdout.columns : null,
    progress: (text) => {
      if (stderr.isTTY && env['TERM'] !== 'dumb') stderr.write(`\r\x1b[2K${text ?? ''}`);
    },
  };
}
