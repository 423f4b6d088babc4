import type { Outline } from './outline.ts';

/** Roff takes a backslash for a command, a dot or quote at the beginning of a line for a request. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...');

const asTyped = ({ arguments: some }: Outline): string =>
  some.map(({ name, optional, many }) => (optional ? ` [${name}]` : ` ${name}`) + (many ? ' ...' : '')).join('');

function options({ options: some }: Outline): readonly string[] {
  return some.flatMap(({ long, takes, choices, description }) => [
    '.TP',
    `\\fB${escaped(long)}\\fR${takes === null ? '' : ` \\fI${escaped(takes.replace(/[<>[\]]/g, ''))}\\fR`}`,
    escaped(`${description}${choices.length === 0 ? '' : ` (one of ${choices.join(', ')})`}`),
  ]);
}

function section(outline: Outline): readonly string[] {
  return [
    `.SS "${escaped(outline.path + asTyped(outline))}"`,
    escaped(outline.description),
    ...options(outline),
    ...outline.commands.flatMap(section),
  ];
}

/** The manual page, section 1, in the man macros of roff. */
export function renderMan(
  outline: Outline,
  version: string,
  exitCodes: readonly (readonly [number, string])[],
): string {
  return [
    `.TH FEDMON 1 "" "fedmon ${version}"`,
    '.SH NAME',
    `fedmon \\- ${escaped(outline.summary.replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    '.B fedmon',
    '\\fIcommand\\fR [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    escaped(outline.description),
    'Data goes to standard output, everything else to standard error. Colours and progress are shown on a terminal only.',
    '.SH COMMANDS',
    ...outline.commands.flatMap(section),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `\\fB${String(code)}\\fR`, escaped(meaning)]),
    '.SH ENVIRONMENT',
    '.TP',
    '\\fBFEDMON_CONFIG\\fR',
    'The configuration, where \\fB\\-\\-config\\fR does not name one.',
    '.TP',
    '\\fBNO_COLOR\\fR',
    'No colours.',
    '.SH FILES',
    '.TP',
    '\\fI./fedmon.yaml\\fR, \\fI/etc/fedmon/fedmon.yaml\\fR',
    'The configuration.',
    '',
  ].join('\n');
}
