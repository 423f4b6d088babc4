import type { Config } from '../config/config.ts';
import { nearestDomain } from '../config/spelling.ts';
import type { Log } from '../log/log.ts';
import type { Store } from '../store/store.ts';
import { CouldNotRun, UsageError } from './exit.ts';
import type { Io } from './io.ts';
import { commandName } from './name.ts';

// A command has one thing to say when the store is away, and says it at the end.
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The store did not answer while it was read. */
export async function storeSilent(config: Config): Promise<CouldNotRun> {
  const { masked } = await import('../config/secret.ts');
  return new CouldNotRun(`The store at ${masked(config.redis.url)} did not answer.`);
}

/** Runs `work` with the store of a configuration. Trouble of the store is CouldNotRun, with what to look at. */
export async function withStore<Result>(
  named: string | undefined,
  io: Io,
  work: (store: Store, config: Config) => Promise<Result>,
): Promise<Result> {
  const [{ readConfig }, { createRedisStore }] = await Promise.all([
    import('./config-file.ts'),
    import('../store/redis.ts'),
  ]);
  const config = readConfig(named, io);
  const store = createRedisStore(config.redis, silent);
  try {
    await store.ping();
    return await work(store, config);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'store_unavailable')) throw error;
    const hint = `Is Redis running, and is redis.url right in ${config.file ?? 'the configuration'}?`;
    throw new CouldNotRun(`${error.message.replace(/\.?$/, '.')} ${hint}`, { cause: error });
  } finally {
    await store.close();
  }
}

/** The configuration does not name this domain; says which one could be meant. */
export function noSuchPartner(domain: string, config: Config): UsageError {
  const meant = nearestDomain(
    domain,
    config.partners.map((each) => each.domain),
  );
  const hint = meant === null ? `Type ${commandName()} partners for the list.` : `Did you mean ${meant}?`;
  return new UsageError(`${domain} is not a partner in ${config.file ?? 'the configuration'}. ${hint}`);
}
