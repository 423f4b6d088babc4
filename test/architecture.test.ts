import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

/** Who may import whom (src/README.md). A room is a folder of src; a kind is a folder of src/probe. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  federation: [],
  log: ['net'],
  net: ['federation'],
  probe: ['federation', 'net'],
  config: ['federation', 'net', 'probe'],
  schedule: ['federation', 'net', 'queue', 'store', 'log', 'metrics'],
  queue: ['federation', 'net', 'config', 'log', 'metrics'],
  store: ['federation', 'config', 'log'],
  metrics: ['federation', 'probe', 'store', 'queue'],
  alert: ['federation'],
  http: ['federation', 'probe', 'metrics', 'store', 'config', 'log'],
};

/** One door per library. */
const doors: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['queue'],
  ioredis: ['store', 'role', 'queue'],
  'node-cron': ['schedule', 'config'],
  'prom-client': ['metrics'],
  pino: ['log'],
  fastify: ['http'],
  commander: ['cli'],
  'csv-parse/sync': ['cli'],
  'dns-packet': ['net'],
  'node:net': ['net'],
  'node:tls': ['net'],
  'node:dgram': ['net'],
};

/** Arguments in, value out: no package and no `node:` module. */
const pure =
  /^federation\/|\/(judge|findings(-[a-z]+)?|facts|names|message|request)\.ts$|^schedule\/(plan|confirm)\.ts$|^metrics\/(project|catalogue)\.ts$|^http\/page|^probe\/(letter|letter-facts|evidence-words|look-yourself|runbook|runbook-page)\.ts$|^alert\/.*rules\.ts$/;

const root = join(import.meta.dirname, '..', 'src');
const files = globSync('**/*.ts', { cwd: root });

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return Array.from(
    text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|\bimport\('([^']+)'\)/gm),
    (match) => match[1] ?? match[2] ?? '',
  );
}

const room = (path: string): string => path.split('/')[0] ?? '';

function complaint(file: string, imported: string): string | null {
  const own = room(file);
  if (!imported.startsWith('.')) {
    if (pure.test(file)) return `${file} is pure and imports ${imported}`;
    const door = doors[imported];
    return door === undefined || door.includes(own) ? null : `${file}: only ${door.join(', ')} may import ${imported}`;
  }
  const target = relative(root, join(root, dirname(file), imported));
  if (target === 'version.ts' || (file === 'version.ts' && target === '../package.json')) return null;
  if (target.startsWith('..')) return `${file} leaves src: ${imported}`;
  const [kind, otherKind] = [file, target].map((path) => (/^probe\/([a-z]+)\//.exec(path) ?? [])[1]);
  if (kind !== undefined && otherKind !== undefined && kind !== otherKind)
    return `${file}: kinds do not import each other`;
  const allowed = mayImport[own];
  if (allowed === undefined || room(target) === own || allowed.includes(room(target))) return null;
  return `${file}: ${own} may not import ${room(target)}`;
}

test('imports follow the rules of the house', () => {
  assert.ok(files.length > 50, 'the sources were found');
  const complaints = files.flatMap((file) =>
    importsOf(file)
      .map((each) => complaint(file, each))
      .filter((each) => each !== null),
  );
  assert.deepEqual(complaints, []);
});

test('no file over 300 lines, no drawer named utils, helpers, common or types', () => {
  const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 300);
  assert.deepEqual(long, []);
  assert.deepEqual(
    files.filter((file) => /(^|\/)(utils?|helpers?|common|types)(\/|\.ts$)/.test(file)),
    [],
  );
});
