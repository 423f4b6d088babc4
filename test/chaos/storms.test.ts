import { kills, stops } from './kills.ts';
import { scenarioTests } from './scenario-test.ts';

scenarioTests([kills, stops], 1);
