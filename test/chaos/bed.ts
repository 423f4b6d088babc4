import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as at } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../lab/ports.ts';
import { readEntries } from './append-only.ts';
import type { Fault, History, Outage } from './history.ts';
import { startMember, type Member, type Role } from './member.ts';
import { failures, startPartners, watched, type FailureName, type Partners } from './partners.ts';
import { startRedisServer, type RedisServer } from './redis-server.ts';

type Laid = Readonly<Record<string, unknown>>;

export interface BedOptions {
  readonly partners: number;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** How many processes of each role; default: one scheduler, one worker, no exporter. */
  readonly roles?: Partial<Readonly<Record<Role, number>>>;
  /** Settings of Redis, or another way to start one in this folder. */
  readonly redis?: Readonly<Record<string, string>> | ((folder: string) => Promise<RedisServer>);
  /** How long an examination may be in flight, milliseconds; absent: a second, since partners answer at once. */
  readonly settleMs?: number;
  /** How long after the return of Redis nobody may have found it yet, milliseconds; absent: two seconds. */
  readonly recoverMs?: number;
  /** How long the first round is given, and the last one, milliseconds; absent: an interval each. */
  readonly rounds?: { readonly firstMs: number; readonly lastMs: number };
  /** Where the service asks for names instead of at the partners' own server, by its port. */
  readonly resolver?: (port: number) => Promise<number>;
  /** Laid over the configuration. */
  readonly config?: Laid | ((partners: Partners) => Promise<Laid>);
  /** Added to the environment of a process of the service. */
  readonly env?: (name: string) => Readonly<Record<string, string>>;
}

/** The service, its Redis and its partners, and what was done to them. */
export interface Bed {
  readonly options: BedOptions;
  readonly folder: string;
  readonly redis: RedisServer;
  readonly partners: Partners;
  readonly members: readonly Member[];
  readonly prefix: string;
  /** One more process; it is ended with the others. */
  readonly join: (role: Role, name: string) => Promise<Member>;
  /** Notes a fault while it lasts: from now until the promise settles. While Redis or every scheduler is hit, nobody can claim. */
  readonly during: <T>(what: string, who: RedisServer | Member, fault: () => Promise<T>) => Promise<T>;
  /** The partner fails in this way from now on; the answer ends it. */
  fail(domain: string, failure: FailureName, promised?: boolean): () => void;
  /** Slots that are due from now on are answered for. */
  watch(): void;
  /** Lets the slots of now be done, ends everything, and answers what happened. `last` comes when nothing is examined any more. */
  end(last?: () => void): Promise<History>;
  /** Ends everything, whatever state it is in. */
  stop(): Promise<void>;
  /** Removes what is left after the end: the logs and what Redis wrote. */
  forget(): void;
}

const settleMs = 1_000;
const recoverMs = 2_000;

interface Noted extends Fault {
  readonly who: RedisServer | Member;
}

