import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { notes, type Values } from './helm.ts';
import { dataOf, pod, pods, rendered, specOf, type Objects, type Part, type PodSpec } from './rendered.ts';
import { config, full, matrix, minimal, single } from './values.ts';

const configOf = (objects: Objects, name: string): Part =>
  parse(dataOf(objects, `ConfigMap/${name}`)['fedmon.yaml'] ?? '') as Part;

/** The pods of a Deployment that are wanted, by its name. */
function replicas(objects: Objects): Part {
  const deployments = [...objects.values()].filter(({ kind }) => kind === 'Deployment');
  return Object.fromEntries(
    deployments.map(({ metadata: { name }, ...rest }) => [name, (rest['spec'] as Part)['replicas']]),
  );
}

/** Every set of labels by which the pods of a Deployment are chosen. */
function selectorsOf(objects: Objects, name: string, spec: PodSpec): readonly Part[] {
  const spread = (spec['topologySpreadConstraints'] as Part[]).map((each) => each['labelSelector']);
  const own = [`PodDisruptionBudget/${name}`, `Deployment/${name}`].map((key) => specOf(objects, key)['selector']);
  return ([...own, ...spread] as { matchLabels: Part }[]).map(({ matchLabels }) => matchLabels);
}

describe('chart', () => {
  it('runs each role by itself, or all of them in one pod, and no more than asked for', (t) => {
    const [split, one] = [rendered(t, minimal), rendered(t, single)];
    if (split === null || one === null) return;
    const around = ['ConfigMap/monitor-fedmon', 'Pod/monitor-fedmon-test', 'Service/monitor-fedmon'];
    const both = (name: string): string[] => [`Deployment/${name}`, `PodDisruptionBudget/${name}`];
    const names = ['exporter', 'scheduler', 'worker'].map((role) => `monitor-fedmon-${role}`);
    assert.deepEqual([...split.keys()].sort(), [...around, ...names.flatMap(both)].sort());
    assert.deepEqual([...one.keys()].sort(), [...around, ...both('monitor-fedmon')].sort());
    assert.deepEqual(replicas(split), {
      'monitor-fedmon-exporter': 1,
      'monitor-fedmon-scheduler': 2,
      'monitor-fedmon-worker': 2,
    });
    assert.deepEqual(replicas(one), { 'monitor-fedmon': 1 });
  });

  it('selects by the Service, the budgets and the spread exactly the pods that are meant', (t) => {
    for (const objects of [minimal, single, full].map((values) => rendered(t, values))) {
      if (objects === null) return;
      const all = [...pods(objects)];
      const chosen = (labels: Part): string[] =>
        all
          .filter(([, each]) => Object.entries(labels).every(([key, value]) => each.labels[key] === value))
          .map(([key]) => key);
      const deployments = all.filter(([key]) => key.startsWith('Deployment/'));
      for (const [key, { spec }] of deployments) {
        const name = key.split('/')[1] ?? '';
        for (const labels of selectorsOf(objects, name, spec)) assert.deepEqual(chosen(labels), [key]);
      }
      const [service] = [...objects.values()].filter(({ kind }) => kind === 'Service');
      const served = chosen((service?.['spec'] as { selector: Part }).selector);
      assert.equal(served.length, 1);
      assert.match(served[0] ?? '', /^Deployment\/(fedmon-exporter|monitor-fedmon-exporter|monitor-fedmon)$/);
    }
  });

  it('makes a worker Deployment of each vantage, where that vantage says, and all of them one fleet', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    assert.deepEqual(Object.keys(replicas(objects)), [
      'fedmon-exporter',
      'fedmon-scheduler',
      'fedmon-worker-paris-1',
      'fedmon-worker-nyc-1',
    ]);
    const written = configOf(objects, 'fedmon');
    assert.deepEqual(written['vantages'], { names: ['paris-1', 'nyc-1', 'fra-1'], quorum: 2 });
    const placed = ['fedmon-worker-paris-1', 'fedmon-worker-nyc-1'].map((name) => {
      const { spec, container } = pod(objects, name);
      const vantage = container.env?.find((each) => each.name === 'FEDMON_VANTAGE')?.value;
      return [vantage, spec['nodeSelector'], spec['tolerations'], container['resources']];
    });
    const limits = (memory: string): Part => ({ memory });
    assert.deepEqual(placed, [
      ['paris-1', { site: 'paris' }, [{ operator: 'Exists' }], { limits: limits('1Gi') }],
      [
        'nyc-1',
        { g: 'h' },
        [{ key: 'edge', operator: 'Exists' }],
        { requests: { cpu: '50m', memory: '256Mi' }, limits: limits('512Mi') },
      ],
    ]);
    const alone = rendered(t, matrix.sentinel);
    assert.ok(alone);
    assert.deepEqual(configOf(alone, 'monitor-fedmon')['vantage'], 'paris-1');
    assert.ok(!('vantages' in configOf(alone, 'monitor-fedmon')), 'one place is no quorum');
  });

  it('reads every secret from a Secret of yours, and writes none down', (t) => {
    const [objects, cloud] = [rendered(t, full), rendered(t, matrix['a whole URL in a Secret'])];
    if (objects === null || cloud === null) return;
    assert.ok([...objects.keys(), ...cloud.keys()].every((key) => !key.startsWith('Secret/')));
    const { spec, container } = pod(objects, 'fedmon-scheduler');
    const volumes = spec.volumes?.flatMap(({ name, secret }) => (secret === undefined ? [] : [[name, secret]]));
    const secret = (secretName: string, items: Part): Part => ({
      secretName,
      defaultMode: 0o440,
      items: Object.entries(items).map(([key, path]) => ({ key, path })),
    });
    assert.deepEqual(volumes, [
      ['redis', secret('redis', { pw: 'password' })],
      ['redis-ca', secret('redis-ca', { 'authority.pem': 'ca.crt' })],
      ['sentinel', secret('sentinel', { password: 'password' })],
      ['client', secret('fedmon-client', { 'tls.crt': 'tls.crt', 'tls.key': 'tls.key' })],
      ['api', secret('api', { bearer: 'token' })],
    ]);
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    const folders = ['redis', 'redis-ca', 'sentinel', 'client', 'api'].map((name) => `/run/fedmon/${name}`);
    assert.deepEqual(mounts, ['/etc/fedmon', '/tmp', ...folders, '/etc/roots']);
    assert.deepEqual(pod(cloud, 'monitor-fedmon-worker').container.env, [
      { name: 'FEDMON_CONFIG', value: '/etc/fedmon/fedmon.yaml' },
      { name: 'FEDMON_REDIS_URL', valueFrom: { secretKeyRef: { name: 'cloud', key: 'uri' } } },
    ]);
  });

  it('has the certificate issued into the Secret that is mounted', (t) => {
    const objects = rendered(t, full);
    if (objects === null) return;
    assert.deepEqual(specOf(objects, 'Certificate/fedmon-client'), {
      secretName: 'fedmon-client',
      issuerRef: { name: 'corporate', kind: 'ClusterIssuer' },
      dnsNames: ['mon.example.com'],
      duration: '2160h',
      renewBefore: '720h',
      usages: ['digital signature', 'client auth'],
      privateKey: { algorithm: 'RSA', size: 2048, rotationPolicy: 'Always' },
    });
  });

  it('starts new pods for what is read once, and none for what running pods take by themselves', (t) => {
    const annotations = (values: Values): Part | undefined => {
      const objects = rendered(t, values);
      return objects === null ? undefined : pod(objects, 'monitor-fedmon').annotations;
    };
    const before = annotations(single);
    if (before === undefined) return;
    const taken = { ...config, defaults: { every: '9m' }, partners: [{ domain: 'a.example' }], egress: { allow: [] } };
    assert.deepEqual(annotations({ ...single, config: taken, dashboards: { enabled: true } }), before);
    for (const fixed of [{ redis: { url: 'redis://other' } }, { api: { existingSecret: 'a' } }])
      assert.notDeepEqual(annotations({ ...single, ...fixed }), before);
    // A file mounted by subPath would stay as it was when the pod started.
    const objects = rendered(t, full);
    assert.ok(objects);
    const mounts = [...pods(objects)].flatMap(([, { spec }]) => spec.containers.flatMap((each) => each.volumeMounts));
    assert.ok(mounts.length > 30);
    assert.deepEqual(
      mounts.filter((each) => 'subPath' in each),
      [],
    );
  });

  it('gives the longest examination ten seconds more to end', (t) => {
    const grace = (change: Values, terminationGracePeriodSeconds = 0): unknown => {
      const objects = rendered(t, { ...single, config: { ...config, ...change }, terminationGracePeriodSeconds });
      return objects === null ? null : pod(objects, 'monitor-fedmon').spec['terminationGracePeriodSeconds'];
    };
    if (grace({}) === null) return;
    const partners = [
      { domain: 'a.example', timeout: '2m', every: '1h' },
      { domain: 'b.example', timeout: '45s' },
    ];
    assert.deepEqual(
      [
        grace({}),
        grace({ defaults: { timeout: '1500ms' } }),
        grace({ defaults: { timeout: '3m' }, partners }),
        grace({ partners }, 300),
      ],
      [40, 12, 190, 300],
    );
    const objects = rendered(t, full);
    assert.ok(objects);
    assert.equal(pod(objects, 'fedmon-worker-paris-1').spec['terminationGracePeriodSeconds'], 55);
  });

  it('ends an installation with the next command, and says what is missing', (t) => {
    const text = notes(t, { ...minimal, config: { ...config, canary: { host: 'sip.example.com' } } });
    if (text === null) return;
    const [first = '', , next = '', command = ''] = text.split('\n');
    assert.equal(first, 'fedmon 0.1.0 watches 1 partner(s) named in these values.');
    assert.equal(next, 'Next: does it see its canary?');
    assert.equal(command, '  helm test monitor --namespace uc --logs');
    for (const said of [/rollout status deployment\/monitor-fedmon-worker\n/, /No client certificate/, /No alerts/])
      assert.match(text, said);
    assert.doesNotMatch(text, /No canary/);
  });
});
