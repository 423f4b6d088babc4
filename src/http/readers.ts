import type { FastifyInstance } from 'fastify';
import { allowance } from './allowance.ts';
import { tooOften } from './problem.ts';

/** So many reads of one address are answered in ten seconds. */
export const mostReads = 500;
const withinMs = 10_000;

/** What monitoring asks for, a partner at a time or whatever else is going on, and what a page is made up with. */
const isFree = (path: string): boolean => /^\/(metrics|probe|sd|-\/.*|page\.\w+)$/.test(path);

/**
 * One address cannot keep the process from its work by reading: the same process may examine partners. Metrics, health
 * and what stands in for blackbox_exporter are always answered.
 */
export function limitReaders(app: FastifyInstance, nowMs?: () => number): void {
  const reads = allowance(mostReads, withinMs, nowMs);
  app.addHook('onRequest', (request, reply, done) => {
    const isCounted = !isFree(request.url.split('?', 1)[0] ?? '');
    const afterMs = isCounted ? reads.waitMs(request.ip) : 0;
    if (afterMs > 0) {
      tooOften(reply, afterMs, 'Too much was asked for from this address');
      return;
    }
    if (isCounted) reads.spend(request.ip);
    done();
  });
}
