import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const main = join(import.meta.dirname, '../../src/main.ts');

/** Says at the end which packages and modules of Node were loaded. */
const watch = `
import { registerHooks } from 'node:module';
const seen = new Set();
registerHooks({ resolve(name, context, next) {
  const { url } = next(name, context);
  seen.add(/.*\\/node_modules\\/([^/]+)/.exec(url)?.[1] ?? (url.startsWith('node:') ? url : 'ours'));
  return { url, shortCircuit: true };
} });
process.on('exit', () => process.stderr.write('\\nloaded ' + [...seen].join(' ') + '\\n'));
`;

function loadedBy(...argv: readonly string[]): readonly string[] {
  const hook = `data:text/javascript,${encodeURIComponent(watch)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', hook, main, ...argv], { encoding: 'utf8', cwd: '/' });
  const loaded = /^loaded (.*)$/m.exec(stderr)?.[1]?.split(' ') ?? [];
  assert.ok(loaded.includes('ours') && loaded.includes('commander'), stderr);
  return loaded;
}

/** What the service, and who reads a configuration, cannot do without. */
const heavy = [
  'zod',
  'yaml',
  'node-cron',
  'fastify',
  'bullmq',
  'ioredis',
  'pino',
  '@prometheus-io',
  'prom-client',
  'node:http',
];

test('a check without a configuration loads nothing that only the service needs, so that it asks at once', () => {
  const loaded = loadedBy('check', 'partner.example', '--dns', '127.0.0.1:1', '--timeout', '1s');
  assert.ok(loaded.includes('dns-packet'), 'it came to the examination');
  assert.deepEqual(
    heavy.filter((each) => loaded.includes(each)),
    [],
  );
});

test('the watch sees what is loaded', () => {
  assert.ok(loadedBy('config', 'schema').includes('zod'));
});
