import { StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId, type DynamicConfigValue, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { stateColour, tone, words } from './colours.ts';
import { fleetQueries } from './fleet-queries.ts';
import { bars, coloured, lines, shareStat, stat } from './kinds.ts';
import { toBoard } from './links.ts';
import { now, overTime, steps } from './panel.ts';

export const healthy = (): Panel =>
  shareStat(
    {
      title: 'Partners healthy',
      description:
        'Share of the partners of the chosen tiers with every layer proven on every edge. Partners in maintenance are left out.',
      unit: 'percentunit',
      size: [6, 7],
      queries: [now('A', fleetQueries.healthy)],
    },
    0.98,
    0.9,
  ).build();

export const healthyByTier = (): Panel =>
  bars({
    title: 'Healthy, by tier',
    description: 'The same share for each tier. Below 98 % it is a warning, below 90 % it is red.',
    unit: 'percentunit',
    size: [9, 7],
    queries: [now('A', fleetQueries.healthyByTier, '{{tier}}')],
  })
    .max(1)
    .decimals(1)
    .colorScheme(coloured())
    .thresholds(steps([null, tone.bad], [0.9, tone.warn], [0.98, tone.good]))
    .build();

/** The colour of a series that is called like a state. */
const colourOfState = (color: string): DynamicConfigValue[] => [
  { id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } },
];

export function byState(): Panel {
  const panel = bars({
    title: 'Partners by state',
    description:
      'How many partners of the chosen tiers are in each state now. A jump in one state usually has one cause.',
    unit: 'short',
    size: [9, 7],
    queries: [now('A', fleetQueries.byState, '{{state}}')],
  }).decimals(0);
  for (const [state, color] of Object.entries(stateColour)) panel.overrideByName(state, colourOfState(color));
  return panel.build();
}

export const believable = (): Panel =>
  stat({
    title: 'Can this screen be believed?',
    description:
      'Whether fedmon answers Prometheus, reads its store and sees (its canary passes), and its rules are loaded. While not, every other panel is blind.',
    unit: 'short',
    size: [10, 4],
    queries: [now('A', fleetQueries.believable)],
  })
    .noValue('no: fedmon gives no answer, or its rules are not loaded')
    .thresholds(steps([null, tone.bad], [1, tone.good]))
    .mappings([
      words({ '0': { text: 'no: blind or store down', color: tone.bad }, '1': { text: 'yes', color: tone.good } }),
    ])
    .build();

export const canary = (): Panel =>
  stat({
    title: 'Canary passed',
    description:
      'How long ago our canary passed, by vantage. Beyond ten minutes we may be blind: it is us. Grey: there is no canary, so that only a failure of nearly all partners tells.',
    unit: 's',
    size: [7, 4],
    queries: [now('A', fleetQueries.canary, '{{vantage}}')],
  })
    .noValue('no canary has passed')
    .decimals(0)
    .thresholds(steps([null, tone.calm], [0, tone.good], [600, tone.bad]))
    .build();

export const fresh = (): Panel =>
  shareStat(
    {
      title: 'Examined lately',
      description: 'Share of partners examined within their last three intervals. The rest is unknown, not good.',
      unit: 'percentunit',
      size: [7, 4],
      queries: [now('A', fleetQueries.fresh)],
    },
    0.95,
    0.5,
  ).build();

export const byLayer = (): Panel =>
  lines({
    title: 'Not healthy, by lowest failing layer',
    description:
      'At which layer partners that are not healthy break. Many at one layer at once: look for one cause (our resolver, egress, our certificate, a shared edge).',
    unit: 'short',
    size: [8, 9],
    queries: [overTime('A', fleetQueries.byLayer, '{{layer}}')],
  })
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .fillOpacity(40)
    .decimals(0)
    .build();

export const byCode = (): Panel =>
  bars({
    title: 'Not healthy, by code and side',
    description: 'The ten codes of most partners, and on whose side each is. `fedmon explain CODE` says what it means.',
    unit: 'short',
    size: [8, 9],
    queries: [now('A', fleetQueries.byCode, '{{code}} ({{side}})')],
  })
    .decimals(0)
    .build();

export const byProvider = (): Panel =>
  bars({
    title: 'Not healthy, by provider',
    description:
      'Who hosts the partners that are not healthy. All at one provider: it is theirs, and its status page says more.',
    unit: 'short',
    size: [8, 9],
    queries: [now('A', fleetQueries.byProvider, '{{provider}}')],
  })
    .decimals(0)
    .build();

export const certificates = (): Panel =>
  bars({
    title: 'Certificates by lifetime left',
    description:
      'The 20 edges whose certificate has the smallest share of its lifetime left. Red is where the alert fires (a tenth); below zero it has expired.',
    unit: 'percentunit',
    size: [12, 9],
    queries: [now('A', fleetQueries.certificates, '{{edge}}')],
  })
    .max(1)
    .decimals(1)
    .colorScheme(coloured())
    .thresholds(steps([null, tone.bad], [0.1, tone.warn], [0.2, tone.good]))
    .overrideByFieldType('number', [toBoard('certificates')])
    .build();
