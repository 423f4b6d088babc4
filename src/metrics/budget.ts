import { metrics, type Subject } from './catalogue.ts';
import type { Written } from './exposition.ts';

/** The most series that one partner, edge, vantage or process can have. */
export function mostSeriesOf(subject: Subject): number {
  return Object.values(metrics)
    .filter(({ about }) => about === subject)
    .reduce((sum, { most }) => sum + most, 0);
}

/** A usual partner has no more: every layer proven, one edge, one code that it ever failed with. */
export const usualSeriesOfPartner = 27;

/** The most series of the fleet in one exposition: 10,000 partners with all they can have, and the edges between them. */
export const mostSeries = 500_000;

/** The parts that fit, each whole or not at all; `drop` is told how many series do not. */
export function* withinBudget(
  parts: Iterable<Written>,
  drop: (series: number) => void,
  most: number = mostSeries,
): Generator<Written, void, undefined> {
  let left = most;
  let dropped = 0;
  for (const part of parts) {
    if (part.series > left) dropped += part.series;
    else {
      left -= part.series;
      yield part;
    }
  }
  drop(dropped);
}
