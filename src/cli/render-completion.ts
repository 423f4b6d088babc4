import type { Outline, OptionOutline } from './outline.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Names of findings and shells are known here; domains and files are for the shell to complete. */
export interface Words {
  readonly codes: readonly string[];
}

const takesFile = ({ takes }: OptionOutline): boolean => takes === '<file>';

/** Every command with those below it, the whole first. */
function all(outline: Outline): readonly Outline[] {
  return [outline, ...outline.commands.flatMap(all)];
}

/** The words that may follow a command. */
function wordsAfter(outline: Outline, { codes }: Words): readonly string[] {
  const [argument] = outline.arguments;
  const values = argument?.name === 'code' ? codes : argument?.name === 'shell' ? shells : [];
  return [
    ...outline.commands.map(({ path }) => path.split(' ').at(-1) ?? ''),
    ...values,
    ...outline.options.map(({ long }) => long),
    '--help',
  ];
}

/**
 * A completion script. Bash and zsh share one function, which zsh runs through bashcompinit; fish has its own words.
 * Nothing is asked of the program while somebody types.
 */
export function renderCompletion(shell: Shell, outline: Outline, words: Words): string {
  return shell === 'fish' ? fish(outline, words) : bash(shell, outline, words);
}

function bash(shell: Shell, outline: Outline, words: Words): string {
  const commands = all(outline);
  const known = commands.slice(1).map(({ path }) => `'${path}'`);
  const cases = commands.map((each) => `    '${each.path}') words='${wordsAfter(each, words).join(' ')}' ;;`);
  const choices = [...new Map(commands.flatMap(({ options }) => options).map((each) => [each.long, each])).values()];
  const values = choices.flatMap(({ long, choices: some }) =>
    some.length === 0 ? [] : [`    ${long}) COMPREPLY=($(compgen -W '${some.join(' ')}' -- "$word")); return ;;`],
  );
  const files = choices.filter(takesFile).map(({ long }) => long);
  return [
    `# ${shell} completion of fedmon`,
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_fedmon() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path=fedmon words at',
    '  for ((at = 1; at < COMP_CWORD; at++)); do',
    '    case "$path ${COMP_WORDS[at]}" in',
    `      ${known.join('|')}) path="$path \${COMP_WORDS[at]}" ;;`,
    '    esac',
    '  done',
    '  case $before in',
    `    ${files.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;`,
    ...values,
    '  esac',
    '  case $path in',
    ...cases,
    "    *) words='' ;;",
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _fedmon fedmon',
    '',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(outline: Outline, words: Words): string {
  const lines = all(outline).flatMap((each) => {
    const seen = each.path.split(' ').slice(1);
    const below = each.commands.map(({ path }) => path.split(' ').at(-1) ?? '');
    const conditions = [
      ...seen.map((name) => `__fish_seen_subcommand_from ${name}`),
      ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(' ')}`]),
    ];
    const when = conditions.length === 0 ? '' : ` -n ${quoted(conditions.join('; and '))}`;
    const values = wordsAfter(each, words).filter((word) => !word.startsWith('--') && !below.includes(word));
    return [
      ...each.commands.map(
        (sub) => `complete -c fedmon -f${when} -a ${sub.path.split(' ').at(-1) ?? ''} -d ${quoted(sub.summary)}`,
      ),
      ...(values.length === 0 ? [] : [`complete -c fedmon -f${when} -a ${quoted(values.join(' '))}`]),
      ...each.options.map(({ long, takes, choices, description }) => {
        const value = takes === null ? '' : choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -r';
        return `complete -c fedmon${when} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return ['# fish completion of fedmon', ...lines, ''].join('\n');
}
