import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { manifests, template, type Values } from './helm.ts';
import { dataOf, pod, rendered } from './rendered.ts';
import { config, full, matrix, minimal } from './values.ts';

describe('chart', () => {
  it('installs no more than asked for', (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    assert.deepEqual([...objects.keys()].sort(), [
      'ConfigMap/monitor-fedmon',
      'Deployment/monitor-fedmon',
      'Secret/monitor-fedmon-redis',
      'Service/monitor-fedmon',
    ]);
  });

  it('installs all that is asked for, labelled for those who look for it', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    assert.deepEqual([...objects.keys()].sort(), [
      'ConfigMap/fedmon',
      'ConfigMap/fedmon-dashboards',
      'Deployment/fedmon',
      'NetworkPolicy/fedmon',
      'PrometheusRule/fedmon',
      'Secret/fedmon-redis',
      'Service/fedmon',
      'ServiceMonitor/fedmon',
    ]);
    assert.equal(objects.get('ServiceMonitor/fedmon')?.metadata.labels['release'], 'stack');
    assert.equal(objects.get('PrometheusRule/fedmon')?.metadata.labels['release'], 'stack');
    assert.equal(objects.get('ConfigMap/fedmon-dashboards')?.metadata.labels['grafana_dashboard'], '1');
  });

  it('runs every role in one container, with health checks', (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    const [container = {}] = pod(objects, 'monitor-fedmon').spec.containers;
    assert.deepEqual(container['args'], ['run', '--role', 'all', '--config', '/etc/fedmon/fedmon.yaml']);
    assert.equal(container['image'], 'fedmon:0.1.0');
    assert.deepEqual(container['ports'], [{ name: 'http', containerPort: 9464, protocol: 'TCP' }]);
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (probe) => (container[probe] as { httpGet: unknown }).httpGet,
    );
    assert.deepEqual(paths, [
      { path: '/-/healthy', port: 'http' },
      { path: '/-/healthy', port: 'http' },
      { path: '/-/ready', port: 'http' },
    ]);
  });

  it('keeps the Redis URL in a Secret and out of everything else', (t) => {
    const done = template(t, minimal);
    if (done === null) return;
    assert.equal(done.stdout.split('user:secret').length - 1, 1);
    const objects = manifests(done.stdout);
    assert.deepEqual(objects.get('Secret/monitor-fedmon-redis')?.['stringData'], { url: minimal.redis.url });
    assert.deepEqual(pod(objects, 'monitor-fedmon').spec.containers[0]?.['env'], [
      { name: 'FEDMON_CONFIG', value: '/etc/fedmon/fedmon.yaml' },
      { name: 'FEDMON_REDIS_URL', valueFrom: { secretKeyRef: { name: 'monitor-fedmon-redis', key: 'url' } } },
    ]);
  });

  it('reads the Redis URL from a Secret of yours', (t) => {
    const objects = rendered(t, matrix['a Redis by Secret'] ?? {});
    if (objects === null) return;
    assert.ok(!objects.has('Secret/monitor-fedmon-redis'));
    assert.deepEqual(pod(objects, 'monitor-fedmon').spec.containers[0]?.['env'], [
      { name: 'FEDMON_CONFIG', value: '/etc/fedmon/fedmon.yaml' },
      { name: 'FEDMON_REDIS_URL', valueFrom: { secretKeyRef: { name: 'valkey', key: 'uri' } } },
    ]);
  });

  it('names the config it mounts, for commands typed in the pod', (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    const [container = {}] = pod(objects, 'monitor-fedmon').spec.containers;
    const named = (container['env'] as { name: string; value?: string }[]).find((one) => one.name === 'FEDMON_CONFIG');
    const mounted = (container['volumeMounts'] as { mountPath: string }[]).map((each) => each.mountPath);
    assert.ok(mounted.includes(named?.value ?? 'nothing'), JSON.stringify({ named, mounted }));
  });

  it('asks for the memory that was measured', (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    assert.deepEqual(pod(objects, 'monitor-fedmon').spec.containers[0]?.['resources'], {
      requests: { cpu: '50m', memory: '256Mi' },
      limits: { memory: '512Mi' },
    });
  });

  it('gives the longest examination ten seconds more to end', (t) => {
    const grace = (change: Values, terminationGracePeriodSeconds = 0): unknown => {
      const objects = rendered(t, { ...minimal, config: { ...config, ...change }, terminationGracePeriodSeconds });
      return objects === null ? null : pod(objects, 'monitor-fedmon').spec['terminationGracePeriodSeconds'];
    };
    if (grace({}) === null) return;
    const partners = [
      { domain: 'a.example', timeout: '2m', every: '1h' },
      { domain: 'b.example', timeout: '45s' },
      { domain: 'c.example' },
    ];
    assert.deepEqual(
      [
        grace({}),
        grace({ defaults: { timeout: '1500ms' } }),
        grace({ defaults: { timeout: '90s', every: '5m' } }),
        grace({ partners }),
        grace({ defaults: { timeout: '3m' }, partners }),
        grace({ partners }, 300),
      ],
      [40, 12, 100, 130, 190, 300],
    );
  });

  it('mounts the client certificate where the config says', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    const written = parse(dataOf(objects, 'ConfigMap/fedmon')['fedmon.yaml'] ?? '') as { identity: unknown };
    assert.deepEqual(written.identity, {
      ...config.identity,
      certFile: '/etc/fedmon/client/tls.crt',
      keyFile: '/etc/fedmon/client/tls.key',
    });
    const { spec } = pod(objects, 'fedmon');
    assert.deepEqual(
      spec.volumes.find((each) => each['name'] === 'client-certificate'),
      { name: 'client-certificate', secret: { secretName: 'client', defaultMode: 0o440 } },
    );
    assert.deepEqual(
      (spec.containers[0]?.['volumeMounts'] as { mountPath: string }[]).map((each) => each.mountPath),
      ['/etc/fedmon/fedmon.yaml', '/tmp', '/etc/fedmon/client', '/etc/roots'],
    );
  });

  it('starts a new pod when the config changes', (t) => {
    const sum = (values: Values): string | undefined => {
      const objects = rendered(t, values);
      return objects === null ? undefined : pod(objects, 'monitor-fedmon').annotations['checksum/config'];
    };
    const before = sum(minimal);
    if (before === undefined) return;
    assert.match(before, /^[0-9a-f]{64}$/);
    assert.equal(sum({ ...minimal, service: { port: 80 } }), before);
    assert.notEqual(sum({ ...minimal, config: { ...config, defaults: { every: '9m' } } }), before);
  });
});
