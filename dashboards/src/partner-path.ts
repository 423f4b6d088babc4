import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { proofAsWord } from './colours.ts';
import { asShare, asWords, lines, table, timeline } from './kinds.ts';
import { describe, overTime, rows } from './panel.ts';
import { partnerQueries as queries } from './partner-queries.ts';

/** A row for each edge of the route, a column for each layer. */
export function matrix(): Panel {
  const panel = describe(new TablePanel().noValue('–'), {
    title: 'Layer by edge',
    description:
      'Every edge of the route and the layers it proves. One broken row: that edge. One broken column: the same cause on all of them.',
    unit: 'short',
    size: [12, 8],
    queries: [rows('A', queries.matrix)],
  })
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'check', rowField: 'edge', valueField: 'Value', emptyValue: 'null' },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: { 'edge\\check': 0, tcp: 1, tls: 2, admission: 3, sip: 4 },
        renameByName: { 'edge\\check': 'Edge' },
      },
    });
  for (const check of ['tcp', 'tls', 'admission', 'sip']) panel.overrideByName(check, [...asWords(proofAsWord)]);
  return panel.build();
}

export const edges = (): Panel =>
  table(
    {
      title: 'Edges of the route',
      description:
        'How many addresses answer, the last SIP answer, the certificate, and who else is behind the edge: when the others are well, it is not the edge.',
      unit: 'short',
      size: [12, 8],
      queries: [
        rows('partners', queries.edgePartners),
        rows('up', queries.edgeAddressesUp),
        rows('addresses', queries.edgeAddresses),
        rows('sip', queries.edgeSip),
        rows('left', queries.edgeLifetime),
        rows('tls', queries.edgeTls),
      ],
    },
    [
      { field: 'edge', title: 'Edge' },
      { field: 'Value #up', title: 'Addresses up' },
      { field: 'Value #addresses', title: 'of' },
      { field: 'Value #sip', title: 'SIP' },
      { field: 'version', title: 'TLS' },
      { field: 'Value #left', title: 'Certificate left', show: asShare(0.1, 0.2) },
      { field: 'Value #partners', title: 'Partners behind it' },
    ],
  ).build();

export const routeHistory = (): Panel =>
  timeline(
    {
      title: 'DNS: where the route led',
      description:
        'A row for each edge that DNS (or the config) named, while it did. A row that ends and one that begins: the record was changed.',
      unit: 'short',
      size: [12, 7],
      queries: [overTime('A', queries.routeEdges, '{{edge}}')],
    },
    [],
  ).build();

export const edgeStatus = (): Panel =>
  lines({
    title: 'Edges by status',
    description:
      'How many addresses of the route were up, down or not proven (only while there are any). Fewer in all: DNS gave fewer.',
    unit: 'short',
    size: [12, 7],
    queries: [overTime('A', queries.edgesByStatus, '{{status}}')],
  })
    .decimals(0)
    .build();

export const certificateHistory = (): Panel =>
  timeline(
    {
      title: 'Certificate: which one was shown',
      description: 'A row for each certificate (edge and serial number) while it was shown. A new row is a rotation.',
      unit: 'short',
      size: [12, 7],
      queries: [overTime('A', queries.certificates, '{{edge}} {{serial}}')],
    },
    [],
  ).build();

export const lifetimeHistory = (): Panel =>
  lines({
    title: 'Certificate: share of lifetime left',
    description: 'Falls with time and jumps up when the certificate is renewed. The alert fires below a tenth.',
    unit: 'percentunit',
    size: [12, 7],
    queries: [overTime('A', queries.edgeLifetime, '{{edge}}')],
  }).build();
