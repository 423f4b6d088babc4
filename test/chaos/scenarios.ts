import { clock } from './clock.ts';
import { day } from './day.ts';
import { ends } from './ends.ts';
import { failover } from './failover.ts';
import { detection } from './failures.ts';
import { hostile } from './hostile.ts';
import { midProbe } from './mid-probe.ts';
import { kills, stops } from './kills.ts';
import { memory } from './memory.ts';
import { flushes, outages } from './redis-away.ts';
import type { Scenario } from './scenario.ts';

/** All of them, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  kills,
  stops,
  outages,
  failover,
  flushes,
  memory,
  midProbe,
  detection,
  day,
  clock,
  ends,
  hostile,
];
