import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { tone, words } from './colours.ts';
import { lines, timeline } from './kinds.ts';
import { overTime } from './panel.ts';
import { ofJob } from './selectors.ts';

const since = (metric: string, by: string): string => `time() - max by (${by}) (${metric}{${ofJob}})`;

/** Whether we see at all: without it nothing that is said of partners counts. */
export const blind = (): Panel =>
  timeline(
    {
      title: 'Blind, by vantage and reason',
      description:
        'When we did not see, and why (`fedmon explain blind_REASON`). Partners seen from there are unknown meanwhile, and what fails counts against none of them. Nothing here: there is no canary, and nearly all partners never failed at once.',
      unit: 'short',
      size: [12, 7],
      queries: [overTime('A', `max by (vantage, reason) (fedmon_blind{${ofJob}})`, '{{vantage}}: {{reason}}')],
    },
    [words({ '0': { text: 'no', color: tone.good }, '1': { text: 'blind', color: tone.bad } })],
  ).build();

export const canary = (): Panel =>
  lines({
    title: 'Canary and controls: time since they passed',
    description:
      'The canary is ours and must always pass; controls belong to others and are asked when it fails. Canary rising, controls not: it is the canary. All rising: it is us.',
    unit: 's',
    size: [12, 7],
    queries: [
      overTime('canary', since('fedmon_canary_last_success_timestamp_seconds', 'vantage'), 'canary, {{vantage}}'),
      overTime(
        'controls',
        since('fedmon_control_last_success_timestamp_seconds', 'vantage, control'),
        '{{control}}, {{vantage}}',
      ),
    ],
  }).build();

export const votes = (): Panel =>
  lines({
    title: 'Vantages: partners by vote',
    description:
      'What each vantage says of how many partners. Blind and silent ones do not vote. Only with several vantages.',
    unit: 'short',
    size: [12, 7],
    queries: [overTime('A', `max by (vantage, vote) (fedmon_vantage_partners{${ofJob}})`, '{{vantage}}: {{vote}}')],
  })
    .decimals(0)
    .build();

export const results = (): Panel =>
  lines({
    title: 'Vantages: time since the last result',
    description:
      'Rising: the workers of that vantage stand still or do not reach the store. Only with several vantages.',
    unit: 's',
    size: [12, 7],
    queries: [overTime('A', since('fedmon_vantage_last_result_timestamp_seconds', 'vantage'), '{{vantage}}')],
  }).build();
