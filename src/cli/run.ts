import { InvalidArgumentError, type Command } from 'commander';
import { configPath, placesInWords } from './config-place.ts';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';

const roles = ['scheduler', 'worker', 'exporter'] as const;
const choices = ['all', ...roles] as const;
type Choice = (typeof choices)[number];

const examples = `Examples:
  ${commandName()} run
  ${commandName()} run --role worker --config /etc/fedmon/fedmon.yaml
  ${commandName()} run --role scheduler --role exporter
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
    .showHelpAfterError(`Type: ${commandName()} run --help`)
    .option('--role <role>', `what this process does: ${choices.join(', ')}; may be repeated`, collected)
    .option('--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`)
    .action(async (flags: { readonly role?: readonly Choice[]; readonly config?: string }) => {
      const file = configPath(flags.config, io);
      const wanted = flags.role ?? ['all'];
      const { runRoles } = await import('../role/run.ts');
      await runRoles(wanted.includes('all') ? roles : roles.filter((role) => wanted.includes(role)), file, io.env);
      done(exit.pass);
    });
}
