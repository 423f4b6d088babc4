import assert from 'node:assert/strict';
import type { Manifest } from './helm.ts';
import type { Named } from './schemas.ts';

type Path = readonly (string | number)[];

/** An object of that kind with something set that is deep inside, as a typing mistake would. */
export function changed(all: readonly Named[], kind: string, path: Path, value: unknown): Named {
  const found = all.findLast(({ object }) => object.kind === kind);
  assert.ok(found, kind);
  const object = structuredClone(found.object) as unknown as Record<string | number, unknown>;
  let inner = object;
  for (const key of path.slice(0, -1)) inner = inner[key] as typeof inner;
  inner[path.at(-1) ?? ''] = value;
  return { name: `${kind} ${path.join('.')}`, object: object as unknown as Manifest };
}

const container: Path = ['spec', 'template', 'spec', 'containers', 0];

/** Fields that people write and that are not there. */
export const unknown: readonly (readonly [kind: string, path: Path])[] = [
  ['Deployment', [...container, 'readynessProbe']],
  ['Deployment', [...container, 'securityContext', 'readOnlyRootFileSystem']],
  ['StatefulSet', ['spec', 'volumeClaimTemplate']],
  ['Pod', ['spec', 'terminationGracePeriod']],
  ['NetworkPolicy', ['spec', 'egress', 0, 'port']],
  ['PodDisruptionBudget', ['spec', 'maxUnavailible']],
  ['ServiceMonitor', ['spec', 'endpoints', 0, 'relabelConfigs']],
  ['PodMonitor', ['spec', 'endpoints']],
  ['PrometheusRule', ['spec', 'groups', 0, 'rules', 0, 'keepFiringFor']],
  ['ScaledObject', ['spec', 'triggers', 0, 'threshold']],
  ['Certificate', ['spec', 'usage']],
  ['Service', ['spec', 'selectors']],
  ['ConfigMap', ['stringData']],
];

/** Values that a known field does not take. */
export const wrongWords: readonly (readonly [kind: string, path: Path, value: unknown])[] = [
  ['Deployment', [...container, 'imagePullPolicy'], 'Sometimes'],
  ['Deployment', ['spec', 'replicas'], 'two'],
  ['Deployment', [...container, 'name'], undefined],
  ['ServiceMonitor', ['spec', 'endpoints', 0, 'interval'], '30 s'],
  ['ScaledObject', ['spec', 'triggers', 0, 'metricType'], 7],
  ['Certificate', ['spec', 'usages'], ['client']],
];
