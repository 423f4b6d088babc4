import { parse } from 'yaml';
import { renderRules } from '../../src/alert/render.ts';

interface Rule {
  readonly record: string;
  readonly expr: string;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What the rules record, without the alerts; each group as often as Prometheus does by default. */
export function recordingRules(): readonly Group[] {
  const { groups } = parse(renderRules()) as { readonly groups: readonly Group[] };
  return groups
    .map(({ name, rules }) => ({ name, rules: rules.filter((rule) => 'record' in rule) }))
    .filter(({ rules }) => rules.length > 0);
}
