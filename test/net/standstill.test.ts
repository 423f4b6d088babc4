import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../src/federation/failure.ts';
import { withoutUs } from '../../src/net/classify.ts';
import { stoodStillMs } from '../../src/net/deadline.ts';
import { watchStandstill } from '../../src/net/standstill.ts';
import { peer } from './loopback.ts';

const child = fileURLToPath(new URL('./own-fault-child.ts', import.meta.url));

/** A clock whose timers come when the test says, at whatever time it is then. */
function lateClock() {
  let nowMs = 0;
  let due: () => void = () => undefined;
  return {
    wall: () => nowMs,
    monotonic: () => nowMs,
    after(_: number, run: () => void) {
      due = run;
      return () => undefined;
    },
    go: (ms: number) => void (nowMs += ms),
    beat: () => due(),
  };
}

test('a beat that is late by half a second is a standstill, one that is a millisecond earlier is not', () => {
  const clock = lateClock();
  const watch = watchStandstill(clock);
  const longestSinceMs = (fromMs: number): number => watch.longestSinceMs(fromMs);
  clock.go(250 + stoodStillMs - 1);
  assert.equal(longestSinceMs(0), 0);
  clock.beat();
  assert.equal(longestSinceMs(0), 0);
  clock.go(250 + stoodStillMs);
  assert.equal(longestSinceMs(0), stoodStillMs, 'also before the beat that is overdue');
  clock.beat();
  assert.equal(longestSinceMs(0), stoodStillMs);
  const endMs = clock.monotonic();
  clock.go(1);
  assert.equal(longestSinceMs(endMs), stoodStillMs, 'it ended as this began');
  assert.equal(longestSinceMs(endMs + 1), 0, 'what begins after it has nothing to do with it');
});

test('what a peer said stands; its silence and its end are ours when we stood still', () => {
  const of = (code: Failure['code']): string => withoutUs({ code, detail: 'x' }, 700).code;
  for (const code of [
    'tcp_timeout',
    'tls_closed',
    'sip_timeout',
    'connection_reset',
    'dns_timeout',
    'deadline',
  ] as const) {
    assert.equal(of(code), 'local_resource', code);
  }
  for (const code of ['tcp_refused', 'dns_nxdomain', 'tls_alert', 'sip_not_sip', 'peer_refused_certificate'] as const) {
    assert.equal(of(code), code);
  }
});

test('a peer that hangs up while our process is stopped did not hang up on us', async (t) => {
  const server = await peer((socket) => void setTimeout(() => socket.resetAndDestroy(), 1_000));
  t.after(() => server.stop());
  const outcomeOf = async (stopMs: number): Promise<Failure> => {
    const probe = spawn(process.execPath, [child, 'trail', String(server.port)]);
    let out = '';
    probe.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const closed = once(probe, 'close');
    await once(probe.stderr, 'data');
    if (stopMs > 0) {
      probe.kill('SIGSTOP');
      await pause(stopMs);
      probe.kill('SIGCONT');
    }
    await closed;
    return JSON.parse(out) as Failure;
  };
  const [stopped, running] = await Promise.all([outcomeOf(2_500), outcomeOf(0)]);
  assert.equal(stopped.code, 'local_resource');
  assert.match(stopped.detail, /^our process stood still for [0-9]+ ms meanwhile$/);
  assert.equal(running.code, 'connection_reset');
});
