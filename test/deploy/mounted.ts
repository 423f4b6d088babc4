import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority, leaf } from '../lab/certificates.ts';
import { dataOf, type Container, type Objects, type Pod } from './rendered.ts';

/** What stands in the Secrets of the operator, by the file that a pod sees it as. */
export type Secrets = Readonly<Record<string, string>>;

export async function someSecrets(): Promise<Secrets> {
  const root = await authority('mounted');
  const client = await leaf({ names: ['mon.example.com'], issuer: root });
  return {
    'tls.crt': client.chainPem,
    'tls.key': client.keyPem,
    'ca.crt': root.certPem,
    password: 'not to be seen',
    token: '0123456789abcdef0123456789abcdef',
  };
}

/** A container with its files, in a folder that stands for the root of its file system. */
export interface Mounted {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its fedmon.yaml is. */
  readonly configFile: string;
  remove(): void;
}

/** Makes every file that the volumes of a pod would bring; `edit` changes the configuration on its way. */
export function mounted(
  objects: Objects,
  { spec }: Pick<Pod, 'spec'>,
  container: Container,
  secrets: Secrets,
  edit: (yaml: string) => string = (yaml) => yaml,
): Mounted {
  const root = mkdtempSync(join(tmpdir(), 'fedmon-pod-'));
  const below = (text: string): string => text.replaceAll(/\/(etc|run)\/fedmon\b/g, (path) => join(root, path));
  for (const { name, mountPath } of container.volumeMounts) {
    const volume = spec.volumes?.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`${mountPath} mounts ${name}, which is no volume of the pod`);
    mkdirSync(join(root, mountPath), { recursive: true });
    const { items = [] } = volume.configMap ?? volume.secret ?? {};
    for (const { path } of items) writeFileSync(join(root, mountPath, path), secrets[path] ?? '');
    const data = items.length > 0 ? undefined : dataOf(objects, `ConfigMap/${volume.configMap?.name ?? ''}`);
    for (const [file, text] of Object.entries(data ?? {}))
      writeFileSync(join(root, mountPath, file), edit(below(text)));
  }
  const env = (container.env ?? []).map(({ name, value, valueFrom }) => [
    name,
    valueFrom === undefined ? below(value ?? '') : 'redis://user:not-to-be-seen@cloud.example:6379/0',
  ]);
  return {
    args: (container.args ?? []).map(below),
    env: Object.fromEntries(env) as Record<string, string>,
    configFile: join(root, 'etc/fedmon/fedmon.yaml'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
