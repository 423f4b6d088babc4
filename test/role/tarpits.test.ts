import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { slotAt } from '../../src/schedule/plan.ts';
import { wakeEverySecond } from '../../src/schedule/wake.ts';
import { systemClock } from '../../src/net/clock.ts';
import { sipEdge } from '../lab/edges.ts';
import { quiet } from '../queue/rig.ts';
import { partner } from '../schedule/partner.ts';
import { groundFor, startPipeline, type Ground } from './pipeline.ts';

const each = 250;
const everyMs = 40_000;
/** A handshake that is not answered takes 35 % of it: 250 of them every 40 s are 44 at any moment. */
const timeoutMs = 20_000;
/** What is promised is 1 s; a machine that does ten other things at once is not what is tested. */
const limitMs = 5_000;

/** Accepts and says nothing. */
async function tarpit(t: TestContext): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Each partner has an edge of its own; the domain by the port of its edge. */
async function federation(t: TestContext, { bench }: Ground): Promise<{ good: Map<number, string>; evil: string[] }> {
  const certificate = await bench.certificate({
    names: Array.from({ length: each }, (_, at) => `sip.good${String(at)}.example`),
  });
  const [good, evil] = [new Map<number, string>(), [] as string[]];
  const publish = (domain: string, port: number): void => {
    bench.srv(domain, [{ host: `sip.${domain}`, port }]);
    bench.address(`sip.${domain}`);
  };
  for (let at = 0; at < each; at += 1) {
    const edge = await sipEdge({ certificate });
    t.after(() => edge.stop());
    good.set(edge.port, `good${String(at)}.example`);
    publish(`good${String(at)}.example`, edge.port);
    evil.push(`evil${String(at)}.example`);
    publish(`evil${String(at)}.example`, await tarpit(t));
  }
  return { good, evil };
}

const share = (sorted: readonly number[], part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;

test('half of 500 partners hang: the others are examined when they are due', async (t) => {
  const ground = await groundFor(t);
  if (ground === null) return;
  const { good, evil } = await federation(t, ground);
  const domains = [...good.values(), ...evil];
  const partners = domains.map((domain) => partner(domain, everyMs, timeoutMs));
  const scheduled = new Map(partners.map((of) => [of.domain, of]));
  const lateness: number[] = [];
  let hung = 0;
  const pipeline = await startPipeline(ground, { partners, fromMs: Date.now() }, ({ edge, at }) => {
    const of = scheduled.get(good.get(edge.port) ?? '');
    if (of === undefined) hung += 1;
    else lateness.push(Date.parse(at) - slotAt(of, Date.parse(at)));
  });
  const waker = wakeEverySecond((nowMs) => pipeline.ticker.tick(nowMs), systemClock, quiet);
  ground.atEnd(() => waker.stop());
  const endMs = Date.now() + everyMs + limitMs;
  while (lateness.length < each && Date.now() < endMs) await new Promise((next) => setTimeout(next, 100));

  const sorted = lateness.toSorted((a, b) => a - b);
  const [p50, p99, most] = [share(sorted, 0.5), share(sorted, 0.99), sorted.at(-1) ?? 0];
  t.diagnostic(
    `slot to examination of ${String(sorted.length)} healthy partners beside ${String(each)} that hang: p50 ${String(p50)} ms, p99 ${String(p99)} ms, most ${String(most)} ms`,
  );
  const waits = (await pipeline.own.text())
    .split('\n')
    .filter((line) => /^fedmon_job_wait_seconds_(bucket|count)/.test(line));
  t.diagnostic(waits.map((line) => line.replace('fedmon_job_wait_seconds_', '')).join('; '));
  assert.ok(sorted.length >= each * 0.95, `${String(sorted.length)} were examined`);
  assert.ok(hung >= each / 2, `${String(hung)} that hang were examined`);
  assert.equal(pipeline.late(), 0);
  assert.ok(p99 < limitMs, `${String(p99)} ms`);
});
