import { blindReasons, type Blindness, type Look } from '../federation/blindness.ts';
import { canaryName, fleetName } from '../federation/canary.ts';
import type { Sight } from '../store/snapshot.ts';
import type { Sample } from '../probe/probe.ts';
import { sample, seconds } from './sample.ts';

function lastSuccess({ vantage, target, lastGoodMs }: Look): readonly Sample[] {
  if (lastGoodMs === null || target === fleetName) return [];
  return target === canaryName
    ? [sample('fedmon_canary_last_success_timestamp_seconds', { vantage }, seconds(lastGoodMs))]
    : [sample('fedmon_control_last_success_timestamp_seconds', { vantage, control: target }, seconds(lastGoodMs))];
}

/** By what we know that we see. Whether a vantage is blind is said once its canary was looked at, or we were suspected. */
export function projectSight({ blind, looks }: Sight): readonly Sample[] {
  const reasons = new Map<string, Blindness['reason']>(blind.map(({ vantage, reason }) => [vantage, reason]));
  const saying = looks.filter(({ target }) => target === canaryName || target === fleetName);
  const places = [...new Set(saying.map(({ vantage }) => vantage))];
  return [
    ...places.flatMap((vantage) =>
      blindReasons.map((reason) =>
        sample('fedmon_blind', { vantage, reason }, reasons.get(vantage) === reason ? 1 : 0),
      ),
    ),
    ...looks.flatMap(lastSuccess),
  ];
}
