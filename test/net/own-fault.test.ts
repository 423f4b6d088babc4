import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import type { Failure } from '../../src/federation/failure.ts';
import { failureOf } from '../../src/net/classify.ts';
import { DeadlineExceeded, stoodStillMs } from '../../src/net/deadline.ts';
import { peer } from './loopback.ts';

const child = fileURLToPath(new URL('./own-fault-child.ts', import.meta.url));

/** What the child says in the end, as a failure. */
async function said(process: ChildProcess): Promise<Failure> {
  let out = '';
  process.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(process, 'close');
  return JSON.parse(out) as Failure;
}

test('a process that was stopped while it waited does not call its peer silent', async (t) => {
  const server = await peer(() => undefined);
  t.after(() => server.stop());
  const waits = (): ChildProcess => spawn(process.execPath, [child, 'listen', String(server.port)]);

  const stopped = waits();
  const failure = said(stopped);
  await once(stopped.stderr!, 'data');
  stopped.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  stopped.kill('SIGCONT');
  const { code, detail } = await failure;
  assert.equal(code, 'local_resource');
  assert.match(detail, /^our process stood still, the deadline fired [0-9]+ ms late$/);
  assert.equal((await said(waits())).code, 'tls_timeout');
});

test('a process without file descriptors lacks something of its own', async (t) => {
  const server = await peer(() => undefined);
  t.after(() => server.stop());
  const starved = spawn('prlimit', ['--nofile=64', process.execPath, child, 'connect', String(server.port)]);
  assert.deepEqual(await said(starved), { code: 'local_resource', detail: 'connect EMFILE' });
});

test('a deadline is about the peer up to the limit of lateness, and about us from there on', () => {
  assert.deepEqual(failureOf(new DeadlineExceeded(300, stoodStillMs - 1), 'sip_options'), {
    code: 'sip_timeout',
    detail: 'no answer within 300 ms',
  });
  for (const step of ['srv_lookup', 'tcp_connect', 'tls_handshake', 'admission', 'sip_options'] as const) {
    assert.deepEqual(failureOf(new DeadlineExceeded(300, stoodStillMs), step), {
      code: 'local_resource',
      detail: 'our process stood still, the deadline fired 500 ms late',
    });
  }
});
