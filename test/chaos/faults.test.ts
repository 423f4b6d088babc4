import { scenarioTests } from './scenario-test.ts';
import { scenarios } from './scenarios.ts';

const elsewhere = ['kills', 'stops'];

scenarioTests(
  scenarios.filter(({ name }) => !elsewhere.includes(name)),
  2,
);
