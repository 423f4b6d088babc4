import { lately, within, type Expectations } from './expected.ts';

/** What the Pipeline dashboard shows of the demo: three processes, two queues, nothing lost. */
export const expectedPipeline: Expectations = {
  'Partners not examined for three intervals A': within(1, 0, 5),
  'Scheduler: time since the last look A': within(1, -2, 10),
  'Examinations that were not carried out missed': within(1, 0, 5),
  'Examinations that were not carried out late': within(1, 0, 5),
  'Examinations that were not carried out withheld': within(1, 0, 0),
  'Queue: how long jobs wait half': within(1, 0, 5),
  'Queue: how long jobs wait most': within(1, 0, 10),
  // Mostly none waits when it is scraped.
  'Queue: how long jobs wait oldest': (rows) =>
    rows.every(({ value }) => value >= 0 && value < 10) ? null : 'a job of the demo waits',
  'Queue: jobs, and workers that take them jobs': within(6, 0, 1_000),
  'Queue: jobs, and workers that take them workers': within(2, 1, 4),
  'Workers: jobs, and those that failed done': within(2, 0.1, 1_000),
  'Workers: jobs, and those that failed failed': within(2, 0, 0),
  'Workers: jobs, and those that failed stalled': within(2, 0, 0),
  'Workers: jobs, and those that failed quarantined': within(2, 0, 0),
  'Processes: event loop and clock lag': within(3, 0, 5),
  'Processes: event loop and clock clock': (rows) => (rows.length >= 1 ? null : 'no clock'),
  'Processes: version, store and configuration build': within(3, 1, 1),
  'Processes: version, store and configuration store': within(3, 1, 1),
  'Processes: version, store and configuration config': within(3, 1, 1),
  'Processes: version, store and configuration since': lately(3),
  'Processes: version, store and configuration identity': within(1, 1, 1),
  'Series left out of the scrape A': within(1, 0, 0),
  'Checks per second, and under way rate': within(5, 0, 1_000),
  'Checks per second, and under way now': within(1, 0, 256),
  'Checks: how long 95 of 100 take at most A': within(5, 0, 60),
  'Blind, by vantage and reason A': within(7, 0, 0),
  'Canary and controls: time since they passed canary': within(1, 0, 60),
  // The demo has no controls and one vantage.
  'Canary and controls: time since they passed controls': 0,
  'Vantages: partners by vote A': 0,
  'Vantages: time since the last result A': 0,
  'Scrape: how long it takes scrape': within(3, 0, 5),
  'Scrape: how long it takes collect': within(1, 0, 5),
};
