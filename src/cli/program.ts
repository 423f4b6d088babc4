import { Command, CommanderError } from 'commander';
import { printable } from '../federation/failure.ts';
import { version } from '../version.ts';
import { ending, exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';

const examples = `Examples:
  ${commandName()} check contoso.com              examine a partner now
  ${commandName()} explain tcp_refused            what a finding means and what to do
  ${commandName()} run --config fedmon.yaml       the service
  ${commandName()} partners                       what the service knows, worst first
  ${commandName()} ledger contoso.com             what was sent to them, and when
  ${commandName()} baseline accept contoso.com    the change was meant: expect it from now on
  ${commandName()} import allowed.csv             an allow list as partners of the configuration
`;

/** What commander says of a wrong command line, without its jargon and safe to print. */
function inOurWords(text: string): string {
  return text
    .replace(/^error: /, 'fedmon: ')
    .replace(/command-argument value '(.*)' is invalid for argument '(.*?)'/, "$2 '$1' is invalid")
    .split('\n')
    .map((line) => printable(line, 500))
    .join('\n');
}

/** How a command is added to the program. */
export type AddCommand = (program: Command, io: Io, done: (code: number) => void) => void;

/** The program with these commands; nothing runs until it is given a command line. */
export function build(commands: readonly AddCommand[], io: Io, done: (code: number) => void): Command {
  const program = new Command(commandName())
    .description('Tells whether our people can reach their SIP federation partners.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} --help`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => write(inOurWords(text)),
      getOutHasColors: () => io.colour,
      getErrHasColors: () => false,
    });
  for (const add of commands) add(program, io, done);
  return program;
}

/** A check is to ask at once: of all commands it needs its own only. */
async function commandsFor(argv: readonly string[]): Promise<readonly AddCommand[]> {
  if (argv[0] === 'check') return [(await import('./check.ts')).addCheck];
  return (await import('./all-commands.ts')).allCommands;
}

/** Runs one command line (without the program's name) and returns its exit code; everything is said through `io`. */
export async function runCommand(argv: readonly string[], io: Io): Promise<number> {
  let code: number = exit.pass;
  const program = build(await commandsFor(argv), io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    io.progress(null);
    // commander has already said what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.pass : exit.usage;
    const end = ending(error);
    io.err(`${end.text}\n`);
    return end.code;
  }
}
