import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { edgeId } from '../../src/federation/edge.ts';
import type { EdgeEvidence, StepName } from '../../src/federation/observation.ts';
import { createRedisStore } from '../../src/store/redis.ts';
import type { Store } from '../../src/store/store.ts';
import { quiet } from '../queue/rig.ts';
import { atMost, median, spread, type Figure } from './figures.ts';
import { prefix, startFedmon, type Fedmon } from './fedmon.ts';
import { withWorld } from './partner.ts';
import type { BenchOptions, Section } from './section.ts';
import type { World } from './world.ts';

const everyMs = 20_000;
const burst = 200;
/** Due in a second while the process is made warm, and while as many are gathered as are due at one instant. */
const perSecond = 20;
const edges = (perSecond * everyMs) / 1_000;
/** Of these each is alone when it is examined. */
const idleEdges = 20;
const drainMs = 5_000;
/** The most that a burst may add to what is reported, as a multiple of an idle process. */
const mostTimes = 2;

/** What was reported of edges that were examined in some stretch of time, milliseconds. */
export interface Reported {
  readonly edges: number;
  readonly tcpMs: readonly number[];
  readonly tlsMs: readonly number[];
  /** From the first beginning to the last. */
  readonly forMs: number;
}

function stepMs({ observations }: EdgeEvidence, name: StepName): readonly number[] {
  const steps = observations.flatMap((each) => each.steps);
  return steps.filter((step) => step.name === name && step.failure === null).map(({ tookMs }) => tookMs);
}

function reportedOf(evidence: readonly EdgeEvidence[]): Reported {
  const at = evidence.map((each) => Date.parse(each.at));
  return {
    edges: evidence.length,
    tcpMs: evidence.flatMap((each) => stepMs(each, 'tcp_connect')),
    tlsMs: evidence.flatMap((each) => stepMs(each, 'tls_handshake')),
    forMs: at.length === 0 ? 0 : Math.max(...at) - Math.min(...at),
  };
}

/** The evidence that is kept of all edges and was gathered since, the first so many. */
async function gathered(store: Store, { partners }: World, sinceMs: number, most = Infinity): Promise<Reported> {
  const routes = [...(await store.routes(partners.map(({ domain }) => domain))).values()];
  const kept = await store.edges(routes.flatMap((route) => route.edges.map(edgeId)));
  const since = [...kept.values()].filter(({ at }) => Date.parse(at) >= sinceMs);
  return reportedOf(since.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(0, most));
}

/** A process with more edges due at one instant than it can examine at once, and the same process at rest. */
export async function restAndBurst(world: World, fedmon: Fedmon): Promise<{ idle: Reported; full: Reported }> {
  const store = createRedisStore({ url: fedmon.redis.url, prefix }, quiet);
  const queue = new Queue('edge', { connection: { url: fedmon.redis.url }, prefix });
  try {
    await pause(everyMs);
    await queue.pause();
    await pause((burst / perSecond) * 1_000);
    const fullSince = Date.now();
    await queue.resume();
    await pause(drainMs);
    const full = await gathered(store, world, fullSince, burst);
    fedmon.narrow(idleEdges);
    await pause(drainMs);
    const idleSince = Date.now();
    await pause(everyMs);
    return { full, idle: await gathered(store, world, idleSince) };
  } finally {
    await queue.close();
    await store.close();
  }
}

async function run({ profile, keyTypes, say }: BenchOptions): Promise<readonly Figure[]> {
  const [keyType = 'rsa-2048'] = keyTypes;
  return withWorld({ keyType, partners: edges, edgesEach: 1, sharers: 1 }, async (world) => {
    const fedmon = await startFedmon(world, { everyMs, prometheus: null, profile });
    try {
      const { idle, full } = await restAndBurst(world, fedmon);
      say(`${String(idle.edges)} edges at rest, ${String(full.edges)} in the burst`);
      const line = (what: string, values: readonly number[]): Figure => ({ what, value: spread(values, ' ms', 1) });
      return [
        line('tcp_connect, idle', idle.tcpMs),
        line('tcp_connect, burst', full.tcpMs),
        atMost('- as a multiple', median(full.tcpMs) / median(idle.tcpMs), mostTimes),
        line('tls_handshake, idle', idle.tlsMs),
        line('tls_handshake, burst', full.tlsMs),
        atMost('- as a multiple', median(full.tlsMs) / median(idle.tlsMs), mostTimes),
        {
          what: 'edges in the burst, first beginning to last',
          value: `${String(full.edges)}, ${(full.forMs / 1_000).toFixed(2)} s`,
        },
      ];
    } finally {
      await fedmon.stop();
    }
  });
}

export const truthfulSection: Section = {
  name: 'truthful',
  says: `What is reported of partners that take what they always take: connecting and handshake with ${String(burst)} edges due at one instant (their queue is held for as long), and in the same process with ${String(idleEdges)} of them in ${String(everyMs / 1_000)} s. Medians of what stands in the evidence.`,
  long: false,
  run,
};
