import { clockDoubt, doubtInWords } from '../federation/clock-doubt.ts';
import { clockEvidenceIn } from '../probe/clock-evidence.ts';
import type { CheckReport } from '../probe/report.ts';

/** What is said when many edges speak against our clock; empty when they do not. */
export function clockNote(reports: readonly CheckReport[]): string {
  const doubt = clockDoubt(clockEvidenceIn(reports));
  return doubt === null ? '' : `${doubtInWords(doubt)}\n`;
}
