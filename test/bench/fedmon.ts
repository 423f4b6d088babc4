import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startMember, type Member, type Role } from '../chaos/member.ts';
import type { Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startPrometheus } from '../lab/prometheus.ts';
import { startRedis } from '../lab/redis.ts';
import { scrapeEvery, type Side } from './sides.ts';
import type { World } from './world.ts';

export interface FedmonOptions {
  readonly everyMs: number;
  /** Of one examination; half the interval unless told. */
  readonly timeoutMs?: number;
  /** Null: nobody scrapes. */
  readonly prometheus: Tool | null;
  /** Where each role leaves its .cpuprofile; null: nowhere. */
  readonly profile?: string | null;
  /** 1 unless told. */
  readonly workers?: number;
  /** Environment of a process, by its name. */
  readonly env?: (name: string) => Readonly<Record<string, string>>;
}

/** fedmon in processes of its own, a Redis that keeps what was written, and a Prometheus that scrapes. */
export interface Fedmon extends Side {
  readonly members: readonly Member[];
  readonly redis: { readonly url: string; readonly pid: number };
  /** The lines of `/metrics` of a member. */
  metrics(name: string): Promise<readonly string[]>;
  /** From now on the first so many partners are planned. */
  narrow(count: number): void;
}

export const prefix = '{bench}';

/** Of `count` partners so many are healthy, as the exporter has it. */
export async function healthyOf(fedmon: Fedmon): Promise<number> {
  const lines = await fedmon.metrics('exporter');
  return lines.filter((line) => /^fedmon_partner_state\{.*state="healthy".*\} 1$/.test(line)).length;
}

/** How many partners are in each state, and why those that are not healthy; the code of the cause behind the state. */
export async function statesOf(fedmon: Fedmon): Promise<string> {
  const lines = await fedmon.metrics('exporter');
  const counts = new Map<string, number>();
  for (const line of lines) {
    const found = /^fedmon_partner_(?:state\{.*state|cause_info\{.*code)="(\w+)".*\} 1$/.exec(line)?.[1];
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${String(count)}`).join(', ');
}

export async function startFedmon(world: World, options: FedmonOptions): Promise<Fedmon> {
  const { everyMs, prometheus, workers = 1, profile = null, env = () => ({}) } = options;
  const { folder, partners, dnsPort, caFile, certFile, keyFile } = world;
  const redis = await startRedis({ own: true, dir: folder, appendonly: true });
  const nodeArgs = profile === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const write = (role: Role, name: string, listen: string, count: number): string => {
    const config = join(folder, `${name}.yaml`);
    const settings = {
      redis: { url: redis.url, prefix },
      identity: { domain: 'mon.example', contact: 'https://mon.example/probing', certFile, keyFile },
      dns: { servers: [`127.0.0.1:${String(dnsPort)}`] },
      trust: caFile,
      egress: { allow: ['127.0.0.0/8'] },
      defaults: { every: `${String(everyMs)}ms`, timeout: `${String(options.timeoutMs ?? everyMs / 2)}ms` },
      partners: partners.slice(0, count).map(({ domain }) => ({ domain })),
      listen: { [role]: listen },
    };
    writeFileSync(config, stringify(settings));
    return config;
  };
  const start = async (role: Role, name: string): Promise<Member> => {
    const listen = `127.0.0.1:${String(await freePort())}`;
    const config = write(role, name, listen, partners.length);
    return startMember({ role, name, config, folder, listen, nodeArgs, env: env(name) });
  };
  const names = Array.from({ length: workers }, (_, n) => (workers === 1 ? 'worker' : `worker ${String(n + 1)}`));
  const members = await Promise.all([
    start('scheduler', 'scheduler'),
    start('exporter', 'exporter'),
    ...names.map((name) => start('worker', name)),
  ]);
  const targets = members.map(({ url }) => url.replace('http://', ''));
  const scraper =
    prometheus === null
      ? null
      : await startPrometheus(prometheus, { folder, targets, ruleFiles: [], every: scrapeEvery });
  await Promise.all(members.map((member) => member.ready()));
  return {
    members,
    redis: { url: redis.url, pid: redis.pid ?? 0 },
    get processes() {
      return {
        ...Object.fromEntries(members.map(({ name, pid }) => [name, pid])),
        redis: redis.pid ?? 0,
        ...(scraper === null ? {} : { prometheus: scraper.pid }),
      };
    },
    async metrics(name) {
      const url = members.find((member) => member.name === name)?.url ?? '';
      const answer = await fetch(`${url}/metrics`);
      return (await answer.text()).split('\n');
    },
    narrow(count) {
      const [scheduler] = members;
      write('scheduler', 'scheduler', scheduler.url.replace('http://', ''), count);
      scheduler.signal('SIGHUP');
    },
    async stop() {
      await scraper?.stop();
      await Promise.all(members.map((member) => member.stop()));
      await redis.stop();
    },
  };
}
