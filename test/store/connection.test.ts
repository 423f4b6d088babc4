import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeAddress } from '../../src/store/address.ts';
import { serverFacts, unsuitableBecause } from '../../src/store/check-server.ts';
import { openConnection, reconnectDelayMs, troubleIn } from '../../src/store/connection.ts';
import { damped } from '../../src/store/damped.ts';
import { keptLog } from './own-redis.ts';

test('the pause before connecting again grows from 50 ms to 2 s and is spread', () => {
  const delays = [1, 2, 3, 6, 1_000].map((attempt) => [reconnectDelayMs(attempt, 0), reconnectDelayMs(attempt, 1)]);
  assert.deepEqual(delays, [
    [50, 100],
    [50, 200],
    [50, 400],
    [50, 2_000],
    [50, 2_000],
  ]);
});

test('trouble is told once in a while, with how much was left untold', () => {
  const log = keptLog();
  let nowMs = 0;
  const tell = damped(log, 10_000, () => nowMs);
  for (nowMs of [0, 1, 9_999, 10_000, 10_001, 25_000]) tell({ at: nowMs }, 'trouble');
  assert.deepEqual(
    log.lines.map((line) => JSON.parse(line) as unknown),
    [
      { at: 0, message: 'trouble' },
      { at: 10_000, unsaid: 2, message: 'trouble' },
      { at: 25_000, unsaid: 1, message: 'trouble' },
    ],
  );
});

test('a store is named without its secrets', () => {
  const address = storeAddress({ url: 'rediss://user:pa%24s@redis.example.net:6380/2?password=other' });
  assert.equal(address.shown, 'redis.example.net:6380/2');
  assert.equal(address.mask('pa$s or pa%24s or other'), '*** or *** or ***');
  assert.equal(storeAddress({ url: 'redis://localhost' }).shown, 'localhost:6379');
  for (const bad of ['localhost:6379', 'http://secret@localhost', '/run/redis.sock']) {
    assert.throws(() => storeAddress({ url: bad }), {
      name: 'TypeError',
      message: 'the url of the store must begin with redis:// or rediss://',
    });
  }
});

test('what the client says of the server is told in words for people, what it says of itself is not', () => {
  const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
  const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
  const rows: readonly (readonly [unknown, string | null])[] = [
    [coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:6379'), 'cannot be reached (ECONNREFUSED)'],
    [coded('ECONNREFUSED', ''), 'cannot be reached (ECONNREFUSED)'],
    [
      coded('CERT_HAS_EXPIRED', 'certificate has expired'),
      'cannot be reached (CERT_HAS_EXPIRED: certificate has expired)',
    ],
    [named('ReplyError', 'NOAUTH Authentication required.'), 'refuses: NOAUTH Authentication required.'],
    [new Error('Command timed out'), 'does not answer'],
    [new Error("Socket timeout. Expecting data, but didn't receive any in 4000ms."), 'does not answer'],
    [new Error('Unknown RESP type 72 "H"'), 'does not speak the protocol of Redis'],
    [new Error("Stream isn't writeable and enableOfflineQueue options is false"), null],
    [new Error('Connection is closed.'), null],
    [named('MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 1).'), null],
    ['text', null],
  ];
  assert.deepEqual(
    rows.map(([error]) => troubleIn(error)),
    rows.map(([, words]) => words),
  );
});

test('a store that is not there is said once, in one sentence', async () => {
  const connection = openConnection({ url: 'redis://user:secret@127.0.0.1:1' }, keptLog());
  const refusal = { name: 'StoreUnavailable', message: 'Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED)' };
  await assert.rejects(
    connection.run((redis) => redis.ping()),
    refusal,
  );
  await connection.close();
});

test('a server is judged by what INFO says', () => {
  const info = (version: string, policy: string): string =>
    `# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n\r\n# Memory\r\nmaxmemory_policy:${policy}\r\n`;
  assert.deepEqual(serverFacts(info('7.0.15', 'noeviction')), {
    version: '7.0.15',
    evictionPolicy: 'noeviction',
    clustered: false,
    appends: null,
  });
  const nothing = { version: null, evictionPolicy: null, clustered: false, appends: null };
  assert.deepEqual(serverFacts(''), nothing);
  assert.match(unsuitableBecause(serverFacts('redis_mode:cluster\r\n')) ?? '', /^Redis is a node of a cluster/);
  assert.equal(serverFacts('aof_enabled:1\r\n').appends, true);
  const verdicts = [info('7.0.15', 'noeviction'), info('6.2.0', 'noeviction'), info('10.0.1', 'noeviction'), ''];
  assert.deepEqual(
    verdicts.map((text) => unsuitableBecause(serverFacts(text))),
    [null, null, null, null],
  );
  assert.match(
    unsuitableBecause(serverFacts(info('6.0.16', 'noeviction'))) ?? '',
    /^Redis 6\.0\.16 is too old: run Redis 6\.2/,
  );
  assert.match(unsuitableBecause(serverFacts(info('5.0.7', 'noeviction'))) ?? '', /too old/);
  assert.match(
    unsuitableBecause(serverFacts(info('7.2.4', 'volatile-lru'))) ?? '',
    /CONFIG SET maxmemory-policy noeviction/,
  );
});
