import { edgeName } from '../federation/edge.ts';
import type { EdgeEvidence, RouteEvidence } from '../federation/observation.ts';
import type { Baseline } from '../federation/baseline.ts';
import type { Look } from '../federation/blindness.ts';
import { smallerBook, type CauseBook } from '../federation/cause/book.ts';
import type { Change } from '../federation/change.ts';
import type { LedgerEntry } from '../federation/ledger.ts';
import type { Setup } from '../federation/ours.ts';
import { smallerOwnReport, type OwnReport } from '../federation/own-report.ts';
import type { Standing } from '../federation/standing.ts';
import { smallerBaseline, smallerChange, smallerEdge, smallerRoute, smallerSetup, smallerStanding } from './shrink.ts';
import type { Store } from './store.ts';

/** Values of this version are understood; others are treated as absent, counted, and replaced by the next write. */
export const valueVersion = 1;

/** A value that takes more bytes is kept in a smaller version, if there is one that fits. */
export const mostValueBytes = 65_536;

/** A store that tells how many values it met and could not use: of an unknown version, or not parsable. */
export interface CodedStore extends Store {
  readonly ignoredValues: number;
}

/** A value of which even the smallest version takes more room than one may: kept out, since every view would carry it. */
export class EvidenceTooLarge extends Error {
  override readonly name = 'EvidenceTooLarge';
  readonly code = 'evidence_too_large';
}

/** How every value begins. The scripts compare slots by this text alone, without parsing what follows. */
export const valueHead = `{"v":${String(valueVersion)},"slotMs":`;

/** No head is longer than this, the slot included. */
export const headLength = 40;

const markHead = ',"mark":"';
const markLength = 10;
/** Where the sign of a value stands in its text: the slot, and a mark that is another with each writing. Octets. */
export const signFrom = valueHead.length;
export const signUntil = signFrom + '1700000000000'.length + markHead.length + markLength;

/** What a value is known by without the rest of its text; null: it was written by a version that did not mark. */
export function signOf(text: string): string | null {
  const sign = text.slice(signFrom, signUntil);
  // A text of its own: a slice would keep all of the value.
  return sign.includes(markHead) ? Buffer.from(sign, 'latin1').toString('latin1') : null;
}

const newMark = (): string =>
  `${markHead}${Math.random().toString(36).slice(2).padEnd(markLength, '0').slice(0, markLength)}"`;

const head = new RegExp(`^${valueHead.replace('{', '\\{')}(\\d+),`);

/** The slot a value belongs to, epoch milliseconds; null where there is no value of our version. */
export function slotOf(text: string | null): number | null {
  const digits = text === null ? undefined : head.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

type Body =
  RouteEvidence | EdgeEvidence | Standing | Baseline | Change | Look | OwnReport | LedgerEntry | CauseBook | Setup;

function encode<B extends Body>(body: B, about: string, smaller: (body: B) => Iterable<B>, mark = newMark()): string {
  if (!Number.isSafeInteger(body.slotMs) || body.slotMs < 0) {
    throw new RangeError(`the slot of ${about} is ${String(body.slotMs)}, not a count of milliseconds`);
  }
  const whole = textOf(body, mark);
  if (Buffer.byteLength(whole) <= mostValueBytes) return whole;
  for (const each of smaller(body)) {
    const text = textOf(each, mark);
    if (Buffer.byteLength(text) <= mostValueBytes) return text;
  }
  const bytes = Buffer.byteLength(whole);
  throw new EvidenceTooLarge(`${about} takes ${String(bytes)} bytes, at most ${String(mostValueBytes)} are kept`);
}

function textOf(body: Body, mark: string): string {
  return `${valueHead}${String(body.slotMs)}${mark},"body":${JSON.stringify(body)}}`;
}

/** Values as texts. Throws EvidenceTooLarge, and RangeError for a slot that is no count of milliseconds. */
export const encoded = {
  route: (route: RouteEvidence): string => encode(route, `the evidence of the route of ${route.domain}`, smallerRoute),
  edge: (evidence: EdgeEvidence): string =>
    encode(evidence, `the evidence of edge ${edgeName(evidence.edge)} (${evidence.edge.address})`, smallerEdge),
  standing: (standing: Standing): string => encode(standing, `the standing of ${standing.domain}`, smallerStanding),
  baseline: (baseline: Baseline): string => encode(baseline, `the baseline of ${baseline.domain}`, smallerBaseline),
  // The words of one finding: there is nothing in it that could be large.
  look: (look: Look): string => encode(look, `the look at ${look.target}`, () => []),
  // At most three sendings, in our own words. Without a mark: an entry that is there already is known by its text.
  ledger: (entry: LedgerEntry): string => encode(entry, 'an entry of the ledger', () => [], ''),
  causes: (book: CauseBook): string => encode(book, 'the book of causes', smallerBook),
  own: (report: OwnReport): string => encode(report, 'the report of our own certificates', smallerOwnReport),
  // Words that are bounded, of as many settings as there are.
  setup: (setup: Setup): string => encode(setup, 'what partners are examined with', smallerSetup),
  change: (change: Change): string => encode(change, `a change of ${change.domain ?? 'ours'}`, smallerChange),
} as const;

/** Reads values and counts those it had to ignore. */
export interface Decoder {
  readonly ignored: number;
  /** The body of a value, or null when there is none, its version is unknown, or it is not what `is` asks for. */
  decode<T>(text: string | null, is: (body: unknown) => body is T): T | null;
  ignore(count: number): void;
}

export function createDecoder(): Decoder {
  let ignored = 0;
  return {
    get ignored() {
      return ignored;
    },
    decode(text, is) {
      if (text === null) return null;
      const body = slotOf(text) === null ? undefined : bodyOf(text);
      if (is(body)) return body;
      ignored += 1;
      return null;
    },
    ignore(count) {
      ignored += count;
    },
  };
}

function bodyOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'body' in value ? value.body : undefined;
  } catch {
    return undefined;
  }
}
