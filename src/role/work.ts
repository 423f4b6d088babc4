import { partnerInWords } from '../config/words.ts';
import type { Handler } from '../queue/consumer.ts';
import type { EdgeJob, RouteJob } from '../queue/job.ts';
import { commitAll, commitCompany } from './commits.ts';
import { examineEdges } from './edge-work.ts';
import { createEyes } from './eyes.ts';
import { askAll, askCompany, keepAll, routeCompany } from './route-parts.ts';
import { lookUpRoutes } from './route-work.ts';
import { createSentBook } from './sent-book.ts';
import { untilQuiet } from './quiet.ts';
import { connectMs, connectsAtOnce, createLanes, createStarts, startMs, startsAtOnce } from './starts.ts';
import { together } from './together.ts';
import { turnsTogether } from './turn.ts';
import type { WorkParts, WorkPorts } from './work-parts.ts';

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
  const { clock } = ports.world;
  const turns = { ...ports, crowded, store: turnsTogether(store, clock) };
  const eyes = createEyes({ ...ports, store, crowded, sentBook });
  const partners = [...ports.config.partners, ...eyes.lookouts.values()];
  const parts: WorkParts = {
    ...ports,
    store,
    eyes,
    sentBook,
    partners: new Map(partners.map((partner) => [partner.domain, partner])),
    shared: ports.store,
    turns,
    lanes: createLanes(),
    starts: createStarts(clock, startsAtOnce, startMs),
    connects: createStarts(clock, connectsAtOnce, connectMs, () => untilQuiet(clock)),
    keepRoute: together(clock, routeCompany, (all) => keepAll(parts, all)),
    ask: together(clock, askCompany, (all) => askAll(parts, all)),
    commit: together(clock, commitCompany, (all) => commitAll(parts, all)),
    suspects: new Set<string>(),
    wordsOf: partnerInWords(ports.config.defaults),
    vantage,
  };
  return {
    route: (job, context) => lookUpRoutes(parts, job, context),
    edge: (job, context) => examineEdges(parts, job, context),
  };
}
