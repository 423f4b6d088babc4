import { InvalidArgumentError, type Command } from 'commander';
import { exit } from './exit.ts';
import type { Io } from './io.ts';

const roles = ['scheduler', 'worker', 'exporter'] as const;
const choices = ['all', ...roles] as const;
type Choice = (typeof choices)[number];

const examples = `Examples:
  fedmon run
  fedmon run --role worker --config /etc/fedmon/fedmon.yaml
  fedmon run --role scheduler --role exporter
`;

function collected(text: string, previous: readonly Choice[] | undefined): readonly Choice[] {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw new InvalidArgumentError(`Expected one of ${choices.join(', ')}.`);
  return [...(previous ?? []), choice];
}

/** `fedmon run`: the service, all of it or some of its roles. */
export function addRun(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('run')
    .summary('the service: schedule, examine, publish')
    .description('Runs the service until it is stopped. Without --role: all of it in one process.')
    .addHelpText('before', examples)
    .showHelpAfterError('Type: fedmon run --help')
    .option('--role <role>', `what this process does: ${choices.join(', ')}; may be repeated`, collected)
    .option('--config <file>', 'the configuration (default: ./fedmon.yaml)')
    .action(async (flags: { readonly role?: readonly Choice[]; readonly config?: string }) => {
      const { configPath } = await import('./config-file.ts');
      const file = configPath(flags.config, io);
      const wanted = flags.role ?? ['all'];
      const { runRoles } = await import('../role/run.ts');
      await runRoles(wanted.includes('all') ? roles : roles.filter((role) => wanted.includes(role)), file, io.env);
      done(exit.pass);
    });
}
