/** What we publish about a partner; the words are explained in README.md. */
export const partnerStates = [
  'healthy',
  'degraded',
  'misconfigured',
  'refused',
  'unreachable',
  'unknown',
  'maintenance',
] as const;
export type PartnerState = (typeof partnerStates)[number];

/** States from worst to best: how a fleet is listed, wherever it is. */
export const worstFirst: readonly PartnerState[] = [
  'unreachable',
  'refused',
  'misconfigured',
  'degraded',
  'unknown',
  'maintenance',
  'healthy',
];

/** How bad a state is, as a number for series and tables: 0 is healthy, more is worse. */
export const stateRank = Object.fromEntries(worstFirst.toReversed().map((state, rank) => [state, rank])) as Readonly<
  Record<PartnerState, number>
>;

/** A state that evidence can lead to; `maintenance` is laid over it when a standing is shown. */
export type JudgedState = Exclude<PartnerState, 'maintenance'>;

/** Whether our people cannot use the connection in this state. */
export function isBroken(state: PartnerState): boolean {
  return state === 'misconfigured' || state === 'refused' || state === 'unreachable';
}
