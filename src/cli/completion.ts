import { Argument, type Command } from 'commander';
import { exit } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';
import { shells, type Shell } from './render-completion.ts';

const examples = `Examples:
  source <(${commandName()} completion bash)                        for this shell
  ${commandName()} completion bash > /etc/bash_completion.d/fedmon
  ${commandName()} completion zsh >> ~/.zshrc
  ${commandName()} completion fish > ~/.config/fish/completions/fedmon.fish
`;

/** `fedmon completion SHELL`: what a shell needs to complete our commands, flags and finding codes. */
export function addCompletion(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('completion')
    .summary('a script that lets your shell complete commands and flags')
    .description('Prints the completion script of a shell. It asks nothing of fedmon while you type.')
    .addHelpText('before', examples)
    .showHelpAfterError(`Type: ${commandName()} completion --help`)
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .action(async (shell: Shell) => {
      const [{ renderCompletion }, { outlineOf }, { findingCodes }] = await Promise.all([
        import('./render-completion.ts'),
        import('./outline.ts'),
        import('../probe/registry.ts'),
      ]);
      io.out(renderCompletion(shell, outlineOf(program), { codes: findingCodes }));
      done(exit.pass);
    });
}
