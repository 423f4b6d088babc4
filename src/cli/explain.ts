import type { Command } from 'commander';
import { exit, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { jsonLine } from './paint.ts';

/** `fedmon explain [CODE]`: what a finding means, whose side it is, what to do. */
export function addExplain(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('explain')
    .summary('what a finding means and what to do')
    .description(
      'Says what a finding means, whose side it is on and what to do. Without a code: the list of all findings.',
    )
    .addHelpText('before', `Examples:\n  ${commandName()} explain tcp_refused\n  ${commandName()} explain\n`)
    .showHelpAfterError(`Type: ${commandName()} explain --help`)
    .argument('[code]', 'the code of a finding')
    .option('--json', 'one JSON object a line')
    .action(async (code: string | undefined, flags: { readonly json?: true }) => {
      await explainTo(io, code, flags.json === true);
      done(exit.pass);
    });
}

async function explainTo(io: Io, code: string | undefined, json: boolean): Promise<void> {
  const [{ explain, findingCodes }, { runbookOf }, { renderExplanation, renderFindings }] = await Promise.all([
    import('../probe/registry.ts'),
    import('../probe/runbook.ts'),
    import('./render-explain.ts'),
  ]);
  const rows = findingCodes.flatMap((each) => {
    const entry = explain(each);
    return entry === undefined ? [] : [{ code: each, entry }];
  });
  const asked = rows.find((row) => row.code === code);
  if (code !== undefined && asked === undefined) {
    const { nearest } = await import('../config/spelling.ts');
    const meant = nearest(code, findingCodes, 3);
    const hint =
      meant.length === 0 ? `Type ${commandName()} explain for the list.` : `Did you mean ${meant.join(' or ')}?`;
    throw new UsageError(`No finding is called ${JSON.stringify(code.slice(0, 60))}. ${hint}`);
  }
  if (json) {
    for (const { code: name, entry } of asked === undefined ? rows : [asked])
      io.out(jsonLine({ code: name, ...entry, runbook: runbookOf(entry) }));
    return;
  }
  io.out(asked === undefined ? renderFindings(rows, io) : renderExplanation(asked, io));
}
