import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { boardNames, boards } from '../../dashboards/src/boards.ts';
import { renderRules } from '../../src/alert/render.ts';
import { defaultSettings, type AlertSettings } from '../../src/alert/settings.ts';
import { metrics } from '../../src/metrics/catalogue.ts';
import { promtool } from '../alert/promtool/promtool.ts';
import { dataOf, rendered, specOf } from './rendered.ts';
import { full, minimal, single } from './values.ts';

const release = { 'app.kubernetes.io/name': 'fedmon', 'app.kubernetes.io/instance': 'monitor' };
const settings: Omit<AlertSettings, 'pace'> = {
  runbooks: 'https://wiki.uc/fedmon',
  grafana: 'https://grafana.uc',
  job: 'uc/monitoring',
  labels: { team: 'uc', page: 'yes' },
  objectives: { gold: 0.9995, standard: 0.95 },
  thresholds: {
    partnerCertificateLeft: 0.15,
    ownCertificateWarning: 0.35,
    ownCertificateCritical: 0.2,
    manyFailing: 0.4,
    manyAtLeast: 12,
    stale: 0.55,
    lateJobs: 0.05,
    lostSlots: 0.3,
  },
};

describe('chart, what others read', () => {
  it('carries the rules by default and the dashboards unchanged', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    assert.deepEqual(specOf(objects, 'PrometheusRule/fedmon'), parse(renderRules()));
    for (const name of boardNames) {
      const key = `ConfigMap/fedmon-dashboard-${name}`;
      assert.equal(objects.get(key)?.metadata.labels['grafana_dashboard'], '1');
      const files = dataOf(objects, key);
      assert.deepEqual(Object.keys(files), [`fedmon-${name}.json`]);
      const text = files[`fedmon-${name}.json`] ?? '';
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(boards[name]())));
      // What a ConfigMap may hold, less its own text.
      assert.ok(Buffer.byteLength(text) < 1_000_000, name);
    }
    const maps = [...objects.keys()].filter((key) => key.startsWith('ConfigMap/fedmon-dashboard-'));
    assert.equal(maps.length, boardNames.length);
  });

  it('puts every setting of the rules into the alerts; promtool accepts them, and what KEDA asks', async (t) => {
    const { runbooks: runbookUrl, grafana: grafanaUrl, labels: alertLabels, objectives, ...same } = settings;
    const set = { runbookUrl, grafanaUrl, alertLabels, objectives: { ...objectives, critical: null }, ...same };
    const objects = rendered(t, { ...single, prometheusRule: { enabled: true, ...set } });
    const many = rendered(t, full);
    if (objects === null || many === null) return;
    const spec = specOf(objects, 'PrometheusRule/monitor-fedmon') as { groups: unknown[] };
    assert.deepEqual(spec, parse(renderRules(settings)));
    const [trigger] = specOf(many, 'ScaledObject/fedmon-worker-paris-1')['triggers'] as {
      metadata: { query: string };
    }[];
    const query = trigger?.metadata.query ?? '';
    const asked = { name: 'keda', rules: [{ record: 'keda:wait:oldest', expr: query }] };
    const files = { 'rules.json': JSON.stringify(spec), 'keda.json': JSON.stringify({ groups: [asked] }) };
    const check = ['check', 'rules', '--lint=all', '--lint-fatal', ...Object.keys(files)];
    const verdict = await promtool(t, check, files);
    if (verdict !== null) assert.equal(verdict.code, 0, verdict.said);
    const named = [...new Set([...query.matchAll(/fedmon_\w+/g)].map(([name]) => name))];
    assert.deepEqual(named, ['fedmon_queue_oldest_waiting_timestamp_seconds', 'fedmon_store_up']);
    for (const name of named) assert.ok(name in metrics, name);
  });

  it('scrapes everything under the job that the alerts look for', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const job = { targetLabel: 'job', replacement: defaultSettings.job };
    const drop = { action: 'labeldrop', regex: 'pod|container|endpoint' };
    assert.deepEqual(specOf(objects, 'ServiceMonitor/fedmon'), {
      selector: { matchLabels: { ...release, 'app.kubernetes.io/component': 'exporter' } },
      endpoints: [
        {
          port: 'http',
          interval: '1m',
          scrapeTimeout: '10s',
          relabelings: [job, { targetLabel: 'instance', replacement: 'fedmon' }, drop],
        },
      ],
    });
    const podName = { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' };
    const vantage = { sourceLabels: ['__meta_kubernetes_pod_label_fedmon_vantage'], targetLabel: 'vantage' };
    const component = { key: 'app.kubernetes.io/component', operator: 'In', values: ['worker', 'scheduler'] };
    assert.deepEqual(specOf(objects, 'PodMonitor/fedmon'), {
      selector: { matchLabels: release, matchExpressions: [component] },
      podMetricsEndpoints: [
        {
          port: 'http',
          interval: '30s',
          scrapeTimeout: '10s',
          // Else a worker that answers would hide from FedmonAbsent that the exporter does not: no metric relabeling touches `up`.
          relabelings: [{ ...job, replacement: 'fedmon-work' }, podName, vantage, drop],
          metricRelabelings: [job],
        },
      ],
    });
    for (const key of ['ServiceMonitor/fedmon', 'PodMonitor/fedmon', 'PrometheusRule/fedmon'])
      assert.equal(objects.get(key)?.metadata.labels['release'], 'stack');
  });

  it('scales the workers of each vantage by how long its own jobs wait', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const scaled = ['paris-1', 'nyc-1'].map((name) => {
      const spec = specOf(objects, `ScaledObject/fedmon-worker-${name}`);
      const [trigger] = spec['triggers'] as { metricType: string; metadata: Record<string, string> }[];
      assert.deepEqual(spec['scaleTargetRef'], { name: `fedmon-worker-${name}` });
      assert.deepEqual([spec['minReplicaCount'], spec['maxReplicaCount'], trigger?.metricType], [2, 5, 'Value']);
      const { query = '', ...metadata } = trigger?.metadata ?? {};
      assert.deepEqual(metadata, {
        serverAddress: 'http://prometheus.uc:9090',
        threshold: '10',
        ignoreNullValues: 'false',
      });
      assert.ok(!('replicas' in specOf(objects, `Deployment/fedmon-worker-${name}`)), 'KEDA alone decides');
      return [...query.matchAll(/\{(.*?)\}/g)].map(([, labels]) => labels);
    });
    const fedmon = 'job="fedmon",namespace="uc"';
    const of = (name: string): string => `${fedmon},vantage="${name}"`;
    // The exporter tells it of every vantage, and has none itself.
    assert.deepEqual(scaled, [
      [of('paris-1'), of('paris-1'), fedmon],
      [of('nyc-1'), of('nyc-1'), fedmon],
    ]);
  });

  it('gives Prometheus nothing that it was not asked for', (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    assert.deepEqual(
      [...objects.keys()].filter((key) => /^(Service|Pod)Monitor|Rule|Scaled|dashboard/.test(key)),
      [],
    );
  });
});
