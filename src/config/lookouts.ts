import type { Lookouts } from '../federation/canary.ts';
import type { Mistake } from './mistake.ts';
import type { Sections } from './schema.ts';
import type { YamlFile } from './yaml-file.ts';
import { valueAt } from './yaml-value.ts';

/** The canary and the controls; names are unique, and controls need a canary to be asked about. */
export function lookoutSections(
  file: YamlFile,
  { canary, controls = [] }: Partial<Pick<Sections, 'canary' | 'controls'>>,
  mistakes: Mistake[],
): Lookouts {
  for (const [at, { name }] of controls.entries()) {
    if (controls.findIndex((each) => each.name === name) === at) continue;
    mistakes.push(file.mistake(['controls', at, 'name'], `${name} is named twice, expected a name of its own`));
  }
  if (canary === undefined) {
    const isMissing = valueAt(file.value, ['canary']) === undefined;
    if (isMissing && controls.length > 0)
      mistakes.push(file.mistake(['controls'], 'without a canary nobody asks them, expected canary too'));
    return {};
  }
  const { every, ...place } = canary;
  return {
    canary: { ...place, ...(every === undefined ? {} : { everyMs: every }) },
    ...(controls.length === 0 ? {} : { controls }),
  };
}
