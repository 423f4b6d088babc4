import { readFileSync } from 'node:fs';
import { certificateAt, textAt, type Resolve } from './check-files.ts';
import type { RedisConfig } from './config.ts';
import type { Mistake } from './mistake.ts';
import { readSecret } from './pem.ts';
import type { Sentinels } from './redis-place.ts';
import type { Sections } from './schema.ts';
import { redisUrl, withPassword } from './secret.ts';
import type { YamlFile } from './yaml-file.ts';
import type { Path } from './yaml-value.ts';

type Redis = Sections['redis'];

/** What the parts below share. */
interface Reading {
  readonly file: YamlFile;
  readonly from: Resolve;
  readonly mistakes: Mistake[];
}

function secretAt({ file, from, mistakes }: Reading, path: Path, name: string, whose: string): string | null {
  const secret = readSecret(from(name));
  if (secret.ok) return secret.value;
  mistakes.push(file.mistake(path, `${secret.message}, expected the password of ${whose}`));
  return null;
}

/** The URL to connect to: the environment before the file, the password from its own file. */
function urlOf(reading: Reading, redis: Redis, fromEnvironment: string | undefined): string {
  const { file, mistakes } = reading;
  if (redisUrl(textAt(file, ['redis', 'url']) ?? '')?.password) {
    const message = 'a password in the file, expected it in redis.passwordFile or in FEDMON_REDIS_URL';
    mistakes.push(file.mistake(['redis', 'url'], message));
  }
  const chosen = fromEnvironment === undefined ? redis.url : redisUrl(fromEnvironment);
  if (chosen === null) {
    const message = 'not a usable URL, expected one such as redis://redis.example.com:6379/0';
    mistakes.push({ file: 'environment', line: 0, col: 0, path: 'FEDMON_REDIS_URL', message });
    return redis.url.href;
  }
  if (redis.passwordFile === undefined || chosen.password !== '') return chosen.href;
  const secret = secretAt(reading, ['redis', 'passwordFile'], redis.passwordFile, 'Redis');
  return secret === null ? chosen.href : withPassword(chosen, secret).href;
}

function authoritiesOf(reading: Reading, { caFile }: Redis, url: string): Pick<RedisConfig, 'ca' | 'caFile'> {
  const { file, from, mistakes } = reading;
  const path = ['redis', 'caFile'];
  if (caFile === undefined) return {};
  if (!url.startsWith('rediss:')) {
    mistakes.push(file.mistake(path, 'authorities without TLS, expected a url that begins with rediss:'));
  }
  if (certificateAt(file, path, from, mistakes) === null) return {};
  return { ca: readFileSync(from(caFile), 'utf8'), caFile: from(caFile) };
}

function sentinelsOf(reading: Reading, { sentinel }: Redis): Sentinels | null {
  if (sentinel === undefined) return null;
  const { hosts, master, passwordFile } = sentinel;
  const path = ['redis', 'sentinel', 'passwordFile'];
  const password = passwordFile === undefined ? null : secretAt(reading, path, passwordFile, 'the sentinels');
  return { hosts, master, password };
}

/** Where Redis is, with every secret and certificate read in. */
export function completeRedis(
  file: YamlFile,
  redis: Redis,
  fromEnvironment: string | undefined,
  from: Resolve,
  mistakes: Mistake[],
): Omit<RedisConfig, 'prefix'> {
  const reading = { file, from, mistakes };
  const url = urlOf(reading, redis, fromEnvironment);
  const sentinel = sentinelsOf(reading, redis);
  return { url, ...authoritiesOf(reading, redis, url), ...(sentinel === null ? {} : { sentinel }) };
}
