import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig } from '../../src/config/load.ts';
import { roles } from '../../src/role/run.ts';
import { fedmon } from '../cli/run-cli.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/process.ts';
import { root } from './helm.ts';
import { mounted, someSecrets, type Secrets } from './mounted.ts';
import { pod, pods, rendered, type Container } from './rendered.ts';
import { full, matrix, minimal, single } from './values.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
const probe = (container: Container, name: string): Probe['httpGet'] => (container[name] as Probe).httpGet;

let secrets: Secrets = {};
before(async () => {
  secrets = await someSecrets();
});

describe('what a pod is given', () => {
  it('names a role that exists, and the port on which that role listens', (t) => {
    const objects = rendered(t, minimal);
    const one = rendered(t, single);
    if (objects === null || one === null) return;
    const found = [...pods(objects), ...pods(one)].filter(([key]) => key.startsWith('Deployment/'));
    const seen = found.map(([, { spec }]) => {
      const [container] = spec.containers;
      assert.ok(container);
      const here = mounted(objects, { spec }, container, secrets);
      const { exporter, ...others } = loadConfig(here.configFile, {}).listen;
      here.remove();
      const [command, flag, role = '', ...rest] = container.args ?? [];
      assert.deepEqual([command, flag, ...rest], ['run', '--role', '--config', '/etc/fedmon/fedmon.yaml']);
      const listen = { ...others, exporter, all: exporter }[role];
      assert.deepEqual(container.ports, [{ name: 'http', containerPort: listen?.port, protocol: 'TCP' }]);
      assert.equal(listen?.host, '0.0.0.0');
      return role;
    });
    assert.deepEqual(seen.sort(), ['all', ...roles].sort());
  });

  it('is run by the real program: alive without its store, not ready, and gone within its grace period', async (t) => {
    const objects = rendered(t, minimal);
    if (objects === null) return;
    const { spec, container } = pod(objects, 'monitor-fedmon-worker');
    const port = await freePort();
    const away = await freePort();
    const here = mounted(objects, { spec }, container, secrets, (yaml) =>
      yaml.replace('0.0.0.0:9466', `127.0.0.1:${String(port)}`).replace('redis.uc:6379', `127.0.0.1:${String(away)}`),
    );
    const logFile = join(here.configFile, '..', 'log');
    const program = join(root, 'src', 'bin', 'fedmon.mjs');
    const args = [program, ...here.args];
    const worker = await startProcess({ name: 'worker', command: process.execPath, args, logFile, env: here.env });
    const get = async (path: string): Promise<number> => {
      for (;;) {
        assert.ok(!worker.hasEnded(), worker.lastLines());
        const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`).catch(() => null);
        if (answer !== null) return answer.status;
        await pause(100);
      }
    };
    try {
      assert.equal(await get(probe(container, 'startupProbe').path), 200);
      assert.equal(await get(probe(container, 'livenessProbe').path), 200);
      assert.equal(await get(probe(container, 'readinessProbe').path), 503);
      assert.equal(await get('/metrics'), 200);
    } finally {
      const grace = Number(spec['terminationGracePeriodSeconds']);
      assert.equal((await worker.stop(grace * 1000)).code, 0);
      here.remove();
    }
  });

  it('is, for helm test, a command that examines the canary with everything a worker has', async (t) => {
    const objects = rendered(t, matrix['all in one']);
    const many = rendered(t, full);
    if (objects === null || many === null) return;
    const test = pods(objects).get('Pod/monitor-fedmon-test');
    const [container] = test?.spec.containers ?? [];
    assert.ok(test && container);
    assert.deepEqual(container.args, ['check', 'mon.example.com', '--route', '[2001:db8::7]:5061', '--trace']);
    // An address that nobody may connect to: it is examined, and nothing leaves this machine.
    const here = mounted(objects, test, container, secrets);
    const { code, out, err } = await fedmon(here.args, '/', here.env);
    here.remove();
    assert.ok(code === 1 || code === 3, `${String(code)}\n${out}${err}`);
    assert.match(out, /2001:db8::7.*not a public address/);

    const [other] = pods(many).get('Pod/fedmon-test')?.spec.containers ?? [];
    const { container: worker } = pod(many, 'fedmon-worker-paris-1');
    assert.deepEqual(other?.args?.slice(0, 4), ['check', 'mon.example.com', '--route', 'sip.example.com:5063']);
    assert.deepEqual([other.env, other.volumeMounts], [worker.env, worker.volumeMounts]);
  });
});
