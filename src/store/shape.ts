import { blindReasons, type Look } from '../federation/blindness.ts';
import { transports, type Edge } from '../federation/edge.ts';
import type { Finding } from '../federation/finding.ts';
import type { OwnCertificateReport, OwnReport } from '../federation/own-report.ts';
import { checks, type EdgeEvidence, type Observation, type RouteEvidence } from '../federation/observation.ts';
import type { Standing, StandingChange } from '../federation/standing.ts';
import { partnerStates, type JudgedState } from '../federation/state.ts';
import { voteWords } from '../federation/vantage.ts';

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

const pauseReasons = ['retry_after', 'refusals'];
const isAbsentOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value);

const isKept = (value: unknown): boolean =>
  isRecord(value) && isText(value['until']) && isOneOf(pauseReasons, value['why']);

const isRestraint = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value['refusals']) &&
  (value['until'] === null || isText(value['until'])) &&
  (value['why'] === null || isOneOf(pauseReasons, value['why']));

function isObservation(value: unknown): value is Observation<unknown> {
  return (
    isRecord(value) &&
    isOneOf(checks, value['kind']) &&
    isText(value['at']) &&
    isListOf(value['steps'], isStep) &&
    'facts' in value &&
    isAbsentOr(isKept, value['kept'])
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
    isListOf(value['observations'], isObservation) &&
    isAbsentOr(isRestraint, value['restraint'])
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

const isNumberOrNull = (value: unknown): boolean => value === null || isNumber(value);
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

function isVote(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value['vantage']) &&
    isOneOf(voteWords, value['says']) &&
    (value['state'] === null || isJudgedState(value['state'])) &&
    isNumberOrNull(value['slotMs']) &&
    isNumberOrNull(value['examinedMs']) &&
    isTextOrNull(value['code']) &&
    isTextOrNull(value['summary'])
  );
}

function isBallot(value: unknown): boolean {
  return isRecord(value) && isNumber(value['quorum']) && isListOf(value['votes'], isVote) && isText(value['shownFrom']);
}

function isDay(value: unknown): boolean {
  return isRecord(value) && isNumber(value['endMs']) && isText(value['found']);
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
    isRecord(value['checks']) &&
    (value['day'] === undefined || isDay(value['day'])) &&
    (value['ballot'] === undefined || isBallot(value['ballot']))
  );
}

export function isLook(value: unknown): value is Look {
  return (
    isRecord(value) &&
    isText(value['vantage']) &&
    isText(value['target']) &&
    isNumber(value['slotMs']) &&
    typeof value['passed'] === 'boolean' &&
    isNumber(value['sinceMs']) &&
    (value['lastGoodMs'] === null || isNumber(value['lastGoodMs'])) &&
    (value['reason'] === null || isOneOf(blindReasons, value['reason'])) &&
    isFindingOrNull(value['cause'])
  );
}

function isOwnCertificate(value: unknown): value is OwnCertificateReport {
  return (
    isRecord(value) &&
    isText(value['name']) &&
    isListOf(value['names'], isText) &&
    isTextOrNull(value['issuer']) &&
    isTextOrNull(value['notBefore']) &&
    isTextOrNull(value['notAfter']) &&
    isListOf(value['findings'], isFinding)
  );
}

export function isOwnReport(value: unknown): value is OwnReport {
  return (
    isRecord(value) &&
    isNumber(value['slotMs']) &&
    isTextOrNull(value['domain']) &&
    (value['targets'] === null || isListOf(value['targets'], isText)) &&
    isNumberOrNull(value['targetsMs']) &&
    isListOf(value['certificates'], isOwnCertificate) &&
    isNumber(value['dropped'])
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
