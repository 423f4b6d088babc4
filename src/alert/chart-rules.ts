import { burnLimit, burnTimes } from './budget-rules.ts';
import { renderRules } from './render.ts';
import { defaultSettings, type Thresholds } from './settings.ts';

/** How the chart knows the place of a setting; no rule has this sign in it otherwise. */
const place = (name: string): string => `@${name}@`;

/** Numbers that stand for a threshold each, and that no rule has otherwise. */
const standIns = Object.keys(defaultSettings.thresholds).map(
  (name, at) => [name, name === 'manyAtLeast' ? 7_000_001 + at : (7_000_001 + at) / 1e7] as const,
);
const standInObjective = 0.9512347;

/**
 * The rules as the chart carries them: in place of each setting its name between `@`, which its template replaces by what
 * stands in `prometheusRule`. The rules of the error budget are there once, for the tier `@tier@`. Throws Error when a
 * setting has no place.
 */
export function renderChartRules(): string {
  const text = renderRules({
    runbooks: place('runbookUrl'),
    grafana: place('grafanaUrl'),
    job: place('job'),
    objectives: { [place('tier')]: standInObjective },
    thresholds: Object.fromEntries(standIns) as Readonly<Record<keyof Thresholds, number>>,
  });
  const limits = burnTimes.map((times) => [`burn ${String(times)}`, burnLimit(times, standInObjective)] as const);
  return [...standIns, ...limits, ['objective', standInObjective] as const].reduce((rest, [name, value]) => {
    if (!rest.includes(` ${String(value)}`)) throw new Error(`the rules have no place for ${name}`);
    return rest.replaceAll(` ${String(value)}`, ` ${place(name)}`);
  }, text);
}
