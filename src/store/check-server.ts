import type { RedisPlace } from '../config/redis-place.ts';
import type { Log } from '../log/log.ts';
import { openConnection } from './connection.ts';
import { StoreUnavailable } from './store.ts';

/** This Redis must not be used: it would lose or refuse work. Says what to set. */
export class StoreUnsuitable extends Error {
  override readonly name = 'StoreUnsuitable';
  readonly code = 'store_unsuitable';
}

const oldestVersion = [6, 2] as const;

/** What a server said of itself; null where it was not allowed or able to say it. */
export interface ServerFacts {
  readonly version: string | null;
  readonly evictionPolicy: string | null;
  /** Whether it is a node of a Redis Cluster. */
  readonly clustered: boolean;
  /** Whether it writes what it holds to disk, so that a restart loses at most a second. */
  readonly appends: boolean | null;
}

/** The text of INFO → what matters to us. Pure. */
export function serverFacts(info: string): ServerFacts {
  const field = (name: string): string | null => new RegExp(`^${name}:([^\\r\\n]*)`, 'm').exec(info)?.[1] ?? null;
  const appends = field('aof_enabled');
  return {
    version: field('redis_version'),
    evictionPolicy: field('maxmemory_policy'),
    clustered: field('redis_mode') === 'cluster' || field('cluster_enabled') === '1',
    appends: appends === null ? null : appends === '1',
  };
}

/** Why a server must not be used, with what to do; null when nothing speaks against it. Pure. */
export function unsuitableBecause({ version, evictionPolicy, clustered }: ServerFacts): string | null {
  if (clustered) {
    return (
      'Redis is a node of a cluster: all keys of fedmon share one hash slot, so a cluster brings nothing and is not ' +
      'supported. Give it a single Redis or Valkey, with sentinels if it must survive a machine (redis.sentinel).'
    );
  }
  if (version !== null && isOlder(version)) {
    return `Redis ${version} is too old: run Redis 6.2 or newer, or Valkey.`;
  }
  if (evictionPolicy !== null && evictionPolicy !== 'noeviction') {
    return (
      `Redis drops keys when its memory is full (maxmemory-policy ${evictionPolicy}), jobs among them: ` +
      'type `redis-cli CONFIG SET maxmemory-policy noeviction` and set it in redis.conf too.'
    );
  }
  return null;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]);
}

/**
 * Asks the server for its version and eviction policy. Rejects with StoreUnsuitable when it must not be used and with
 * StoreUnavailable when it cannot be reached; what it may not tell us is a warning in the log.
 */
export async function checkServer(place: RedisPlace, log: Log): Promise<void> {
  const connection = openConnection(place, log);
  const askOrWarn = async (what: string, ask: () => Promise<string | null>): Promise<string | null> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || !isForbidden(error)) throw error;
      log.warn({ command: what }, 'the store does not let us check its settings');
      return null;
    }
  };
  try {
    const info = await askOrWarn('INFO', () => connection.run((redis) => redis.info()));
    const facts = serverFacts(info ?? '');
    const evictionPolicy =
      facts.evictionPolicy ??
      (await askOrWarn('CONFIG GET', () =>
        connection.run(async (redis) => policyIn(await redis.config('GET', policy))),
      ));
    const because = unsuitableBecause({ ...facts, evictionPolicy });
    if (because !== null) throw new StoreUnsuitable(because);
    if (facts.appends === false) log.warn({ set: 'appendonly yes' }, keepsNothing);
  } finally {
    await connection.close();
  }
}

const keepsNothing =
  'Redis writes nothing to disk as it goes: after its restart every partner is unknown until it was examined again';

const policy = 'maxmemory-policy';

/** Forbidden by ACL, or renamed away as hosted servers do. */
function isForbidden(error: StoreUnavailable): boolean {
  return error.cause instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.cause.message);
}

/** The reply is a list of name and value, or an object of them, by protocol. */
function policyIn(reply: unknown): string | null {
  if (typeof reply !== 'object' || reply === null) return null;
  const words: readonly unknown[] = Array.isArray(reply) ? reply : Object.entries(reply).flat();
  const value = words[words.indexOf(policy) + 1];
  return typeof value === 'string' ? value : null;
}
