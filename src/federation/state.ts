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

/** A state that evidence can lead to; `maintenance` is laid over it when a standing is shown. */
export type JudgedState = Exclude<PartnerState, 'maintenance'>;

/** Whether our people cannot use the connection in this state. */
export function isBroken(state: PartnerState): boolean {
  return state === 'misconfigured' || state === 'refused' || state === 'unreachable';
}