export async function startBed(options: BedOptions): Promise<Bed> {
  const folder = mkdtempSync(at(tmpdir(), 'fedmon-chaos-'));
  const redis = await (typeof options.redis === 'function'
    ? options.redis(folder)
    : startRedisServer(folder, options.redis));
  const partners = await startPartners(options.partners, folder);
  const resolver = (await options.resolver?.(partners.dns.port)) ?? partners.dns.port;
  const prefix = '{chaos}';
  const { config: laid = {} } = options;
  const whole = {
    ...configOf(options, redis.place, prefix, partners, resolver),
    ...(typeof laid === 'function' ? await laid(partners) : laid),
  };
  const { scheduler = 1, worker = 1, exporter = 0 } = options.roles ?? {};
  const wanted = Object.entries({ scheduler, worker, exporter }) as [Role, number][];
  const names = wanted.flatMap(([role, count]) =>
    Array.from({ length: count }, (_, n) => ({ role, name: `${role}-${String(n + 1)}` })),
  );
  const members: Member[] = [];
  const faults: Noted[] = [];
  const outages: Outage[] = [];
  let fromMs = Date.now();

  const join = async (role: Role, name: string): Promise<Member> => {
    const listen = `127.0.0.1:${String(await freePort())}`;
    const config = at(folder, `${name}.yaml`);
    writeFileSync(config, stringify({ ...whole, listen: { [role]: listen } }));
    const member = await startMember({ role, name, config, folder, listen, env: options.env?.(name) ?? {} });
    members.push(member);
    return member;
  };
  const stop = async (): Promise<void> => {
    for (const member of members) member.signal('SIGCONT');
    await Promise.all(members.map((member) => member.stop()));
    await partners.stop();
    await redis.stop();
  };
  try {
    await Promise.all(names.map(({ role, name }) => join(role, name)));
    await Promise.all(members.map((member) => member.ready()));
    // The first examination of a process takes longer than any later one.
    await pause(options.rounds?.firstMs ?? options.everyMs);
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    options,
    folder,
    redis,
    partners,
    members,
    prefix,
    join,
    async during(what, who, fault) {
      const begunMs = Date.now();
      try {
        return await fault();
      } finally {
        faults.push({ what, who, fromMs: begunMs, untilMs: Date.now(), halts: who === redis });
      }
    },
    fail(domain, failure, promised = false) {
      const begunMs = Date.now();
      partners.set(domain, failure);
      return () => {
        partners.set(domain, null);
        outages.push({
          partner: domain,
          fromMs: begunMs,
          untilMs: Date.now(),
          expects: promised ? failures[failure] : null,
        });
      };
    },
    watch: () => void (fromMs = Date.now()),
    async end(last = () => undefined) {
      const untilMs = Date.now();
      // The last slots have the time that any slot has.
      await pause(options.rounds?.lastMs ?? options.everyMs);
      for (const member of members) member.signal('SIGCONT');
      await Promise.all(members.map((member) => member.stop()));
      last();
      await redis.stop();
      const { everyMs, timeoutMs } = options;
      const history: History = {
        partners: partners.domains.map((domain) => watched(domain, everyMs, timeoutMs)),
        fromMs,
        untilMs,
        hysteresis: { down: 3, up: 2 },
        limits: { settleMs: options.settleMs ?? settleMs, recoverMs: options.recoverMs ?? recoverMs },
        faults: [...faults, ...withoutScheduler(members, faults)],
        outages,
        entries: readEntries(redis.dir, redis.samples),
      };
      await partners.stop();
      return history;
    },
    stop,
    forget() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The stretches in which every scheduler was hit at once: then nobody claims. */
function withoutScheduler(members: readonly Member[], faults: readonly Noted[]): readonly Fault[] {
  const schedulers = members.filter(({ role }) => role === 'scheduler');
  const [first = [], ...others] = schedulers.map((member) => faults.filter(({ who }) => who === member));
  const together = others.reduce<readonly Fault[]>((so, own) => so.flatMap((a) => own.map((b) => common(a, b))), first);
  return together
    .filter((each) => each.untilMs > each.fromMs)
    .map((each) => ({ ...each, what: 'no scheduler', halts: true }));
}

function common(a: Fault, b: Fault): Fault {
  return { ...a, fromMs: Math.max(a.fromMs, b.fromMs), untilMs: Math.min(a.untilMs, b.untilMs) };
}

function configOf(
  { everyMs, timeoutMs }: BedOptions,
  place: RedisServer['place'],
  prefix: string,
  partners: Partners,
  resolver: number,
): object {
  return {
    redis: { ...place, prefix },
    identity: { domain: 'mon.example', contact: 'https://mon.example/probing' },
    dns: { servers: [`127.0.0.1:${String(resolver)}`] },
    trust: partners.caFile,
    egress: { allow: ['127.0.0.0/8'] },
    defaults: { every: `${String(everyMs)}ms`, timeout: `${String(timeoutMs)}ms` },
    hysteresis: { down: 3, up: 2, holdDown: '0s' },
    partners: partners.domains.map((domain) => ({ domain })),
  };
}
