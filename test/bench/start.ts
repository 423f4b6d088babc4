import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flags } from '../../src/bin/node.mjs';
import { freePort } from '../lab/ports.ts';
import { startRedis } from '../lab/redis.ts';
import { processorMsOf, waitedMs } from '../processor-time.ts';

const source = join(import.meta.dirname, '../../src');
/** Longer than anything that is waited for here. */
const mostMs = 30_000;

/** From the start of a process to something that it does, milliseconds. */
export interface Started {
  readonly wallMs: number;
  /** The same without the time in which it was ready to run and others had the processor. */
  readonly ownMs: number;
  readonly cpuMs: number;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Starts Node with these words and waits for `done`. */
async function timed(argv: readonly string[], done: (stop: AbortSignal) => Promise<unknown>): Promise<Started> {
  const startMs = performance.now();
  const child = spawn(process.execPath, argv, { stdio: 'ignore', cwd: tmpdir() });
  const { pid = 0 } = child;
  try {
    const early = once(child, 'exit').then(([code]) => {
      throw new Error(`ended with ${String(code)} before it did anything`);
    });
    early.catch(() => undefined);
    await Promise.race([done(AbortSignal.timeout(mostMs)), early]);
    const wallMs = performance.now() - startMs;
    return { wallMs, ownMs: wallMs - waitedMs(pid), cpuMs: processorMsOf(pid) };
  } finally {
    await ended(child);
  }
}

/** `fedmon check` of a partner that nobody knows, from its start to its first question at our DNS server. */
export async function toFirstByte(times: number): Promise<readonly Started[]> {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const asks = ['--dns', `127.0.0.1:${String(server.address().port)}`, '--timeout', '2s', '--json'];
  const check = (domain: string): readonly string[] => [join(source, 'bin/fedmon.mjs'), 'check', domain, ...asks];
  const all: Started[] = [];
  try {
    // Once to its end: what was compiled is kept then, as it is on a machine where it ran before.
    const first = spawn(process.execPath, check('warm.example.com'), { stdio: 'ignore', cwd: tmpdir() });
    await once(first, 'exit');
    for (let at = 0; at < times; at += 1) {
      const label = `first-byte-${String(at)}`;
      const heard = async (stop: AbortSignal): Promise<void> => {
        for (;;) {
          const [message] = (await once(server, 'message', { signal: stop })) as [Buffer];
          if (message.includes(label)) return;
        }
      };
      all.push(await timed(check(`${label}.example.com`), heard));
    }
  } finally {
    server.close();
  }
  return all;
}

/** The exporter of a file with so many partners, from its start to 200 at `/-/ready`. */
export async function toReady(partners: number, times: number): Promise<readonly Started[]> {
  const redis = await startRedis({ own: true });
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-start-'));
  const config = join(folder, 'fedmon.yaml');
  const all: Started[] = [];
  try {
    // The first start compiles, as above.
    for (let at = 0; at <= times; at += 1) {
      const listen = `127.0.0.1:${String(await freePort())}`;
      const lines = Array.from({ length: partners }, (_, n) => `  - domain: partner-${String(n)}.example.com`);
      const head = [
        `redis: { url: "${redis.url}" }`,
        `listen: { exporter: "${listen}" }`,
        'identity: { domain: mon.example.com, contact: "https://mon.example.com/probing" }',
        'partners:',
      ];
      writeFileSync(config, [...head, ...lines, ''].join('\n'));
      const ready = async (stop: AbortSignal): Promise<void> => {
        while (!(await isReady(`http://${listen}/-/ready`))) await pause(10, undefined, { signal: stop });
      };
      const argv = [...flags, join(source, 'main.ts'), 'run', '--role', 'exporter', '--config', config];
      const started = await timed(argv, ready);
      if (at > 0) all.push(started);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await redis.stop();
  }
  return all;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200;
  } catch {
    return false;
  }
}
