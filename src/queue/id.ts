import { createHash } from 'node:crypto';
import { edgeId } from '../federation/edge.ts';
import type { EdgeJob, RouteJob } from './job.ts';

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Equal for equal members and slots: adding the same work again adds nothing. BullMQ refuses `:` and plain integers. */
export function routeJobId(job: Pick<RouteJob, 'slots'>): string {
  return `route-${digest(job.slots.map(({ domain, slotMs }) => `${domain}@${String(slotMs)}`).join('\n'))}`;
}

export function edgeJobId({ slots }: Pick<EdgeJob, 'slots'>): string {
  return `edge-${digest(slots.map(({ edge, slotMs }) => `${edgeId(edge)}@${String(slotMs)}`).join('\n'))}`;
}
