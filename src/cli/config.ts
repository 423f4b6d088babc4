import type { Command } from 'commander';
import { placesInWords } from './config-place.ts';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';
import { productionNote } from './production-note.ts';

interface Flags {
  readonly config?: string;
  readonly json?: true;
}

const examples = `Examples:
  ${commandName()} config check --config fedmon.yaml
  ${commandName()} config print
  ${commandName()} config schema > fedmon.schema.json
`;

const counted = (list: readonly unknown[], what: string): string =>
  `${String(list.length)} ${what}${list.length === 1 ? '' : 's'}`;

/** `fedmon config check|print|schema`. */
export function addConfig(program: Command, io: Io, done: (code: number) => void): void {
  const config = program
    .command('config')
    .summary('check or print the configuration, or its JSON Schema')
    .description('Everything about the configuration; connects to nothing.')
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} config --help`);
  const named = ['--config <file>', `the configuration (default: FEDMON_CONFIG, ${placesInWords})`] as const;

  config
    .command('check')
    .description('list every mistake at once; exit code 2 when there is one')
    .option(...named)
    .action(async (flags: Flags) => {
      const { readConfig } = await import('./config-file.ts');
      const read = readConfig(flags.config, io);
      const { file, partners, maintenance } = read;
      io.out(
        `${file ?? ''} is good: ${counted(partners, 'partner')}, ${counted(maintenance, 'maintenance window')}.\n`,
      );
      io.err(await productionNote(read));
      done(exit.pass);
    });
  config
    .command('print')
    .description('the configuration in force, with defaults and without secrets')
    .option(...named)
    .option('--json', 'as one JSON object')
    .action(async (flags: Flags) => {
      const [{ readConfig }, { printableConfig, printConfig }] = await Promise.all([
        import('./config-file.ts'),
        import('../config/print.ts'),
      ]);
      const read = readConfig(flags.config, io);
      io.out(flags.json ? jsonLine(printableConfig(read)) : printConfig(read));
      done(exit.pass);
    });
  config
    .command('schema')
    .description('the JSON Schema of the file, for editors')
    .action(async () => {
      const { jsonSchema } = await import('../config/json-schema.ts');
      io.out(jsonSchema());
      done(exit.pass);
    });
}
