import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flags } from '../../src/bin/node.mjs';
import { createRedisStore } from '../../src/store/redis.ts';
import { freePort } from '../lab/ports.ts';
import { startRedis } from '../lab/redis.ts';
import { quiet } from '../queue/rig.ts';
import type { Stalls } from './exporter-child.ts';
import { fill, somePartners } from './filled.ts';

// How long an exporter holds up its event loop while it is scraped.
//   node src/bin/ready.mjs test/bench/exporter.ts [PARTNERS] [EDGES] [REQUESTS]
// With PROFILE=FOLDER in the environment the exporter leaves its .cpuprofile there, for the developer tools of Chromium.

const prefix = '{bench}';

const paths = ['/metrics', '/', '/partners/partner-77.example.com', '/api/v1/partners'] as const;
const codings = ['identity', 'gzip'] as const;

/** One sort of request, repeated, with a fresh reading of the store each time. */
export interface Measured extends Stalls {
  readonly path: string;
  readonly coding: string;
  readonly bytes: number;
  readonly tookMs: number;
}

/** Fills a Redis with a fleet and asks an exporter in a process of its own for each path, more than a second apart. */
export async function measureExporter(
  partners: number,
  edges: number,
  requests: number,
  as: readonly string[] = codings,
): Promise<readonly Measured[]> {
  const redis = await startRedis({ own: true });
  const store = createRedisStore({ url: redis.url, prefix }, quiet);
  await fill(store, somePartners(partners), edges);
  const port = await freePort();
  const folder = process.env['PROFILE'];
  const child = fork(
    join(import.meta.dirname, 'exporter-child.ts'),
    [redis.url, prefix, String(partners), String(port)],
    { execArgv: [...flags, '--expose-gc', ...(folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder])] },
  );
  const asked = async (): Promise<Stalls> => {
    const answer = once(child, 'message') as Promise<[Stalls]>;
    child.send('what was seen?');
    return (await answer)[0];
  };
  try {
    await once(child, 'message');
    // To watch costs as well, also while nobody asks.
    await asked();
    await pause(1_100);
    const idleMs = (await asked()).cpuMs;
    const all: Measured[] = [];
    for (const { path, coding } of paths.flatMap((each) => as.map((one) => ({ path: each, coding: one })))) {
      const ask = (): Promise<number> => bytesOf(`http://127.0.0.1:${String(port)}${path}`, coding);
      await ask();
      await pause(1_100);
      await asked();
      let [bytes, tookMs] = [0, 0];
      for (let done = 0; done < requests; done += 1) {
        const startMs = performance.now();
        bytes = await ask();
        tookMs = Math.max(tookMs, performance.now() - startMs);
        await pause(1_100);
      }
      all.push({ path, coding, bytes, tookMs, ...ofRequests(await asked(), requests, idleMs) });
    }
    const scraped = async (what: string): Promise<void> => {
      await asked();
      const startMs = performance.now();
      const bytes = await bytesOf(`http://127.0.0.1:${String(port)}/metrics`, 'gzip');
      const tookMs = performance.now() - startMs;
      all.push({ path: `/metrics, ${what}`, coding: 'gzip', bytes, tookMs, ...ofRequests(await asked(), 1, 0) });
    };
    await fill(store, somePartners(partners), edges, 1);
    await scraped('all new');
    await fill(store, somePartners(Math.ceil(partners / 10)), edges, 2, 1);
    await pause(1_100);
    await scraped('a tenth new');
    return all;
  } finally {
    child.disconnect();
    await once(child, 'exit');
    await store.close();
    await redis.stop();
  }
}

/** What comes over the wire, headers left out. */
function bytesOf(url: string, coding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { 'accept-encoding': coding } }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.once('end', () => resolve(bytes));
      answer.once('error', reject);
    });
    asked.once('error', reject);
  });
}

/** Processor time of one request instead of all; 0 where it cannot be told from what the watch costs. */
function ofRequests(seen: Stalls, requests: number, idleMs: number): Stalls {
  return { ...seen, cpuMs: Math.max(0, seen.cpuMs / requests - idleMs) };
}

if (process.argv[1] === import.meta.filename) {
  const [partners = 10_000, edges = 1_000, requests = 10] = process.argv.slice(2).map(Number);
  console.log(`${String(partners)} partners behind ${String(edges)} edges, ${String(requests)} requests of each path`);
  for (const { path, coding, bytes, tookMs, maxMs, p99Ms, maxCpuMs, cpuMs, rssMb, liveMb } of await measureExporter(
    partners,
    edges,
    requests,
  )) {
    console.log(
      `  ${`${path} ${coding}`.padEnd(41)} ${(bytes / 1e6).toFixed(2)} MB in at most ${tookMs.toFixed(0)} ms; event loop held up p99 ${p99Ms.toFixed(1)} ms, ` +
        `at most ${maxMs.toFixed(1)} ms (${maxCpuMs.toFixed(1)} ms of CPU); ${cpuMs.toFixed(0)} ms CPU a request, ${rssMb.toFixed(0)} MB, ${liveMb.toFixed(0)} MB of them in use`,
    );
  }
}
