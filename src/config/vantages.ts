import type { Vantages } from '../federation/vantage.ts';
import type { Purpose } from './load.ts';
import type { Mistake } from './mistake.ts';
import { sections, type Sections } from './schema.ts';
import { vantageSection } from './schema-vantage.ts';
import { valueAt } from './yaml-value.ts';
import type { YamlFile } from './yaml-file.ts';

function vantagesOf(file: YamlFile, given: Sections['vantages'], mistakes: Mistake[]): Vantages | null {
  if (given === undefined) return null;
  const { names, quorum = Math.floor(names.length / 2) + 1 } = given;
  for (const [at, name] of names.entries()) {
    if (names.indexOf(name) === at) continue;
    mistakes.push(file.mistake(['vantages', 'names', at], `${name} is named twice, expected each place once`));
  }
  if (quorum > names.length) {
    const message = `got ${String(quorum)} of ${String(names.length)} places, expected at most all of them`;
    mistakes.push(file.mistake(['vantages', 'quorum'], message));
  }
  return { names, quorum };
}

/** The label from the environment; null when there is none or it is none, which is a mistake. */
function fromEnvironment(text: string | undefined, mistakes: Mistake[]): string | null {
  if (text === undefined) return null;
  const read = vantageSection.safeParse(text);
  if (read.success) return read.data;
  const message = 'not a label, expected 1 to 64 letters, digits, dots or hyphens';
  mistakes.push({ file: 'environment', line: 0, col: 0, path: 'FEDMON_VANTAGE', message });
  return null;
}

/**
 * The place of this instance and all places. Where several are listed a service must stand at one of them: what another
 * found would be heard by nobody.
 */
export function placesOf(
  file: YamlFile,
  env: NodeJS.ProcessEnv,
  given: Partial<Pick<Sections, 'vantage' | 'vantages'>>,
  purpose: Purpose,
  mistakes: Mistake[],
): { readonly vantage: string; readonly vantages?: Vantages } {
  const vantages = vantagesOf(file, given.vantages, mistakes);
  const before = mistakes.length;
  const own = fromEnvironment(env['FEDMON_VANTAGE'], mistakes);
  const vantage = own ?? given.vantage ?? sections.vantage.parse(undefined);
  if (vantages === null) return { vantage };
  if (purpose === 'service' && mistakes.length === before && !vantages.names.includes(vantage)) {
    const message = `${vantage} is none of the places in vantages (${vantages.names.join(', ')})`;
    if (own !== null) mistakes.push({ file: 'environment', line: 0, col: 0, path: 'FEDMON_VANTAGE', message });
    else if (valueAt(file.value, ['vantage']) !== undefined) mistakes.push(file.mistake(['vantage'], message));
    else {
      const unsaid = 'which of them this instance is was not said, expected vantage or FEDMON_VANTAGE';
      mistakes.push(file.mistake(['vantages'], unsaid, 'key'));
    }
  }
  return { vantage, vantages };
}
