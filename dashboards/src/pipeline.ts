import { board, type ClassicDashboard } from './board.ts';
import * as sight from './pipeline-sight.ts';
import * as store from './pipeline-store.ts';
import * as work from './pipeline-work.ts';

/** The Pipeline dashboard: can the others be believed. */
export const pipeline = (): ClassicDashboard =>
  board({
    name: 'pipeline',
    title: 'fedmon / Pipeline',
    description: 'Can the other dashboards be believed: the way from the clock over queue and workers to the scrape.',
    from: 'now-6h',
    partner: 'several',
    sections: [
      { title: 'Do we see?', panels: [sight.blind(), sight.canary()] },
      { title: 'Is it fresh, and is it planned?', panels: [work.freshness(), work.scheduler()] },
      {
        title: 'Do the workers keep up?',
        panels: [work.wait(), work.jobs(), work.queues(), work.lost(), work.processes(), work.checks(), work.took()],
      },
      { title: 'Store and scrape', panels: [store.processes(), store.dropped(), store.scrape()] },
      { title: 'Do the vantages agree?', panels: [sight.votes(), sight.results()] },
    ],
  });
