import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { chart, helm } from './helm.ts';
import { dataOf, pod, rendered } from './rendered.ts';
import { matrix } from './values.ts';

describe('chart', () => {
  for (const [name, values] of Object.entries(matrix)) {
    it(`lints clean with ${name}`, (t) => {
      const done = helm(t, ['lint', '--strict', chart], values);
      if (done === null) return;
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.doesNotMatch(done.stdout, /\[(WARNING|ERROR)\]/);
    });

    it(`keeps to the restricted Pod Security Standard with ${name}`, (t) => {
      const objects = rendered(t, values);
      if (objects === null) return;
      const { spec } = pod(objects, 'fullnameOverride' in values ? 'fedmon' : 'monitor-fedmon');
      assert.deepEqual(spec['securityContext'], {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      assert.equal(spec['automountServiceAccountToken'], false);
      assert.equal(spec['enableServiceLinks'], false);
      assert.equal(spec['terminationGracePeriodSeconds'], 40);
      assert.deepEqual(
        spec.containers.map((each) => each['securityContext']),
        [{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }],
      );
      for (const forbidden of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers']) assert.ok(!(forbidden in spec));
      assert.ok(spec.volumes.every((volume) => !('hostPath' in volume)));
    });

    it(`writes a config that fedmon accepts with ${name}`, (t) => {
      const objects = rendered(t, values);
      if (objects === null) return;
      const name = 'fullnameOverride' in values ? 'fedmon' : 'monitor-fedmon';
      const text = dataOf(objects, `ConfigMap/${name}`)['fedmon.yaml'] ?? '';
      // The certificate is mounted in the pod and nowhere else.
      const here = text.replace(/^ +(certFile|keyFile): .*\n/gm, '');
      const folder = mkdtempSync(join(tmpdir(), 'fedmon-config-'));
      try {
        const file = join(folder, 'fedmon.yaml');
        writeFileSync(file, here);
        const loaded = loadConfig(file, { FEDMON_REDIS_URL: 'redis://from.the.secret:6379/0' });
        assert.deepEqual(loaded.listen.exporter, { host: '0.0.0.0', port: 9464 });
        assert.equal(loaded.redis.url, 'redis://from.the.secret:6379/0');
        assert.deepEqual(
          loaded.partners.map((each) => each.domain),
          ['contoso.com'],
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
