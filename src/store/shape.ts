import { transports, type Edge } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import { checks, type EdgeEvidence, type Observation, type RouteEvidence } from '../federation/observation.ts';
import type { Standing, StandingChange } from '../federation/standing.ts';
import { partnerStates, type JudgedState } from '../federation/state.ts';

// Checked by hand and no deeper than views reach without looking: the version promises the rest, and a scrape reads
// every value of the store. What a kind learned (`facts`) stays unknown here.

type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';
export const isOneOf = (words: readonly string[], value: unknown): boolean => isText(value) && words.includes(value);
export const isListOf = (value: unknown, is: (each: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is);

function isJudgedState(value: unknown): value is JudgedState {
  return value !== 'maintenance' && isOneOf(partnerStates, value);
}

function isEdge(value: unknown): value is Edge {
  return (
    isRecord(value) &&
    isOneOf(transports, value['transport']) &&
    isText(value['host']) &&
    isNumber(value['port']) &&
    isText(value['address']) &&
    isText(value['serverName']) &&
    typeof value['options'] === 'boolean' &&
    (value['maxForwards'] === undefined || isNumber(value['maxForwards'])) &&
    (value['identity'] === undefined || isText(value['identity']))
  );
}

function isStep(value: unknown): boolean {
  return isRecord(value) && isText(value['name']) && isNumber(value['tookMs']) && 'failure' in value;
}

function isObservation(value: unknown): value is Observation<unknown> {
  return (
    isRecord(value) &&
    isOneOf(checks, value['kind']) &&
    isText(value['at']) &&
    isListOf(value['steps'], isStep) &&
    'facts' in value
  );
}

function isFinding(value: unknown): value is Finding {
  return (
    isRecord(value) &&
    isText(value['code']) &&
    isText(value['severity']) &&
    isText(value['layer']) &&
    isText(value['summary']) &&
    isRecord(value['args'])
  );
}

const isFindingOrNull = (value: unknown): boolean => value === null || isFinding(value);

export function isRouteEvidence(value: unknown): value is RouteEvidence {
  return (
    isRecord(value) &&
    isText(value['domain']) &&
    isNumber(value['slotMs']) &&
    isText(value['at']) &&
    isObservation(value['observation']) &&
    isListOf(value['edges'], isEdge)
  );
}

export function isEdgeEvidence(value: unknown): value is EdgeEvidence {
  return (
    isRecord(value) &&
    isEdge(value['edge']) &&
    isNumber(value['slotMs']) &&
    isText(value['at']) &&
    isListOf(value['observations'], isObservation)
  );
}

function isPending(value: unknown): boolean {
  if (value === null) return true;
  return (
    isRecord(value) && isJudgedState(value['state']) && isNumber(value['count']) && isFindingOrNull(value['cause'])
  );
}

function isEdgeCount(value: unknown): boolean {
  return isRecord(value) && isNumber(value['up']) && isNumber(value['down']) && isNumber(value['unproven']);
}

function isOutcome(value: unknown): boolean {
  return isRecord(value) && isJudgedState(value['state']) && isNumber(value['atMs']);
}

export function isStanding(value: unknown): value is Standing {
  return (
    isRecord(value) &&
    isText(value['domain']) &&
    isNumber(value['slotMs']) &&
    isNumber(value['examinedMs']) &&
    isJudgedState(value['state']) &&
    isNumber(value['sinceMs']) &&
    (value['changedMs'] === undefined || isNumber(value['changedMs'])) &&
    (value['lastGoodMs'] === null || isNumber(value['lastGoodMs'])) &&
    isFindingOrNull(value['cause']) &&
    isListOf(value['consequences'], isFinding) &&
    isPending(value['pending']) &&
    isFindingOrNull(value['lastBroken']) &&
    isListOf(value['recent'], isOutcome) &&
    isRecord(value['layers']) &&
    isEdgeCount(value['edges']) &&
    isRecord(value['checks'])
  );
}

export function isStandingChange(value: unknown): value is StandingChange {
  return (
    isRecord(value) &&
    isText(value['domain']) &&
    isNumber(value['atMs']) &&
    isNumber(value['slotMs']) &&
    isJudgedState(value['from']) &&
    isJudgedState(value['to']) &&
    isFindingOrNull(value['cause'])
  );
}
