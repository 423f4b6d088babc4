/** Exit codes of every command; `check --nagios` has the ones of its own protocol. */
export const exit = { pass: 0, fails: 1, usage: 2, couldNotRun: 3 } as const;

/** The command line or a file named on it is wrong. The message says what, where and what to type. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Everything was asked for correctly, and still it could not be done. */
export class CouldNotRun extends Error {
  override readonly name = 'CouldNotRun';
  readonly code = 'could_not_run';
}

/** The exit code that an error leads to, and what is said of it, line ends included but the last. */
export function ending(error: unknown): { readonly code: number; readonly text: string } {
  const { code, text } = outcome(error);
  // Every line about a configuration begins with its place, so that editors and people can jump to it.
  return { code, text: isConfigInvalid(error) ? text : `fedmon: ${text}` };
}

function isConfigInvalid(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'config_invalid';
}

function outcome(error: unknown): { readonly code: number; readonly text: string } {
  if (!(error instanceof Error)) return { code: exit.couldNotRun, text: String(error) };
  if (error.name === 'ShuttingDown') return { code: exit.couldNotRun, text: 'stopped before the end' };
  const code = 'code' in error ? String(error.code) : null;
  if (code === 'usage' || code === 'config_invalid') return { code: exit.usage, text: error.message };
  // Foreseen trouble has a code of ours or of the system; anything else is a bug, and whoever reports it needs the stack.
  const bug = code === null || code.startsWith('ERR_');
  return { code: exit.couldNotRun, text: bug ? (error.stack ?? error.message) : error.message };
}
