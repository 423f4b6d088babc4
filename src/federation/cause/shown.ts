import type { Blindness } from '../blindness.ts';
import type { Finding } from '../finding.ts';
import { codesOf, membersOf, type CauseBook, type SharedCause } from './book.ts';
import { causeId, type CauseKind } from './fact.ts';
import { causeFindings } from './findings.ts';
import type { Case } from './search.ts';

/** A book that nobody has renewed for so long says nothing any more, milliseconds. */
export const bookLastsMs = 300_000;

/** A shared cause with its members, as views show it. Instants in epoch milliseconds. */
export interface ShownCause {
  readonly id: string;
  readonly kind: CauseKind;
  readonly name: string;
  /** What it is, in words of the catalogue. */
  readonly finding: Finding;
  readonly codes: SharedCause['codes'];
  readonly sinceMs: number;
  readonly members: readonly string[];
  readonly healthy: number;
  readonly step: number;
  readonly wanesMs: number | null;
}

/** What members fail with is read from them, so that it agrees with their number; the book's are older. */
function shown(cause: SharedCause, cases: readonly Case[]): ShownCause {
  const { id, kind, name, layer, sinceMs, healthy, step, wanesMs } = cause;
  const members = cases.map(({ domain }) => domain);
  const codes = cases.length === 0 ? cause.codes : codesOf(cases);
  const args = {
    name,
    failing: members.length,
    of: members.length + healthy,
    codes: codes.map(({ code, count }) => `${code} (${String(count)})`).join(', '),
  };
  const finding = { ...causeFindings.make(`shared_${kind}`, args), layer };
  return { id, kind, name, finding, codes, sinceMs, members, healthy, step, wanesMs };
}

/** That we do not see, with everybody that is unknown because of it. */
export function blindCause({ vantage, sinceMs, cause }: Blindness, members: readonly string[]): ShownCause {
  const codes = [{ code: cause.code, count: members.length }];
  const id = causeId('canary', vantage);
  return {
    id,
    kind: 'canary',
    name: vantage,
    finding: cause,
    codes,
    sinceMs,
    members,
    healthy: 0,
    step: 0,
    wanesMs: null,
  };
}

/** The causes of a book with those that are their members now, as they stand in the book; none of a book that is too old. */
export function shownCauses(book: CauseBook | null, cases: readonly Case[], nowMs: number): readonly ShownCause[] {
  if (book === null || nowMs - book.slotMs > bookLastsMs) return [];
  const members = membersOf(book, cases);
  return book.causes.map((cause) => shown(cause, members.get(cause.id) ?? []));
}
