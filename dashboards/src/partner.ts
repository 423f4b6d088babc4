import { board, type ClassicDashboard } from './board.ts';
import * as path from './partner-path.ts';
import * as verdict from './partner-verdict.ts';
import * as work from './partner-work.ts';

/** The Partner dashboard, where alerts lead: what broke, since when, what do I tell them. */
export const partner = (): ClassicDashboard =>
  board({
    name: 'partner',
    title: 'fedmon / Partner',
    description: 'What broke at one partner, at which layer and edge, since when, and what cannot be proved from here.',
    from: 'now-6h',
    partner: 'one',
    sections: [
      {
        title: 'What broke, and what is proven?',
        panels: [verdict.verdict(), verdict.proven(), verdict.limits(), verdict.alerts(), verdict.stateHistory()],
      },
      { title: 'Where on the path?', panels: [path.matrix(), path.edges(), verdict.layerHistory()] },
      {
        title: 'What changed?',
        panels: [
          path.routeHistory(),
          path.edgeStatus(),
          path.certificateHistory(),
          path.lifetimeHistory(),
          work.sipHistory(),
          work.took(),
        ],
      },
      {
        title: 'How often does it fail, and how often do we ask?',
        panels: [work.failures(), work.failureRate(), work.probeRate(), work.age()],
      },
    ],
  });
