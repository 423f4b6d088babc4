import type { Sample } from '../probe/probe.ts';
import type { LabelName, MetricName } from './catalogue.ts';

/** A sample whose name and labels are those of the catalogue: anything else does not compile. */
export function sample<Name extends MetricName>(
  metric: Name,
  labels: Readonly<Record<LabelName<Name>, string>>,
  value: number,
): Sample {
  return { metric, labels, value };
}

/** Milliseconds to seconds without the noise of a binary fraction. */
export function seconds(ms: number): number {
  return Math.round(ms) === ms ? ms / 1000 : Math.round(ms * 1000) / 1_000_000;
}
