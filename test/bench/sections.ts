import { edgeSection } from './edge.ts';
import { partnerSection } from './partner.ts';
import type { Section } from './section.ts';
import { sharedSection } from './shared.ts';
import { truthfulSection } from './truthful.ts';

/** In the order in which they run. */
export const sections: readonly Section[] = [edgeSection, partnerSection, sharedSection, truthfulSection];
