import type { Command, Option } from 'commander';

/** A command line as a value, for what is written from it: completion and the manual page. */
export interface Outline {
  /** As it is typed, such as `fedmon config check`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly optional: boolean;
    readonly many: boolean;
  }[];
  readonly options: readonly OptionOutline[];
  readonly commands: readonly Outline[];
}

export interface OptionOutline {
  readonly long: string;
  /** What it takes, as `<file>`; null for a switch. */
  readonly takes: string | null;
  readonly choices: readonly string[];
  readonly description: string;
}

function optionOutline(option: Option): OptionOutline {
  const takes = /[<[].*$/.exec(option.flags)?.[0] ?? null;
  return {
    long: option.long ?? option.flags,
    takes,
    choices: option.argChoices ?? [],
    description: option.description,
  };
}

/** What a command and those below it take; hidden options are left out. */
export function outlineOf(command: Command, above = ''): Outline {
  const path = `${above}${above === '' ? '' : ' '}${above === '' ? 'fedmon' : command.name()}`;
  return {
    path,
    summary: command.summary() || command.description(),
    description: command.description(),
    arguments: command.registeredArguments.map((each) => ({
      name: each.name(),
      description: each.description,
      optional: !each.required,
      many: each.variadic,
    })),
    options: command.options.filter(({ hidden }) => !hidden).map(optionOutline),
    commands: command.commands.map((each) => outlineOf(each, path)),
  };
}
