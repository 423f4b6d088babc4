import { z } from 'zod';
import { transports, type Edge } from '../federation/edge.ts';

/** The queues, one per sort of work. */
export const queueNames = ['route', 'edge'] as const;
export type QueueName = (typeof queueNames)[number];

/** Route jobs of this version are understood; another one is put back for a newer or older worker. */
export const jobVersion = 1;
/** The same of edge jobs. Before, each had one edge. */
export const edgeJobVersion = 2;
export const jobVersions: Readonly<Record<QueueName, number>> = { route: jobVersion, edge: edgeJobVersion };

/** Look up the routes of some partners for their slots. Several a job: a tenth of the queue's cost. */
export interface RouteJob {
  readonly v: typeof jobVersion;
  readonly slots: readonly { readonly domain: string; readonly slotMs: number }[];
}

/** One edge that is to be examined once for all the partners behind it. */
export interface EdgeSlot {
  readonly edge: Edge;
  readonly slotMs: number;
  /** Budget and interval of the partner that asked, milliseconds; others behind the edge may want more or less time. */
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** Since when it could be examined, epoch milliseconds, where it was put back out of a job with others. */
  readonly sinceMs?: number;
  /** How many workers died with it in a job with others. */
  readonly deaths?: number;
  /**
   * It may have been examined: it is looked whether that is recorded. `left`: by a job that nobody has any more, whose turn is
   * its own; `asked`: by one that somebody may have now.
   */
  readonly again?: 'left' | 'asked';
}

/** Examine some edges, each by itself. */
export interface EdgeJob {
  readonly v: typeof edgeJobVersion;
  readonly slots: readonly EdgeSlot[];
}

/** At most this many partners ride in one route job. */
export const partnersPerJob = 20;

/** At most this many edges ride in one edge job: as many as the partners of a route job have, where each has one. */
export const edgesPerJob = 20;

const slot = z.strictObject({ domain: z.string().max(253), slotMs: z.int().nonnegative() });
const edge = z.strictObject({
  transport: z.enum(transports),
  host: z.string().max(253),
  port: z.int().min(1).max(65535),
  address: z.string().max(45),
  serverName: z.string().max(253),
  options: z.boolean(),
  maxForwards: z.int().min(0).max(255).exactOptional(),
  identity: z.string().min(1).max(64).exactOptional(),
});

export const routeJob: z.ZodType<RouteJob> = z.strictObject({
  v: z.literal(jobVersion),
  slots: z.array(slot).max(partnersPerJob),
});

const edgeSlot = z.strictObject({
  edge,
  slotMs: z.int().nonnegative(),
  timeoutMs: z.int().positive(),
  everyMs: z.int().positive(),
  sinceMs: z.int().nonnegative().exactOptional(),
  deaths: z.int().positive().exactOptional(),
  again: z.enum(['left', 'asked']).exactOptional(),
});

export const edgeJob: z.ZodType<EdgeJob> = z.strictObject({
  v: z.literal(edgeJobVersion),
  slots: z.array(edgeSlot).min(1).max(edgesPerJob),
});
