import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { sipClasses } from './colours.ts';
import { lines, table, timeline } from './kinds.ts';
import { overTime, rows } from './panel.ts';
import { partnerQueries as queries } from './partner-queries.ts';

export const sipHistory = (): Panel =>
  timeline(
    {
      title: 'SIP: the answer to our OPTIONS',
      description:
        'The final answer of each edge. Any of them proves that SIP is spoken there; 403 refuses us. A gap: no answer, or a lower layer failed.',
      unit: 'short',
      size: [12, 7],
      queries: [overTime('A', queries.sipCodes, '{{edge}}')],
    },
    sipClasses,
  )
    .showValue(VisibilityMode.Always)
    .build();

export const took = (): Panel =>
  lines({
    title: 'How long each check took',
    description:
      'Of the last examination, at the slowest edge. A step up without a failure is a warning: a slow name server, a far edge.',
    unit: 's',
    size: [12, 7],
    queries: [overTime('A', queries.took, '{{check}}')],
  }).build();

export const failures = (): Panel =>
  table(
    {
      title: 'Failures by code, in this time range',
      description:
        'What failed, and how often, in the chosen time range. `fedmon explain CODE` says what each code means.',
      unit: 'short',
      size: [8, 8],
      queries: [rows('A', queries.failuresByCode)],
    },
    [
      { field: 'check', title: 'Layer' },
      { field: 'code', title: 'Code' },
      { field: 'Value', title: 'Failures', show: [{ id: 'decimals', value: 0 }] },
    ],
    { field: 'Value', desc: true },
  )
    .noValue('none')
    .build();

export const failureRate = (): Panel =>
  lines({
    title: 'Failures by code',
    description:
      'When each code appeared and when it ended. Two codes that take turns: something flaps, or two edges fail differently.',
    unit: 'suffix: / h',
    size: [8, 8],
    queries: [overTime('A', queries.failureRate, '{{code}}')],
  }).build();

export const probeRate = (): Panel =>
  lines({
    title: 'How often we probe',
    description:
      'Examinations by check. A failing partner is asked more often for a while, one that refuses us less. Exactly what was sent: `fedmon ledger DOMAIN`.',
    unit: 'suffix: / h',
    size: [8, 8],
    queries: [overTime('A', queries.probeRate, '{{check}}')],
  }).build();

export const age = (): Panel =>
  lines({
    title: 'Age of what is shown',
    description: 'Time since the last examination, beside the interval. Beyond three intervals the partner is unknown.',
    unit: 's',
    size: [24, 6],
    queries: [overTime('age', queries.age, 'age'), overTime('interval', queries.interval, 'interval')],
  }).build();
