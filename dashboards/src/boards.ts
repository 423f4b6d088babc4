import type { ClassicDashboard } from './board.ts';
import { certificates } from './certificates.ts';
import { fleet } from './fleet.ts';
import { partner } from './partner.ts';
import { pipeline } from './pipeline.ts';

/** Every dashboard by its name; the file is called like it. */
export const boards = { fleet, partner, certificates, pipeline } as const satisfies Readonly<
  Record<string, () => ClassicDashboard>
>;

/** The dashboards there are. */
export const boardNames = Object.keys(boards) as readonly (keyof typeof boards)[];
