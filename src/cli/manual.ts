import { version } from '../version.ts';
import { allCommands } from './all-commands.ts';
import { outlineOf, type Outline } from './outline.ts';
import { build } from './program.ts';
import { renderMan } from './render-man.ts';

const nobody = {
  out: () => undefined,
  err: () => undefined,
  env: {},
  cwd: '/',
  colour: false,
  columns: null,
  progress: () => undefined,
};

const exitCodes = [
  [0, 'All pass; of check: warnings and planned maintenance pass too.'],
  [1, 'At least one partner fails or could not be judged; of import: something could not be used.'],
  [2, 'The command line or the configuration is wrong.'],
  [3, 'It could not be run: Redis does not answer, or no step of any examination got an answer.'],
] as const;

/** All commands as they are. */
export function commandLine(): Outline {
  return outlineOf(build(allCommands, nobody, () => undefined));
}

/** The manual page, written from the commands themselves. */
export function manual(): string {
  return renderMan(commandLine(), version, exitCodes);
}
