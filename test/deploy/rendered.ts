import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { manifests, template, type Manifest, type Values } from './helm.ts';

export type Objects = ReadonlyMap<string, Manifest>;

const once = new Map<string, { readonly text: string; readonly objects: Objects }>();

function render(t: TestContext, values: Values): { readonly text: string; readonly objects: Objects } | null {
  const key = JSON.stringify(values);
  const kept = once.get(key);
  if (kept !== undefined) return kept;
  const done = template(t, values);
  if (done === null) return null;
  assert.equal(done.code, 0, done.stderr);
  const result = { text: done.stdout, objects: manifests(done.stdout) };
  once.set(key, result);
  return result;
}

/** Rendered objects, once for the same values; null after a skip; fails when helm does. */
export const rendered = (t: TestContext, values: Values): Objects | null => render(t, values)?.objects ?? null;

/** The same as the text that helm prints. */
export const renderedText = (t: TestContext, values: Values): string | null => render(t, values)?.text ?? null;

/** A part of an object whose shape the test itself asserts. */
export type Part = Readonly<Record<string, unknown>>;

export interface Container {
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Part }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly [part: string]: unknown;
}

interface Items {
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string } & Items;
  readonly secret?: { readonly secretName: string } & Items;
  readonly [part: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly [part: string]: unknown;
}

export interface Pod {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** Every pod that these objects start, by the object that starts it. */
export function pods(objects: Objects): ReadonlyMap<string, Pod> {
  const found = [...objects].flatMap(([key, object]): [string, Pod][] => {
    const whole = object.kind === 'Pod' ? object : (object['spec'] as { template?: unknown } | undefined)?.template;
    if (whole === undefined) return [];
    const { metadata, spec } = whole as { metadata: Partial<Pod>; spec: PodSpec };
    return [[key, { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, spec }]];
  });
  return new Map(found);
}

/** The pod of a Deployment, with its only container. */
export function pod(objects: Objects, name: string): Pod & { readonly container: Container } {
  const found = pods(objects).get(`Deployment/${name}`);
  const [container, ...others] = found?.spec.containers ?? [];
  assert.ok(found !== undefined && container !== undefined && others.length === 0, name);
  return { ...found, container };
}

export function specOf(objects: Objects, key: string): Part {
  const object = objects.get(key);
  assert.ok(object !== undefined, `${key} is not among ${[...objects.keys()].join(', ')}`);
  return object['spec'] as Part;
}

export function dataOf(objects: Objects, key: string): Readonly<Record<string, string>> {
  return objects.get(key)?.['data'] as Readonly<Record<string, string>>;
}
