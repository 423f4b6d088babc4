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

/** How an error ends the process, and what is said of it; `null` text for one that was said already. */
export function ending(error: unknown): { readonly code: number; readonly text: string | null } {
  if (!(error instanceof Error)) return { code: exit.couldNotRun, text: String(error) };
  switch ('code' in error ? error.code : undefined) {
    case 'usage':
    case 'config_invalid':
      return { code: exit.usage, text: error.message };
    case undefined:
      if (error.name === 'ShuttingDown') return { code: exit.couldNotRun, text: 'stopped before the end' };
      // Without a code it is nobody's foreseen trouble but a bug: whoever reports it needs the stack.
      return { code: exit.couldNotRun, text: error.stack ?? error.message };
    default:
      return { code: exit.couldNotRun, text: error.message };
  }
}
