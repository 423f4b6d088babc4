import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../lab/lossy-relay.ts';
import type { Bed } from './bed.ts';
import type { Member, Role } from './member.ts';

/** A source of choices that are the same for the same seed. */
export interface Dice {
  /** From `low` to below `high`. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(all: readonly T[]) => T;
}

export function dice(seed: number): Dice {
  const next = seeded(seed);
  return {
    between: (low, high) => low + next() * (high - low),
    pick: <T>(all: readonly T[]): T => {
      const chosen = all[Math.floor(next() * all.length)];
      if (chosen === undefined) throw new RangeError('there is nothing to pick from');
      return chosen;
    },
  };
}

export const deeds = [
  'kill redis',
  'kill scheduler',
  'kill worker',
  'stop redis',
  'stop scheduler',
  'stop worker',
] as const;
export type Deed = (typeof deeds)[number];

export interface Storm {
  readonly faults: number;
  readonly seed: number;
  readonly deeds?: readonly Deed[];
  /** Between the beginnings of two faults, milliseconds. */
  readonly pauseMs: readonly [number, number];
  /** How long a process is stopped, and how long Redis is, milliseconds. */
  readonly stopMs: readonly [number, number];
  readonly stopRedisMs: readonly [number, number];
  /** How long Redis stays away after it was killed, milliseconds. */
  readonly awayMs: readonly [number, number];
}

const passOverMs = 50;

/** How often each was done. */
export type Done = Readonly<Record<Deed, number>>;

/**
 * Kills and stops things of the bed in an order that the seed decides. What is down already is not hit again; a fault
 * lasts while the next one begins.
 */
export async function storm(
  bed: Bed,
  { faults, seed, pauseMs, stopMs, stopRedisMs, awayMs, ...more }: Storm,
): Promise<Done> {
  const { between, pick } = dice(seed);
  const down = new Set<unknown>();
  const under: Promise<unknown>[] = [];
  const done = Object.fromEntries(deeds.map((deed) => [deed, 0])) as Record<Deed, number>;

  const hit = (who: Bed['redis'] | Member, what: string, fault: () => Promise<void>): void => {
    down.add(who);
    under.push(bed.during(what, who, fault).finally(() => down.delete(who)));
  };
  const stopped = async (who: Bed['redis'] | Member, ms: number): Promise<void> => {
    who.signal('SIGSTOP');
    await pause(ms);
    who.signal('SIGCONT');
  };
  const strike = (deed: Deed): boolean => {
    const [how, whom] = deed.split(' ') as ['kill' | 'stop', Role | 'redis'];
    // All dice are thrown whether they are needed or not, so that what follows does not depend on what is down.
    const [ms, redisMs, goneMs] = [between(...stopMs), between(...stopRedisMs), between(...awayMs)];
    const up = bed.members.filter((member) => member.role === whom && !down.has(member));
    if (whom === 'redis') {
      if (down.has(bed.redis)) return false;
      const kill = async (): Promise<void> => {
        await bed.redis.kill();
        await pause(goneMs);
        await bed.redis.start();
      };
      hit(bed.redis, deed, how === 'kill' ? kill : () => stopped(bed.redis, redisMs));
      return true;
    }
    if (up.length === 0) return false;
    const member = pick(up);
    hit(member, `${how} ${member.name}`, how === 'kill' ? () => member.crash() : () => stopped(member, ms));
    return true;
  };

  for (let count = 0; count < faults;) {
    const deed = pick(more.deeds ?? deeds);
    const struck = strike(deed);
    if (struck) {
      done[deed] += 1;
      count += 1;
    }
    // What is down already is passed over: on a slow machine most is down, and a storm would last for ever.
    await pause(struck ? between(...pauseMs) : passOverMs);
  }
  await Promise.all(under);
  return done;
}
