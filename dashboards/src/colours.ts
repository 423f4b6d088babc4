import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { stateRank, worstFirst, type PartnerState } from '../../src/federation/state.ts';

/**
 * Colours that keep their meaning on every panel, in the hues of the page (`src/http/page-style.ts`), middling bright so
 * that they can be read on a dark and on a light ground. Grey is for what is not known or not asked.
 */
export const tone = {
  good: '#3d9a63',
  warn: '#d9962e',
  bad: '#d92b20',
  calm: '#8e99aa',
  plan: '#8a6fd1',
} as const;

/** What is broken is red, as on the page; the worse, the darker, so that a timeline tells one from the other. */
export const stateColour: Readonly<Record<PartnerState, string>> = {
  healthy: tone.good,
  maintenance: tone.plan,
  unknown: tone.calm,
  degraded: tone.warn,
  misconfigured: '#f2a59e',
  refused: '#ea6f66',
  unreachable: tone.bad,
};

interface Shown {
  readonly text: string;
  readonly color: string;
}

/** Values shown as words with a colour. */
export function words(of: Readonly<Record<string, Shown>>): ValueMapping {
  const options = Object.entries(of).map(([value, shown], index) => [value, { ...shown, index }] as const);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

/** Ranks shown as the words of the states. */
export const rankAsState = words(
  Object.fromEntries(worstFirst.map((state) => [String(stateRank[state]), { text: state, color: stateColour[state] }])),
);

/** The words of the states, coloured. */
export const stateAsColour = words(
  Object.fromEntries(worstFirst.map((state) => [state, { text: state, color: stateColour[state] }])),
);

/** What was seen of a layer. What was not proven either way is grey: it is no failure, and it is not good. */
export const proofAsWord = words({
  '1': { text: 'proven', color: tone.good },
  '0': { text: 'failed', color: tone.bad },
  '-1': { text: 'not proven', color: tone.calm },
});

export const yesOrNo = words({ '1': { text: 'yes', color: tone.good }, '0': { text: 'no', color: tone.bad } });

/** Severities of alerts, coloured. */
export const severityAsColour = words({
  critical: { text: 'critical', color: tone.bad },
  warning: { text: 'warning', color: tone.warn },
});

function sipClass(from: number, color: string): ValueMapping {
  return { type: MappingType.RangeToText, options: { from, to: from + 99, result: { color, index: 0 } } };
}

/** SIP answers coloured by class (RFC 3261 §7.2). 4xx is a warning: an answer, but not the one we hoped for. */
export const sipClasses: readonly ValueMapping[] = [
  sipClass(200, tone.good),
  sipClass(300, tone.calm),
  sipClass(400, tone.warn),
  sipClass(500, tone.bad),
  sipClass(600, tone.plan),
];
