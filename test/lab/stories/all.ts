import { answerStories } from './answer.ts';
import { certificateStories } from './certificate.ts';
import { connectionStories } from './connection.ts';
import { routeStories } from './route.ts';
import { workingStories } from './working.ts';
import type { Story } from './story.ts';

/** Every partner of the fleet, the working ones first. */
export const stories: readonly Story[] = [
  ...workingStories,
  ...routeStories,
  ...connectionStories,
  ...certificateStories,
  ...answerStories,
];
