import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
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
process.on('SIGUSR2', () => process.exit());
process.on('exit', () => process.stderr.write('\\nloaded ' + [...seen].join(' ') + '\\n'));
`;

const hook = ['--import', `data:text/javascript,${encodeURIComponent(watch)}`];

function loadedBy(...argv: readonly string[]): readonly string[] {
  const { stderr } = spawnSync(process.execPath, [...hook, main, ...argv], { encoding: 'utf8', cwd: '/' });
  return loadedIn(stderr);
}

function loadedIn(stderr: string): readonly string[] {
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

test('the first question of a check does not wait for TLS and its roots', async (t) => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const dns = `127.0.0.1:${String(server.address().port)}`;
  const child = spawn(process.execPath, [...hook, main, 'check', 'partner.example', '--dns', dns], { cwd: '/' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(server, 'message');
  child.kill('SIGUSR2');
  await once(child, 'close');
  const loaded = loadedIn(stderr);
  assert.ok(loaded.includes('dns-packet') && loaded.includes('node:dgram'), stderr);
  assert.ok(!loaded.includes('node:tls'), stderr);
});

test('the watch sees what is loaded', () => {
  assert.ok(loadedBy('config', 'schema').includes('zod'));
  assert.ok(loadedBy('check', 'partner.example', '--dns', '127.0.0.1:1', '--timeout', '1s').includes('node:tls'));
});
