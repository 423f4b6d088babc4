import { blindFindings } from './blind-findings.ts';
import { canaryName, fleetName } from './canary.ts';
import type { Finding } from './finding.ts';
import type { Partner } from './partner.ts';

/** Why we do not see. Words are public: labels, JSON. */
export const blindReasons = [
  'canary',
  'resolver',
  'uplink',
  'clock',
  'local_resource',
  'overdue',
  'suspected',
] as const;
export type BlindReason = (typeof blindReasons)[number];

/** What an examination of the canary or of a control showed from one place. Instants in epoch milliseconds. */
export interface Look {
  readonly vantage: string;
  /** `canary`, the name of a control, or `fleetName`: what the partners show together. */
  readonly target: string;
  /** When it was looked at. */
  readonly slotMs: number;
  readonly passed: boolean;
  /** Since when it has passed, or failed, without a break. */
  readonly sinceMs: number;
  /** When it passed last; null: never. */
  readonly lastGoodMs: number | null;
  /** What a failure says about us; null while it passes. */
  readonly reason: Exclude<BlindReason, 'overdue'> | null;
  readonly cause: Finding | null;
}

/** We do not see: nothing that was found since then says anything about a partner. */
export interface Blindness {
  readonly vantage: string;
  readonly reason: BlindReason;
  readonly sinceMs: number;
  /** The reason in words, for people. */
  readonly cause: Finding;
}

/** A lookout that was not looked at for so many of its intervals proves nothing any more. */
export const overdueAfterIntervals = 3;

/** A suspicion that no worker repeats is over after this time, milliseconds: whoever had it stands still or is gone. */
export const suspectedForMs = 300_000;

type Seen = Pick<Look, 'vantage' | 'target' | 'slotMs' | 'reason' | 'cause'>;

/** The next look at a target; `reason` null: it passed. Pure. */
export function nextLook(previous: Look | null, seen: Seen): Look {
  const passed = seen.reason === null;
  return {
    ...seen,
    passed,
    sinceMs: previous?.passed === passed ? previous.sinceMs : seen.slotMs,
    lastGoodMs: passed ? seen.slotMs : (previous?.lastGoodMs ?? null),
  };
}

/** The same of what partners show together: `seen.slotMs` less `agoMs` is when it began. Pure. */
export function nextSuspicion(previous: Look | null, seen: Seen, agoMs: number): Look {
  const goesOn = previous?.reason === 'suspected' && seen.slotMs - previous.slotMs <= suspectedForMs;
  const look = nextLook(goesOn || previous?.passed === true ? previous : null, seen);
  return look.passed || goesOn ? look : { ...look, sinceMs: Math.max(0, Math.round(seen.slotMs - agoMs)) };
}

const resolverCodes = ['dns_resolver_silent', 'dns_resolver_not_authenticated', 'dns_servfail', 'dns_servfail_alone'];
const routeCodes = ['tcp_unreachable', 'tcp_family_missing'];

/** What a failure of the canary says about us, from what was found alone. */
export function reasonOf({ code }: Finding): 'local_resource' | 'resolver' | 'uplink' | 'canary' {
  if (code === 'local_resource') return 'local_resource';
  if (resolverCodes.includes(code)) return 'resolver';
  return routeCodes.includes(code) ? 'uplink' : 'canary';
}

/** Since when half of the controls or more do not pass; 0: from the start. Null: most of them pass. */
function outvotedSince(controls: readonly Partner[], looks: ReadonlyMap<string, Look>, nowMs: number): number | null {
  const sinces = controls
    .map((each) => {
      const look = looks.get(each.domain);
      if (look === undefined || isOverdue(each, look, nowMs)) return 0;
      return look.passed ? null : look.sinceMs;
    })
    .filter((each) => each !== null)
    .toSorted((a, b) => a - b);
  if ((controls.length - sinces.length) * 2 > controls.length) return null;
  return sinces[Math.max(0, Math.ceil(controls.length / 2) - 1)] ?? 0;
}

function isOverdue({ everyMs }: Partner, { slotMs }: Look, nowMs: number): boolean {
  return nowMs - slotMs > overdueAfterIntervals * everyMs;
}

/**
 * Whether we do not see: the canary fails, and not more than half of the controls pass; or nearly all partners turned at
 * once. A canary that nobody looked at yet proves nothing against us; one that was not looked at for three intervals
 * does. Null: we see. Pure.
 */
export function blindnessOf(
  lookouts: readonly Partner[],
  looks: ReadonlyMap<string, Look>,
  nowMs: number,
): Blindness | null {
  return byCanary(lookouts, looks, nowMs) ?? bySuspicion(looks.get(fleetName), nowMs);
}

function bySuspicion(look: Look | undefined, nowMs: number): Blindness | null {
  if (look?.reason !== 'suspected' || look.cause === null || nowMs - look.slotMs > suspectedForMs) return null;
  const { vantage, reason, sinceMs, cause } = look;
  return { vantage, reason, sinceMs, cause };
}

function byCanary(lookouts: readonly Partner[], looks: ReadonlyMap<string, Look>, nowMs: number): Blindness | null {
  const [canary, ...controls] = lookouts;
  const look = looks.get(canaryName);
  if (canary === undefined || look === undefined) return null;
  const overdue = isOverdue(canary, look, nowMs);
  if (look.passed && !overdue) return null;
  const outvotedMs = outvotedSince(controls, looks, nowMs);
  if (outvotedMs === null) return null;
  const { vantage } = look;
  if (overdue) {
    const lastMs = look.slotMs;
    const cause = blindFindings.make('blind_overdue', { last: new Date(lastMs).toISOString(), vantage });
    return { vantage, reason: 'overdue', sinceMs: lastMs + overdueAfterIntervals * canary.everyMs, cause };
  }
  const reason = look.reason === null || look.reason === 'suspected' ? 'canary' : look.reason;
  return { vantage, reason, sinceMs: Math.max(look.sinceMs, outvotedMs), cause: causeOf(canary, reason, look) };
}

function causeOf(
  { route }: Partner,
  reason: Exclude<BlindReason, 'overdue' | 'suspected'>,
  { vantage, cause }: Look,
): Finding {
  const canary = route === null ? canaryName : `${route.host}:${String(route.port)}`;
  const because = cause?.summary ?? 'nothing was proven';
  const made = blindFindings.make(`blind_${reason}`, { vantage, canary, because });
  return reason === 'canary' && cause !== null ? { ...made, layer: cause.layer } : made;
}
