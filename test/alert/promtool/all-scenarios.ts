import { blindScenarios } from './blind-scenarios.ts';
import { budgetScenarios } from './budget-scenarios.ts';
import { causeScenarios } from './cause-scenarios.ts';
import { fleetScenarios } from './fleet-scenarios.ts';
import { greyScenarios } from './grey-scenarios.ts';
import { monitorScenarios } from './monitor-scenarios.ts';
import { partnerScenarios } from './partner-scenarios.ts';
import { vantageScenarios } from './vantage-scenarios.ts';
import { workScenarios } from './work-scenarios.ts';
import type { Scenario } from './scenario.ts';

/** What every rule is tested with. */
export const scenarios: readonly Scenario[] = [
  ...partnerScenarios,
  ...greyScenarios,
  ...causeScenarios,
  ...fleetScenarios,
  ...budgetScenarios,
  ...monitorScenarios,
  ...workScenarios,
  ...blindScenarios,
  ...vantageScenarios,
];

/** The labels that every alert of a name and severity has when it fires. */
export function labelsOf({ name, severity }: { readonly name: string; readonly severity: string }): readonly string[] {
  const fired = scenarios
    .flatMap(({ expect }) => expect.filter(({ alert }) => alert === name).flatMap(({ firing }) => firing))
    .filter(({ labels }) => labels['severity'] === severity)
    .map(({ labels }) => Object.keys(labels));
  return (fired[0] ?? []).filter((label) => fired.every((each) => each.includes(label)));
}
