import type { FindingEntry, Severity } from '../federation/finding.ts';
import { sideInWords } from '../federation/side.ts';
import { sampleAsk } from './letter.ts';
import { commandsOf } from './look-yourself.ts';

/** What a person on call reads about a finding, made from its row of the catalogue. */
export interface Runbook {
  readonly meaning: string;
  /** What it does to people who want to reach the partner. */
  readonly impact: string;
  /** Commands that show it, ours first; words in capitals are to be replaced. */
  readonly diagnosis: readonly string[];
  readonly mitigation: string;
  /** Whose turn it is, and who is told. */
  readonly escalation: string;
  /** What the partner's administrator is asked, arguments named in angle brackets; null: nothing is sent. */
  readonly ask: string | null;
}

const ofFailure: Readonly<Record<FindingEntry['state'], string>> = {
  unreachable:
    'Nothing gets through on this path. When no other edge of the partner works, our people cannot reach it.',
  misconfigured: 'The partner answers, but servers that keep to the rules refuse it. For many people it looks dead.',
  refused:
    'The path works, and our probe is not let in. People are affected if our own edge is refused for the same reason.',
  degraded: 'Messages still get through, but not every attempt.',
  unknown: 'Not known: it could not be proven either way.',
};

const ofOthers: Readonly<Record<Exclude<Severity, 'fail'>, string>> = {
  warn: 'Messages get through. A part of the route is lost, or something is about to break.',
  unproven: 'Not known: it could not be looked at. Nothing is held against the partner.',
  note: 'None by itself.',
};

function escalation({ side, confidence, ask }: FindingEntry): string {
  const whose = `Whose side: ${sideInWords(side, confidence)}.`;
  if (typeof ask === 'function')
    return `${whose} When the diagnosis points to the partner, send its administrator the text.`;
  return `${whose} Nothing is sent to the partner. ${ask.none}`;
}

/** The runbook of a finding. Pure. */
export function runbookOf(entry: FindingEntry): Runbook {
  const { severity, state, layer, means, action } = entry;
  return {
    meaning: means,
    impact: severity === 'fail' ? ofFailure[state] : ofOthers[severity],
    diagnosis: ['fedmon check DOMAIN --trace', ...commandsOf[layer]],
    mitigation: action,
    escalation: escalation(entry),
    ask: sampleAsk(entry),
  };
}
