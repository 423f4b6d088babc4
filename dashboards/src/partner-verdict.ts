import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextPanel } from '@grafana/grafana-foundation-sdk/text';
import { proofAsWord, rankAsState, severityAsColour } from './colours.ts';
import { asWords, fromNow, onColour, percent, table, timeline } from './kinds.ts';
import { overTime, rows } from './panel.ts';
import { partnerQueries as queries } from './partner-queries.ts';

/** One row: the verdict in words, and since when. */
export const verdict = (): Panel =>
  table(
    {
      title: 'Verdict on $partner',
      description:
        'State, the lowest failing layer, its code and since when. `fedmon explain CODE` says what a code means, whose side it is and what is next. Nothing here: fedmon does not know this partner, or cannot read its store.',
      unit: 'short',
      size: [24, 4],
      queries: [
        rows('state', queries.state),
        rows('who', queries.who),
        rows('cause', queries.cause),
        rows('since', queries.since),
        rows('worked', queries.worked),
        rows('examined', queries.examined),
        rows('day', queries.day),
        rows('month', queries.month),
      ],
    },
    [
      { field: 'Value #state', title: 'State', show: asWords(rankAsState, onColour) },
      { field: 'layer', title: 'First failing layer' },
      { field: 'code', title: 'Code' },
      { field: 'Value #since', title: 'Since', show: fromNow },
      { field: 'Value #worked', title: 'Last proven', show: fromNow },
      { field: 'Value #examined', title: 'Examined', show: fromNow },
      { field: 'Value #day', title: 'Worked, last day', show: percent },
      { field: 'Value #month', title: 'Last 30 days', show: percent },
      { field: 'tier', title: 'Tier' },
      { field: 'owner', title: 'Owner' },
      { field: 'provider', title: 'Provider' },
      { field: 'profile', title: 'Profile' },
    ],
  ).build();

export const proven = (): Panel =>
  table(
    {
      title: 'What is proven now',
      description:
        'Each layer, proven on one edge at least. Not proven is no failure: a lower layer failed first, or the answer said nothing. Empty: nothing is known now (stale, blind or stopped).',
      unit: 'short',
      size: [6, 7],
      queries: [rows('A', queries.layers)],
    },
    [
      { field: 'check', title: 'Layer' },
      { field: 'Value', title: 'Result', show: asWords(proofAsWord) },
    ],
  ).build();

/** What no probe of ours can say, whatever the colours say. */
export const limits = (): Panel =>
  new TextPanel()
    .title('What cannot be proved from here')
    .description('The limits of what a probe sees. They hold for a healthy partner, too.')
    .gridPos({ x: 0, y: 0, w: 9, h: 7 })
    .content(
      [
        '- **That users can chat or call.** A 200 answers our probe. Policies for users, their licences and their clients are not seen.',
        '- **The way back.** Whether the partner reaches us: `fedmon check --self` says what they would see of us.',
        '- **Admission with TLS 1.3, when SIP gives no answer.** A refusal comes after the handshake. Silence is neither yes nor no.',
        '- **Other places.** All this is seen from our vantages only.',
      ].join('\n'),
    )
    .build();

export const alerts = (): Panel =>
  table(
    {
      title: 'Alerts about this partner',
      description:
        'Alerts of fedmon that are pending or firing for this partner. Silences are in Alertmanager and not seen here.',
      unit: 'short',
      size: [9, 7],
      queries: [rows('A', queries.alerts)],
    },
    [
      { field: 'alertname', title: 'Alert' },
      { field: 'severity', title: 'Severity', show: asWords(severityAsColour) },
      { field: 'alertstate', title: 'State' },
    ],
  )
    .noValue('none')
    .build();

export const stateHistory = (): Panel =>
  timeline(
    {
      title: 'State',
      description: 'What was published about the partner, and when it changed. A gap: fedmon was not scraped.',
      unit: 'short',
      size: [24, 4],
      queries: [overTime('A', queries.state, '{{partner}}')],
    },
    [rankAsState],
  ).build();

export const layerHistory = (): Panel =>
  timeline(
    {
      title: 'Layers',
      description: 'When each layer was proven, failed, or could not be proven. The lowest red one is where it broke.',
      unit: 'short',
      size: [24, 7],
      queries: [overTime('A', queries.layers, '{{check}}')],
    },
    [proofAsWord],
  ).build();
