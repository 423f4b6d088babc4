import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startHttp } from '../../src/http/server.ts';
import { quiet } from '../queue/rig.ts';

/** How long it took until the server had closed the connection, milliseconds, and what it said. */
async function closedAfter(port: number, begin: string, drip: string): Promise<{ tookMs: number; said: string }> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('error', () => undefined).on('data', (bytes) => (said += bytes.toString()));
  const begunMs = performance.now();
  socket.write(begin);
  const timer = setInterval(() => void socket.write(drip), 200);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { tookMs: performance.now() - begunMs, said };
}

test(
  'whoever sends a request octet by octet is cut off after 5 s in its head, after 10 s in all',
  { timeout: 60_000 },
  async () => {
    const options = { healthy: () => true as const, ready: () => Promise.resolve(true as const) };
    const metrics = async (): Promise<string> => Promise.resolve('');
    const listen = { host: '127.0.0.1', port: 0 };
    const server = await startHttp({ ...options, metrics, listen, configKey: 'listen.exporter' }, quiet);
    const port = Number(new URL(server.url).port);
    const [head, whole] = await Promise.all([
      closedAfter(port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n', 'X: y\r\n'),
      closedAfter(port, 'POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', ''),
    ]);
    await server.stop();
    assert.match(head.said, /^HTTP\/1\.1 408 /);
    assert.ok(head.tookMs > 4_500 && head.tookMs < 15_000, String(head.tookMs));
    assert.ok(whole.tookMs < 20_000, String(whole.tookMs));
  },
);
