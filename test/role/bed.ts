import type { Stops } from '../../src/federation/stop.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { Lookouts } from '../../src/federation/canary.ts';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { systemClock, type Clock } from '../../src/net/clock.ts';
import { ShuttingDown } from '../../src/net/deadline.ts';
import type { Net } from '../../src/net/net.ts';
import type { ZoneMemory } from '../../src/probe/dns/zone.ts';
import type { ExaminationSettings } from '../../src/probe/examination.ts';
import type { JobContext } from '../../src/queue/consumer.ts';
import { edgeJobId } from '../../src/queue/id.ts';
import { edgeJobVersion, type EdgeJob, type EdgeSlot } from '../../src/queue/job.ts';
import { createWork, type Work } from '../../src/role/work.ts';
import { emptyMemory } from '../../src/store/memory-parts.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import {
  certificateFacts,
  scriptedNet,
  type DnsScript,
  type EdgeScript,
  type ScriptedNet,
} from '../fakes/scripted-net.ts';
import { uncounted } from './uncounted.ts';

/** A whole minute, so that windows of a minute begin here. */
export const base = Date.UTC(2026, 5, 1, 12, 0, 0);

export const settings: ExaminationSettings = {
  dns: { servers: [{ address: '192.0.2.53', port: 53 }] },
  sip: { domain: 'mon.example', userAgent: 'fedmon/0 (+https://mon.example)' },
};

/** A 200 that matches the request it answers. */
export function okTo(request: string): readonly string[] {
  const lines = request.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/i.test(line));
  const to = /^To:.*$/im.exec(request)?.[0] ?? 'To: <sip:x>';
  return [['SIP/2.0 200 OK', ...lines, `${to};tag=1`, 'Content-Length: 0', '', ''].join('\r\n')];
}

const day = 86_400_000;

/** An edge without any blemish at this instant. */
export function healthyEdge(nowMs: number): EdgeScript {
  const leaf = certificateFacts({
    commonName: 'sip.shared.example',
    notBefore: new Date(nowMs - 30 * day).toISOString(),
    notAfter: new Date(nowMs + 300 * day).toISOString(),
    names: { dns: ['sip.shared.example'], uri: [], ip: [] },
  });
  return { tls: { chain: [leaf] }, replies: okTo };
}

export const sharedHost = 'sip.shared.example';
export const sharedRoute = { host: sharedHost, port: 5061 };

/** The DNS of the host that several partners are pinned to. */
export const sharedDns: Record<string, DnsScript> = {
  '* SRV': 'dns_nodata',
  [`${sharedHost} A`]: [{ type: 'A', name: sharedHost, ttl: 60, address: '192.0.2.1' }],
  [`${sharedHost} AAAA`]: 'dns_nodata',
};

/** A queue in memory that knows a job by its id, as the real one does. */
export class EdgeQueue {
  readonly all = new Map<string, EdgeJob>();
  readonly delays: number[] = [];
  /** The edges of jobs that were put before all that wait. */
  readonly urgent: string[] = [];
  readonly #taken = new Set<string>();
  down = false;
  /** Slots that rest, and for how long. */
  readonly later: { readonly domain: string; readonly slotMs: number; readonly delayMs: number }[] = [];

  addLater(slot: { readonly domain: string; readonly slotMs: number }, delayMs: number): Promise<void> {
    this.later.push({ ...slot, delayMs });
    return Promise.resolve();
  }

  /** Each in a job of its own. */
  addEdges(slots: readonly EdgeSlot[], delaysMs: readonly number[] = [], urgent = false): Promise<void> {
    if (this.down) return Promise.reject(Object.assign(new Error('queue is down'), { code: 'queue_unavailable' }));
    this.delays.push(...delaysMs);
    if (urgent) this.urgent.push(...slots.map(({ edge }) => edge.address));
    for (const slot of slots) {
      const job: EdgeJob = { v: edgeJobVersion, slots: [slot] };
      this.all.set(edgeJobId(job), this.all.get(edgeJobId(job)) ?? job);
    }
    return Promise.resolve();
  }

