import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { RedisNotFound, startRedis } from '../lab/redis.ts';
import { masterName, sentinelsAgree, startSentinel, type Sentinel } from '../lab/sentinels.ts';
import { sampled, type RedisServer } from './redis-server.ts';

/** A wait, in short steps, for what the servers say of themselves. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within 20 s`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/**
 * A master, a replica that takes its place, and three sentinels. The history is the replica's: it was in step before
 * anything was written, and what it was not told when the master died did not happen. `kill` and `signal` hit the master,
 * `start` waits for the replica to have taken over.
 */
export async function startWatchedServers(folder: string): Promise<RedisServer> {
  const program = await tool('redis-server');
  if (program === null) throw new RedisNotFound();
  const [masterDir, dir] = [join(folder, 'master'), join(folder, 'replica')] as const;
  for (const each of [masterDir, dir]) mkdirSync(each);
  const kept = { appendonly: true, settings: { 'auto-aof-rewrite-percentage': '0', 'repl-diskless-sync-delay': '0' } };
  const master = await startRedis({ ...kept, port: await freePort(), dir: masterDir });
  const settings = { ...kept.settings, replicaof: `127.0.0.1 ${String(master.port)}` };
  const replica = await startRedis({ ...kept, port: await freePort(), dir, settings });
  const sentinels: Sentinel[] = [];
  for (let count = 0; count < 3; count += 1) sentinels.push(await startSentinel(program, master.port));
  await sentinelsAgree(sentinels[0]?.port ?? 0);

  const client = new Client(replica.url, { maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await until('the replica is in step', async () =>
    (await client.info('replication')).includes('master_link_status:up'),
  );
  const { samples, stop } = sampled(dir);
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${String(port)}`);
  return {
    place: { sentinel: { master: masterName, hosts } },
    dir,
    samples,
    kill() {
      master.kill('SIGKILL');
      return Promise.resolve();
    },
    start: () =>
      until('the replica is the master', async () => (await client.info('replication')).includes('role:master')),
    signal: (signal) => master.kill(signal),
    ask: (run) => run(client),
    async stop() {
      stop();
      client.disconnect();
      master.kill('SIGCONT');
      await Promise.all([...sentinels.map((each) => each.stop()), master.stop(), replica.stop()]);
    },
  };
}
