import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { needs } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { dataOf, pods, rendered, specOf } from './rendered.ts';
import { matrix } from './values.ts';

const owned = matrix['its own store'];

describe('a store of its own', () => {
  it('is started by a real server with the rendered arguments: a password, nothing dropped, everything kept', async (t) => {
    const objects = rendered(t, owned);
    const found = await needs(t, 'redis-server');
    if (objects === null || found === null) return;
    const [server] = found;
    const [container] = pods(objects).get('StatefulSet/monitor-fedmon-valkey')?.spec.containers ?? [];
    assert.ok(container);
    assert.deepEqual(container['command'], ['valkey-server']);
    assert.deepEqual(container.env, [
      { name: 'VALKEY_PASSWORD', valueFrom: { secretKeyRef: { name: 'valkey', key: 'password' } } },
    ]);
    const dir = mkdtempSync(join(tmpdir(), 'fedmon-valkey-'));
    const port = await freePort();
    const mounted: Readonly<Record<string, string>> = { '/data': dir, '$(VALKEY_PASSWORD)': 'of the secret' };
    const args = (container.args ?? []).map((each) => mounted[each] ?? each);
    const running = await startProcess({
      name: 'valkey',
      command: server.path,
      args: [...args, '--port', String(port), '--bind', '127.0.0.1'],
      env: server.env,
      logFile: join(dir, 'log'),
    });
    const client = new Redis({ port, password: 'of the secret', maxRetriesPerRequest: null });
    const stranger = new Redis({ port, maxRetriesPerRequest: null });
    stranger.on('error', () => undefined);
    client.on('error', () => assert.ok(!running.hasEnded(), running.lastLines()));
    try {
      const settings = ['maxmemory-policy', 'maxmemory', 'appendonly', 'appendfsync', 'save'];
      const values = await Promise.all(settings.map(async (name) => (await client.config('GET', name)) as unknown));
      const told = values.map(
        (value) => (Array.isArray(value) ? (value as string[])[1] : Object.values(value as object)[0]) as string,
      );
      assert.deepEqual(told, ['noeviction', String(192 * 1024 * 1024), 'yes', 'everysec', '']);
      await assert.rejects(stranger.set('a', 'b'), /NOAUTH/);
    } finally {
      client.disconnect();
      stranger.disconnect();
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is where fedmon looks, with the same password, and keeps its data on a volume unless told not to', (t) => {
    const [objects, trial] = [rendered(t, owned), rendered(t, matrix['its own store, for a trial'])];
    if (objects === null || trial === null) return;
    const text = dataOf(objects, 'ConfigMap/monitor-fedmon')['fedmon.yaml'] ?? '';
    assert.match(
      text,
      /passwordFile: \/run\/fedmon\/redis\/password\n +prefix: .*\n +url: redis:\/\/monitor-fedmon-valkey:6379\n/,
    );
    assert.ok(objects.has('Service/monitor-fedmon-valkey'));
    const [claim] = specOf(objects, 'StatefulSet/monitor-fedmon-valkey')['volumeClaimTemplates'] as { spec: object }[];
    assert.deepEqual(claim?.spec, { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } });
    assert.deepEqual(pods(trial).get('StatefulSet/monitor-fedmon-valkey')?.spec.volumes, [
      { name: 'data', emptyDir: {} },
    ]);
  });
});