  /** What was not taken before, in one job as the real queue has it; each may be added alone after it. */
  takeTogether(): EdgeJob {
    const jobs = this.take();
    for (const job of jobs) {
      this.all.delete(edgeJobId(job));
      this.#taken.delete(edgeJobId(job));
    }
    this.delays.length = 0;
    return { v: edgeJobVersion, slots: jobs.flatMap(({ slots }) => slots) };
  }

  /** Jobs not taken before. */
  take(): readonly EdgeJob[] {
    const fresh = [...this.all].filter(([id]) => !this.#taken.has(id));
    for (const [id] of fresh) this.#taken.add(id);
    return fresh.map(([, job]) => job);
  }
}

export interface Counted {
  late: number;
  withheld: number;
  waited: number;
  inFlight: number;
  took: string[];
  warned: string[];
  quarantined: string[];
}

export interface Bed {
  readonly work: Work;
  readonly store: Store;
  readonly queue: EdgeQueue;
  readonly net: ScriptedNet;
  readonly counted: Counted;
  /** The clock of the store, by how much that of the workers is behind it, and theirs for what takes time (the real one). */
  readonly time: { nowMs: number; behindMs: number; doubted: boolean; monotonic: () => number };
  /** A further worker on the same store and queue with another config. */
  worker(partners: readonly Partner[], gapMs?: number, stops?: Stops): Work;
  context(over?: Partial<JobContext>): JobContext;
}

export function bed(
  partners: readonly Partner[],
  script: { dns?: Record<string, DnsScript>; edges?: Record<string, EdgeScript> } = {},
  lookouts: Lookouts = {},
  /** What is examined over instead of the script. */
  real?: Net,
): Bed {
  const queue = new EdgeQueue();
  const zones: ZoneMemory = new Map();
  const time = { nowMs: base + 30_000, behindMs: 0, doubted: false, monotonic: () => systemClock.monotonic() };
  const store = createMemoryStore(emptyMemory(), () => time.nowMs);
  const clock: Clock = { ...systemClock, wall: () => time.nowMs - time.behindMs, monotonic: () => time.monotonic() };
  const net = scriptedNet({ dns: sharedDns, edges: { '192.0.2.1:5061': healthyEdge(base) }, ...script });
  const counted: Counted = { late: 0, withheld: 0, waited: 0, inFlight: 0, took: [], warned: [], quarantined: [] };
  const own = uncounted({
    jobWaited: () => void (counted.waited += 1),
    skippedLate: (slots: number) => void (counted.late += slots),
    withheld: (examinations: number) => void (counted.withheld += examinations),
    probeStarted: () => void (counted.inFlight += 1),
    probeEnded: () => void (counted.inFlight -= 1),
    checkTook: (check: string) => void counted.took.push(check),
    jobQuarantined: (queue: string) => void counted.quarantined.push(queue),
  });
  const say = (_: object, message?: string): void => void counted.warned.push(message ?? '');
  const worker = (some: readonly Partner[], gapMs = 0, stops?: Stops): Work =>
    createWork({
      config: {
        partners: some,
        hysteresis: defaultHysteresis,
        politeness: { gapMs, ...(stops === undefined ? {} : { stops }) },
        ...lookouts,
      },
      store,
      producer: queue,
      world: { net: real ?? net, clock },
      // As a worker does over real sockets.
      settings: real === undefined ? settings : { ...settings, dns: { ...settings.dns, zones } },
      log: { warn: say, error: say },
      doubted: () => time.doubted,
      own,
    });
  const context = (over: Partial<JobContext> = {}): JobContext => ({
    signal: new AbortController().signal,
    enqueuedMs: time.nowMs,
    rerun: false,
    orphaned: false,
    deaths: 0,
    urgent: false,
    ...over,
  });
  return { work: worker(partners), store, queue, net, counted, time, worker, context };
}

/** A signal that fires as it does when the process stops. */
export function stopAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new ShuttingDown('the process is stopping')), ms);
  return controller.signal;
}
