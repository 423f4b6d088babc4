import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { board, type ClassicDashboard } from './board.ts';
import { certificatesQueries as queries, leastRows } from './certificates-queries.ts';
import { yesOrNo } from './colours.ts';
import { asDate, asShare, asWords, bars, table } from './kinds.ts';
import { now, rows } from './panel.ts';

const ours = (): Panel =>
  table(
    {
      title: 'Our own certificates',
      description:
        'When one of these ends, every partner that checks certificates refuses us. Without client use, partners may refuse it as ours.',
      unit: 'short',
      size: [24, 7],
      queries: [
        rows('left', queries.ownLeft),
        rows('ends', queries.ownEnds),
        rows('client', queries.ownClientAuth),
        rows('readable', queries.ownReadable),
      ],
    },
    [
      { field: 'certificate', title: 'Certificate' },
      { field: 'Value #left', title: 'Lifetime left', show: asShare(0.125, 0.25) },
      { field: 'Value #ends', title: 'Ends', show: asDate },
      { field: 'Value #client', title: 'May be a client (EKU)', show: asWords(yesOrNo) },
      { field: 'Value #readable', title: 'File can be read', show: asWords(yesOrNo) },
    ],
    { field: 'Value #left', desc: false },
  ).build();

const next = (): Panel =>
  table(
    {
      title: 'Edges by share of lifetime left',
      description: `The ${leastRows} edges whose certificate has the smallest share of its lifetime left. The alert fires at a tenth; below zero it has expired.`,
      unit: 'short',
      size: [16, 12],
      queries: [rows('left', queries.left), rows('ends', queries.ends)],
    },
    [
      { field: 'edge', title: 'Edge' },
      { field: 'Value #left', title: 'Lifetime left', show: asShare(0.1, 0.2) },
      { field: 'Value #ends', title: 'Ends', show: asDate },
    ],
    { field: 'Value #left', desc: false },
  ).build();

const calendar = (): Panel =>
  bars({
    title: 'Calendar: certificates that end within',
    description: 'How many certificates of edges end within a week, 30 days and 90 days; expired ones are in each.',
    unit: 'short',
    size: [8, 12],
    queries: [
      now('week', queries.week, '7 days'),
      now('month', queries.month, '30 days'),
      now('quarter', queries.quarter, '90 days'),
    ],
  })
    .decimals(0)
    .build();

const issuers = (): Panel =>
  bars({
    title: 'Issuers',
    description:
      'Certificates of edges by authority; other is not in our list. A root that goes would take all of its bar.',
    unit: 'short',
    size: [8, 9],
    queries: [now('A', queries.issuers, '{{issuer}}')],
  })
    .decimals(0)
    .build();

const problems = (): Panel =>
  bars({
    title: 'Partners that fail because of TLS, by code',
    description: 'Names, chain, purpose (EKU), dates and versions: `fedmon explain CODE` says what each means.',
    unit: 'short',
    size: [8, 9],
    queries: [now('A', queries.problems, '{{code}}')],
  })
    .decimals(0)
    .build();

const rotations = (): Panel =>
  table(
    {
      title: 'Rotations in this time range',
      description:
        'Edges that showed another certificate than before, and how many others. Choose a longer range for more.',
      unit: 'short',
      size: [8, 9],
      queries: [rows('A', queries.rotations)],
    },
    [
      { field: 'edge', title: 'Edge' },
      { field: 'Value', title: 'Rotations' },
    ],
    { field: 'Value', desc: true },
  )
    .noValue('none')
    .build();

/** The Certificates dashboard: which one stops federation next. */
export const certificates = (): ClassicDashboard =>
  board({
    name: 'certificates',
    title: 'fedmon / Certificates',
    description: 'Which certificate stops federation next: ours first, then those of the edges of partners.',
    from: 'now-7d',
    partner: 'several',
    sections: [
      { title: 'Ours', panels: [ours()] },
      { title: 'Which one of theirs ends next?', panels: [next(), calendar()] },
      { title: 'What is wrong, and what changed?', panels: [problems(), issuers(), rotations()] },
    ],
  });
