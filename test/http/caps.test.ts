import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { filterOf, maxFilterLength } from '../../src/http/fleet-filter.ts';
import { mostRows } from '../../src/http/route-api-partners.ts';
import {
  buildHttp,
  maxBodyOctets,
  maxConnections,
  maxHeadOctets,
  maxParameterLength,
  type HttpOptions,
} from '../../src/http/server.ts';
import type { Views } from '../../src/http/view.ts';
import type { Log } from '../../src/log/log.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const token = 'a-token-of-20-letters';
const views: Views = {
  vantage: 'here-1',
  writer,
  snapshot: () => Promise.resolve(made.fleet()),
  config: () => '',
  events: () => Promise.resolve([]),
  ledger: () => Promise.reject(new Error('not asked for')),
};
const options: HttpOptions = {
  metrics: () => Promise.resolve('fedmon_store_up 1\n'),
  healthy: () => true,
  ready: () => Promise.resolve(true),
  views,
  orders: { token, reload: () => Promise.resolve({ ok: true, diff: {} }) },
};

/** A server on the loopback; opens connections to it, which end with the test. */
async function served(t: TestContext) {
  const app = buildHttp(options, quiet);
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
}

/** The status of the answer to a request; null when the connection ended without one. */
async function status(socket: Socket, request: string): Promise<number | null> {
  socket.write(request);
  let heard = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    heard += chunk.toString('latin1');
    const code = /^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1];
    if (code !== undefined) return Number(code);
  }
  return null;
}

describe('caps on what whoever reaches the port may ask', { timeout: 120_000 }, () => {
  test('the head of a request', async (t) => {
    const open = await served(t);
    // What is counted: the address, and of each header the name and the value.
    const request = (octets: number): string => {
      const counted = '/-/healthy'.length + 'Host'.length + 'a'.length + 'X'.length;
      return `GET /-/healthy HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(octets - counted)}\r\n\r\n`;
    };
    assert.equal(await status(await open(), request(maxHeadOctets - 1)), 200);
    assert.equal(await status(await open(), request(maxHeadOctets)), 431);
  });

  test('connections at once: one more is closed unheard', async (t) => {
    const open = await served(t);
    const health = 'GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n';
    const sockets: Socket[] = [];
    for (let count = 0; count < maxConnections; count += 1) sockets.push(await open());
    const answers = await Promise.all(sockets.map((socket) => status(socket, health)));
    assert.deepEqual(new Set(answers), new Set([200]));
    assert.equal(await status(await open(), health), null);
  });

  test('the body of a request', async () => {
    const app = buildHttp(options, quiet);
    const post = async (payload: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
      return (await app.inject({ method: 'POST', url: '/-/reload', headers, payload })).statusCode;
    };
    assert.equal(await post('x'.repeat(maxBodyOctets)), 200);
    assert.equal(await post('x'.repeat(maxBodyOctets + 1)), 413);
  });

  test('a name in an address: one that is too long is never looked up', async () => {
    let looked = 0;
    const snapshot: Views['snapshot'] = () => {
      looked += 1;
      return Promise.resolve(made.fleet());
    };
    const app = buildHttp({ ...options, views: { ...views, snapshot } }, quiet);
    const ask = async (length: number): Promise<readonly [number, number]> => {
      looked = 0;
      const { statusCode } = await app.inject(`/api/v1/partners/${'a'.repeat(length)}`);
      return [statusCode, looked];
    };
    assert.deepEqual(await ask(maxParameterLength), [404, 1]);
    assert.deepEqual(await ask(maxParameterLength + 1), [400, 0]);
  });

  test('a word of the filter is cut, a page of rows is not', async () => {
    const tier = (length: number): number => (filterOf({ tier: 'x'.repeat(length) }).tier ?? '').length;
    assert.deepEqual([maxFilterLength, maxFilterLength + 1].map(tier), [maxFilterLength, maxFilterLength]);
    const app = buildHttp(options, quiet);
    const rows = async (limit: number): Promise<number> =>
      (await app.inject(`/api/v1/partners?limit=${String(limit)}`)).statusCode;
    assert.deepEqual([await rows(mostRows), await rows(mostRows + 1)], [200, 400]);
  });
});
