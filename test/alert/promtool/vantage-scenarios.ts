import type { Scenario } from './scenario.ts';

const alert = 'FedmonVantageSilent';

const votes = (vantage: string, silent: string, works: string): Scenario['series'] => ({
  [`fedmon_vantage_partners{job="fedmon",vantage="${vantage}",vote="silent"}`]: silent,
  [`fedmon_vantage_partners{job="fedmon",vantage="${vantage}",vote="works"}`]: works,
});

const firing = {
  labels: { severity: 'warning', job: 'fedmon', vantage: 'nyc-1' },
  description:
    'The vantage nyc-1 has no fresh result of 75% of the partners. ' +
    'It does not vote: what is published rests on the others.',
};

/** Four partners, two places; one of them stops at minute 10 and comes back at minute 40. */
const stopped: Scenario = {
  name: 'vantage: fires for the one that has stopped, clears when it is back',
  series: { ...votes('nyc-1', '0x9 3x29 0x30', '4x9 1x29 4x30'), ...votes('paris-1', '0x70', '4x70') },
  expect: [
    { minute: 14, alert, firing: [] },
    {
      minute: 20,
      alert,
      firing: [firing],
    },
    { minute: 43, alert, firing: [firing] },
    { minute: 50, alert, firing: [] },
  ],
};

/** Partners that were just added, say. */
const half: Scenario = {
  name: 'vantage: silent about half of the partners is no alert',
  series: { ...votes('nyc-1', '2x60', '2x60'), ...votes('paris-1', '0x60', '4x60') },
  expect: [{ minute: 60, alert, firing: [] }],
};

export const vantageScenarios: readonly Scenario[] = [stopped, half];
