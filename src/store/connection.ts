import { Redis, type ChainableCommander } from 'ioredis';
import type { Log } from '../log/log.ts';
import { clientPlace, type RedisPlace } from '../config/redis-place.ts';
import { storeAddress } from './address.ts';
import { damped } from './damped.ts';
import { defineScripts, type Client } from './scripts.ts';
import { StoreUnavailable } from './store.ts';

/** How long anything may take, in milliseconds. */
const limits = { connect: 2_000, firstReady: 2_000, command: 2_000, silence: 4_000, quit: 1_000, hangUp: 500 } as const;
const logEveryMs = 10_000;

/** One connection that heals itself; nothing waits behind it while it is down. */
export interface Connection {
  /** Runs commands; every failure of the client or the server becomes StoreUnavailable. */
  run<T>(commands: (redis: Client) => Promise<T>): Promise<T>;
  /** Resolves within 2 s, also with a dead or silent server. */
  close(): Promise<void>;
}

/** Pause before the given attempt (from 1) to connect again: 50 ms to 2 s, spread so that roles do not come at once. */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(2_000, 50 * 2 ** Math.min(attempt, 10));
  return Math.round(50 + random * (ceiling - 50));
}

function clientFor(place: RedisPlace): Client {
  const redis = new Redis({
    ...clientPlace(place),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    // What is asked in one turn of the event loop goes out in one write, in the order in which it was asked.
    enableAutoPipelining: true,
    // Sent again, a claim or an advance that had succeeded would answer "somebody else was first".
    autoResendUnfulfilledCommands: false,
    commandTimeout: limits.command,
    connectTimeout: limits.connect,
    disconnectTimeout: limits.hangUp,
    socketTimeout: limits.silence,
    maxLoadingRetryTime: 1_000,
    keepAlive: 10_000,
    // CLIENT SETINFO is not in Redis 6.2, and one right less to ask for.
    disableClientInfo: true,
    retryStrategy: (attempt) => reconnectDelayMs(attempt, Math.random()),
    sentinelRetryStrategy: (attempt) => reconnectDelayMs(attempt, Math.random()),
    sentinelCommandTimeout: limits.command,
    // After a failover the old master is a replica: leave it.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  return defineScripts(redis);
}

/** Connects at once and in the background; the first `run` waits up to 2 s for it. Throws TypeError for a bad url. */
export function openConnection(place: RedisPlace, log: Log): Connection {
  const address = storeAddress(place);
  const redis = clientFor(place);
  const complain = damped(log, logEveryMs, () => performance.now());
  let closed = false;
  let wasReady = false;
  let trouble: string | null = null;

  const firstReady = new Promise<void>((resolve) => {
    redis.once('ready', resolve);
    redis.once('end', resolve);
  });
  redis.on('ready', () => {
    wasReady = true;
    trouble = null;
  });
  redis.on('error', (error) => {
    trouble = troubleIn(error) ?? trouble;
    complain({ store: address.shown, reason: address.mask(textOf(error)) }, 'the store is in trouble');
  });

  const unavailable = (error: unknown): StoreUnavailable => {
    const own = troubleIn(error);
    const said = (redis.status === 'ready' ? (own ?? trouble) : (trouble ?? own)) ?? (wasReady ? lost : notYet);
    return new StoreUnavailable(address.mask(`Redis at ${address.shown} ${said}`), {
      cause: plainCause(error, address.mask(textOf(error))),
    });
  };

  return {
    async run(commands) {
      if (closed) throw new StoreUnavailable(`the connection to Redis at ${address.shown} is closed`);
      if (!wasReady) await settledWithin(limits.firstReady, firstReady);
      try {
        return await commands(redis);
      } catch (error) {
        if (error instanceof TypeError) throw error;
        throw unavailable(error);
      }
    },
    async close() {
      closed = true;
      // What was asked in this turn goes out first.
      await new Promise((done) => void setImmediate(done));
      if (redis.status === 'ready') await settledWithin(limits.quit, redis.quit());
      redis.disconnect();
    },
  };
}

/** The replies of a pipeline; the first command that failed rejects for all. */
export async function replies(pipeline: ChainableCommander): Promise<readonly unknown[]> {
  const results = (await pipeline.exec()) ?? [];
  return results.map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

const notYet = 'is not connected yet';
const lost = 'was connected and is not any more';

/**
 * What an error of the client says about the server, to follow its name; null for what is about the client itself (its
 * queue, its options), which nobody who runs a Redis can use. Pure.
 */
export function troubleIn(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'ReplyError') return `refuses: ${error.message}`;
  if (/^(Command timed out|Socket timeout)/.test(error.message)) return 'does not answer';
  if (error.name === 'ParserError' || /\bRESP type\b/.test(error.message))
    return 'does not speak the protocol of Redis';
  if (!('code' in error) || typeof error.code !== 'string') return null;
  // What the system says has a well-known code; what TLS says needs its sentence too.
  const tls = error.message === '' || /^E[A-Z]+$/.test(error.code) ? '' : `: ${error.message}`;
  return `cannot be reached (${error.code}${tls})`;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown trouble';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // Several addresses of one name that all refuse come as an AggregateError without a message.
  return error.message === '' ? code : error.message;
}

/** The client hangs the arguments of a refused command on its errors, the password of a refused login among them. */
function plainCause(error: unknown, text: string): Error {
  const cause = new Error(text);
  if (error instanceof Error) cause.name = error.name;
  return cause;
}

/** Waits for work, for its failure, or for `ms`; whichever is first. */
async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => clearTimeout(timer);
  });
  await Promise.race([Promise.allSettled([work]), limit]);
  cancel();
}
