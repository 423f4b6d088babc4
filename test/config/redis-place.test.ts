import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientPlace } from '../../src/config/redis-place.ts';

const hosts = [{ host: 's1.example', port: 26_379 }];

test('a url becomes host, login, database and TLS', () => {
  assert.deepEqual(clientPlace({ url: 'redis://127.0.0.1:6379' }), { host: '127.0.0.1', port: 6379, db: 0 });
  assert.deepEqual(clientPlace({ url: 'redis://[::1]' }), { host: '::1', port: 6379, db: 0 });
  assert.deepEqual(clientPlace({ url: 'rediss://fedmon:p%40ss@redis.example:6380/2', ca: 'PEM' }), {
    host: 'redis.example',
    port: 6380,
    username: 'fedmon',
    password: 'p@ss',
    db: 2,
    tls: { servername: 'redis.example', ca: 'PEM' },
  });
  assert.deepEqual(clientPlace({ url: 'rediss://[::1]' }).tls, {}, 'an address is no server name');
});

test('with sentinels the url gives login, database and the name of the certificate, and no host to connect to', () => {
  const sentinel = { master: 'm', hosts, password: 's' };
  assert.deepEqual(clientPlace({ url: 'redis://:p@ignored:1/3', sentinel }), {
    sentinels: hosts,
    name: 'm',
    sentinelPassword: 's',
    password: 'p',
    db: 3,
  });
  assert.deepEqual(
    clientPlace({ url: 'rediss://redis.example', ca: 'PEM', sentinel: { ...sentinel, password: null } }),
    {
      sentinels: hosts,
      name: 'm',
      sentinelTLS: { ca: 'PEM' },
      enableTLSForSentinelMode: true,
      db: 0,
      tls: { servername: 'redis.example', ca: 'PEM' },
    },
  );
});
