import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { yesOrNo } from './colours.ts';
import { asWords, fromNow, lines, table } from './kinds.ts';
import { overTime, rows } from './panel.ts';
import { ofJob } from './selectors.ts';

const of = (name: string): string => `fedmon_${name}{${ofJob}}`;

/** One row for each process: what it is, and whether it has what it needs. */
export const processes = (): Panel =>
  table(
    {
      title: 'Processes: version, store and configuration',
      description:
        'Does the store answer, could the configuration and the client certificates be used when they were last read, and since when is the configuration in force? Different versions: an update is under way, or stuck.',
      unit: 'short',
      size: [16, 8],
      queries: [
        rows('build', `count by (instance, version) (${of('build_info')})`),
        rows('store', `min by (instance) (${of('store_up')})`),
        rows('config', `min by (instance) (${of('config_last_reload_successful')})`),
        rows('since', `max by (instance) (${of('config_last_reload_success_timestamp_seconds')}) * 1000`),
        rows('identity', `min by (instance) (${of('identity_last_reload_successful')})`),
      ],
    },
    [
      { field: 'instance', title: 'Process' },
      { field: 'version', title: 'Version' },
      { field: 'Value #store', title: 'Store answers', show: asWords(yesOrNo) },
      { field: 'Value #config', title: 'Configuration usable', show: asWords(yesOrNo) },
      { field: 'Value #since', title: 'In force since', show: fromNow },
      { field: 'Value #identity', title: 'Client certificates usable', show: asWords(yesOrNo) },
    ],
    { field: 'instance', desc: false },
  ).build();

export const dropped = (): Panel =>
  lines({
    title: 'Series left out of the scrape',
    description:
      'More than 500,000 series of the fleet are not exposed: the partners at the end of the configuration are then missing here and in the alerts.',
    unit: 'ops',
    size: [8, 8],
    queries: [overTime('A', `sum(rate(fedmon_exporter_series_dropped_total{${ofJob}}[$__rate_interval]))`, 'left out')],
  }).build();

export const scrape = (): Panel =>
  lines({
    title: 'Scrape: how long it takes',
    description: 'By process, and the part that reads the store. Near the timeout of the scrape all series would go.',
    unit: 's',
    size: [24, 7],
    queries: [
      overTime('scrape', `max by (instance) (scrape_duration_seconds{${ofJob}})`, 'scrape {{instance}}'),
      overTime('collect', `max by (instance) (${of('exporter_collect_duration_seconds')})`, 'store {{instance}}'),
    ],
  }).build();
