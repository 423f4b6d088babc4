import { board, type ClassicDashboard } from './board.ts';
import * as history from './fleet-history.ts';
import * as panels from './fleet-panels.ts';
import { alerts, causes, edgesDown, trouble } from './fleet-tables.ts';

/** The Fleet dashboard: can our people reach partners, is it us or them, whom to look at first. */
export const fleet = (): ClassicDashboard =>
  board({
    name: 'fleet',
    title: 'fedmon / Fleet',
    description: 'Can our people reach their federation partners now, is it us or them, and whom to look at first.',
    from: 'now-6h',
    partner: 'several',
    sections: [
      {
        title: 'Can our people reach partners, and can this be believed?',
        panels: [
          panels.healthy(),
          panels.healthyByTier(),
          panels.byState(),
          panels.believable(),
          panels.canary(),
          panels.fresh(),
        ],
      },
      { title: 'Is it us or them?', panels: [causes(), alerts()] },
      { title: 'Whom to look at first', panels: [trouble()] },
      {
        title: 'What do they have in common, and what breaks next?',
        panels: [panels.byLayer(), panels.byCode(), panels.byProvider(), edgesDown(), panels.certificates()],
      },
      { title: 'What happened?', panels: [history.states(), history.timeline()] },
      { title: 'What was promised', panels: [history.objectives(), history.availability()] },
    ],
  });
