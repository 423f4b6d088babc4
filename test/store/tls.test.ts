import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProducer } from '../../src/queue/producer.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import { authority, leaf } from '../lab/certificates.ts';
import { freePort } from '../lab/ports.ts';
import { needsRedis } from '../lab/redis.ts';
import { consumer, eventually, quiet, settingsFor, slot } from '../queue/rig.ts';
import { keptLog } from './own-redis.ts';

test('rediss: store and queue work with the right authority, and nobody else is believed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-redis-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [root, other] = await Promise.all([authority('Redis root'), authority('Another root')]);
  const { chainPem, keyPem } = await leaf({ names: ['localhost'], issuer: root });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const port = await freePort();
  const redis = await needsRedis(t, {
    settings: {
      'tls-port': String(port),
      'tls-cert-file': file('cert.pem', chainPem),
      'tls-key-file': file('key.pem', keyPem),
      'tls-auth-clients': 'no',
    },
  });
  if (redis === null) return;
  const url = `rediss://localhost:${String(port)}`;

  const store = createRedisStore({ url, ca: root.certPem, prefix: '{test}' }, keptLog());
  const settings = { ...settingsFor(url), place: { url, ca: root.certPem } };
  const producer = createProducer(settings, quiet);
  const worker = consumer(settings, () => Promise.resolve());
  t.after(async () => {
    await worker.consumer.close(0);
    await producer.close();
    await store.close();
  });
  await store.ping();
  await producer.addRoutes([slot(1)]);
  assert.ok(await eventually(() => worker.counts.done === 1, 10_000));

  const refused = async (place: { url: string; ca?: string }): Promise<string> => {
    const distrustful = createRedisStore({ ...place, prefix: '{test}' }, keptLog());
    t.after(() => distrustful.close());
    return distrustful.ping().then(
      () => 'believed',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
  };
  assert.match(await refused({ url }), /^Redis at localhost:\d+ cannot be reached \(UNABLE_TO_VERIFY/);
  assert.match(await refused({ url, ca: other.certPem }), /cannot be reached \(UNABLE_TO_VERIFY/);
  const byAddress = url.replace('localhost', '127.0.0.1');
  assert.match(await refused({ url: byAddress, ca: root.certPem }), /ERR_TLS_CERT_ALTNAME_INVALID/);
});
