import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { boardOf } from '../../../src/alert/alert-board.ts';
import { defaultSettings } from '../../../src/alert/settings.ts';
import type { Monitoring, Notification, NotifiedAlert } from './monitoring.ts';

/** What of a notification is the same in every run. */
export interface Told {
  readonly receiver: string;
  readonly status: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly Pick<NotifiedAlert, 'status' | 'labels' | 'annotations'>[];
}

/** Instants and shares differ from run to run. */
function steady(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \+0000 UTC/g, 'INSTANT')
    .replaceAll(/\d+\.\d+%/g, 'SHARE%');
}

export function told({ receiver, status, groupLabels, alerts }: Notification): Told {
  const plain = alerts.map(({ status: own, labels, annotations }) => ({
    status: own,
    labels,
    annotations: Object.fromEntries(Object.entries(annotations).map(([name, words]) => [name, steady(words)])),
  }));
  return {
    receiver,
    status,
    groupLabels,
    alerts: plain.toSorted((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1)),
  };
}

/** One alert as it must arrive. */
export interface Wanted {
  readonly receiver: 'fedmon-pager' | 'fedmon-tickets';
  readonly severity: 'critical' | 'warning';
  readonly name: string;
  /** Labels beside name and severity. */
  readonly labels: Readonly<Record<string, string>> & { readonly job: string };
  readonly summary: string;
  readonly description: string;
  /** The partner it is about. */
  readonly partner?: string;
}

/** A notification with one alert in it. */
export function notice(status: 'firing' | 'resolved', wanted: Wanted): Told {
  const { receiver, severity, name, labels, summary, description, partner } = wanted;
  const { job, tier, cause } = labels;
  const query = partner === undefined ? '' : `?var-partner=${partner}`;
  const board = boardOf({ name, dashboardQuery: query });
  return {
    receiver,
    status,
    groupLabels: {
      alertname: name,
      job,
      ...(tier === undefined ? {} : { tier }),
      ...(cause === undefined ? {} : { cause }),
    },
    alerts: [
      {
        status,
        labels: { alertname: name, severity, ...labels },
        annotations: {
          summary,
          description,
          runbook_url: `${defaultSettings.runbooks}/${name}.md`,
          dashboard_url: `${defaultSettings.grafana}/d/${board}/${board}${query}`,
          ...(partner === undefined ? {} : { partner_text: `fedmon partners show ${partner} --letter` }),
        },
      },
    ],
  };
}

function headline({ status, alerts }: Told | Notification): string {
  return [status, ...alerts.map(({ labels }) => Object.values(labels).toSorted().join(' '))].join(': ');
}

/** Waits until so many notifications came about a job, and compares all of them whole. */
export async function expectTold(
  monitoring: Monitoring,
  job: string,
  wanted: readonly Told[],
  limitMs: number,
): Promise<readonly Notification[]> {
  const until = performance.now() + limitMs;
  while (monitoring.about(job).length < wanted.length && performance.now() < until) await pause(100);
  const seen = monitoring.about(job);
  // What is too much or missing first: the names tell it in one line.
  assert.deepEqual(seen.map(headline).toSorted(), wanted.map(headline).toSorted());
  const order = (all: readonly Told[]): readonly Told[] =>
    all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  assert.deepEqual(order(seen.map(told)), order(wanted));
  return seen;
}
