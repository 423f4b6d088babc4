import { parseHostPort } from './endpoint.ts';
import { group, list, path, text, words } from './field.ts';
import { redisUrl } from './secret.ts';

const sentinelHost = text(
  'a host and a port such as sentinel.example.com:26379',
  'A sentinel; port 26379 unless said otherwise.',
  ['sentinel.example.com:26379'],
  (input) => {
    const parsed = parseHostPort(input, 26_379);
    return parsed === null || parsed.port === 0 ? null : parsed;
  },
);

/** Where the shared memory of all roles is, and how it is trusted. */
export const redisSection = group(
  {
    url: text(
      'a URL such as redis://redis.example.com:6379/0',
      'Where Redis is, without a password.',
      ['rediss://fedmon@redis.example.com:6380/0'],
      redisUrl,
    ).prefault('redis://127.0.0.1:6379'),
    passwordFile: path('File that holds the password of Redis.', ['/run/secrets/redis']).optional(),
    caFile: path('PEM file of the authorities that vouch for the server; for `rediss:` only.', [
      'redis-ca.pem',
    ]).optional(),
    sentinel: group(
      {
        hosts: list(sentinelHost, 9, 'sentinels', 'Sentinels to ask, in this order.').min(1, {
          error: 'at least one sentinel',
        }),
        master: words(128, 'The name under which they watch the master.', ['mymaster']).prefault('mymaster'),
        passwordFile: path('File that holds the password of the sentinels.', ['/run/secrets/sentinel']).optional(),
      },
      'Sentinels that know the master. The host of `url` then only names the certificate of `rediss:`.',
    ).optional(),
    prefix: text(
      'a word in braces such as {fedmon}',
      'Begins every key; braces keep all keys in one cluster slot.',
      ['{fedmon}'],
      (input) => (/^\{[A-Za-z0-9_.-]{1,60}\}$/.test(input) ? input : null),
    ).prefault('{fedmon}'),
  },
  'The shared memory of all roles.',
).prefault({});
