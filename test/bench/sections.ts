import { capacitySection } from './capacity.ts';
import { edgeSection } from './edge.ts';
import { growthSection } from './growth.ts';
import { largeSection } from './large.ts';
import { outSection } from './out.ts';
import { partnerSection } from './partner.ts';
import type { Section } from './section.ts';
import { sharedSection } from './shared.ts';
import { slowSection } from './slow.ts';
import { truthfulSection } from './truthful.ts';
import { viewsSection } from './views.ts';

/** In the order in which they run. */
export const sections: readonly Section[] = [
  edgeSection,
  partnerSection,
  sharedSection,
  truthfulSection,
  viewsSection,
  slowSection,
  largeSection,
  outSection,
  growthSection,
  capacitySection,
];
