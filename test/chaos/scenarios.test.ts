import { scenarioTests } from './scenario-test.ts';
import { scenarios } from './scenarios.ts';

/** Those whose short forms take longest, so that none of them is left over at the end. */
const first = ['day', 'kills', 'hostile', 'mid-probe'];

scenarioTests(
  scenarios.toSorted((one, other) => Number(first.includes(other.name)) - Number(first.includes(one.name))),
  3,
);
