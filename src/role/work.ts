import { partnerInWords } from '../config/words.ts';
import type { Handler } from '../queue/consumer.ts';
import type { EdgeJob, RouteJob } from '../queue/job.ts';
import { examineOneEdge } from './edge-work.ts';
import { createEyes } from './eyes.ts';
import { lookUpRoutes } from './route-work.ts';
import { createSentBook } from './sent-book.ts';
import { connectMs, connectsAtOnce, createStarts } from './starts.ts';
import type { WorkPorts } from './work-parts.ts';

/** The two sorts of work, without the queue they come from. Any part of it may be done twice. */
export interface Work {
  readonly route: Handler<RouteJob>;
  readonly edge: Handler<EdgeJob>;
}

export function createWork(ports: WorkPorts): Work {
  const { standpoint } = ports;
  const store = standpoint === undefined ? ports.store : ports.store.at(standpoint.vantage);
  const crowded = new Set<string>();
  const sentBook = createSentBook(store);
  const vantage = standpoint?.vantage ?? ports.config.vantage ?? '';
  const eyes = createEyes({ ...ports, store, crowded, sentBook });
  const partners = [...ports.config.partners, ...eyes.lookouts.values()];
  const parts = {
    ...ports,
    store,
    eyes,
    sentBook,
    partners: new Map(partners.map((partner) => [partner.domain, partner])),
    shared: ports.store,
    crowded,
    starts: createStarts(ports.world.clock),
    connects: createStarts(ports.world.clock, connectsAtOnce, connectMs),
    suspects: new Set<string>(),
    wordsOf: partnerInWords(ports.config.defaults),
    vantage,
  };
  return {
    route: (job, context) => lookUpRoutes(parts, job, context),
    edge: (job, context) => parts.starts.run(() => examineOneEdge(parts, job, context)),
  };
}
