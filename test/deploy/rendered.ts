import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { manifests, template, type Manifest, type Values } from './helm.ts';

/** Rendered objects, or null after a skip; fails when helm does. */
export function rendered(t: TestContext, values: Values): ReadonlyMap<string, Manifest> | null {
  const done = template(t, values);
  if (done === null) return null;
  assert.equal(done.code, 0, done.stderr);
  return manifests(done.stdout);
}

export type Container = Readonly<Record<string, unknown>>;

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly Record<string, unknown>[];
  readonly [part: string]: unknown;
}

export function pod(
  objects: ReadonlyMap<string, Manifest>,
  name: string,
): { annotations: Record<string, string>; spec: PodSpec } {
  const deployment = objects.get(`Deployment/${name}`) as unknown as {
    spec: { template: { metadata: { annotations: Record<string, string> }; spec: PodSpec } };
  };
  const { metadata, spec } = deployment.spec.template;
  return { annotations: metadata.annotations, spec };
}

export function dataOf(objects: ReadonlyMap<string, Manifest>, key: string): Record<string, string> {
  return objects.get(key)?.['data'] as Record<string, string>;
}
