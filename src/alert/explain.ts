import type { PartnerState } from '../federation/state.ts';
import { durationMs } from './pace.ts';
import { alertsOfStates } from './partner-rules.ts';
import { alertRules, type AlertRule, type AlertSeverity } from './rules.ts';
import { defaultSettings, type AlertSettings } from './settings.ts';

/** What the rules see of one partner. Instants in epoch milliseconds. */
export interface Situation {
  readonly tier: string;
  readonly state: PartnerState;
  /** Since when the state is published; null: not known. */
  readonly sinceMs: number | null;
  /** Why it is broken, or why nothing is known; null where there is nothing to say. */
  readonly why: string | null;
  /** No vantage sees. */
  readonly blind: boolean;
  /** Whether the newest examination is at most three intervals old. */
  readonly fresh: boolean;
  /** Certificates of the edges of its route. */
  readonly certificates: readonly Certificate[];
  /** The cause that it shares with others; null: none. */
  readonly shared: SharedWith | null;
  readonly fleet: FleetCount;
}

interface Certificate {
  readonly edge: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

interface SharedWith {
  readonly name: string;
  readonly partners: number;
  /** Whether a partner of the critical tier is among them. */
  readonly critical: boolean;
}

interface FleetCount {
  readonly partners: number;
  /** Partners that fail and share no cause. */
  readonly failing: number;
  readonly unknown: number;
}

/**
 * `fires`: it fires now. `waits`: its expression holds, and `for` has not passed. `held back`: it fires, and Alertmanager
 * tells another one instead. `silent`: its expression does not hold.
 */
export type Outcome = 'fires' | 'waits' | 'held back' | 'silent';

/** What is to be said of one alert. */
export interface Explained {
  readonly alert: string;
  readonly severity: AlertSeverity;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly why: string;
}

/** Whether an expression holds, since when, and in which words. */
interface Holds {
  readonly holds: boolean;
  readonly sinceMs: number | null;
  readonly why: string;
}

const percent = (share: number): string => `${String(Math.round(share * 1000) / 10)} %`;

function ofState({ state, sinceMs, why }: Situation, wanted: PartnerState): Holds {
  if (state !== wanted) return { holds: false, sinceMs: null, why: `The partner is ${state}, not ${wanted}.` };
  return { holds: true, sinceMs, why: `The partner is ${wanted}${why === null ? '' : `: ${why}`}.` };
}

function ofUnknown(situation: Situation): Holds {
  const { fleet, blind, fresh } = situation;
  const plain = ofState(situation, 'unknown');
  const because = blind
    ? 'We do not see; that is told once.'
    : !fresh
      ? 'It was not examined lately; that is the business of FedmonProbesStale.'
      : fleet.unknown >= fleet.partners / 2
        ? 'At least half of the partners are unknown: that is about us.'
        : null;
  return !plain.holds || because === null ? plain : { holds: false, sinceMs: null, why: because };
}

function ofCertificate({ edge, notBeforeMs, notAfterMs }: Certificate, least: number, nowMs: number): Holds {
  const left = (notAfterMs - nowMs) / (notAfterMs - notBeforeMs);
  const beginMs = notAfterMs - least * (notAfterMs - notBeforeMs);
  const why = `Of the certificate of ${edge} ${left > 0 ? `${percent(left)} of the lifetime are left` : 'nothing is left'}.`;
  return { holds: left > 0 && left < least, sinceMs: beginMs, why };
}

function ofShared({ shared }: Situation): Holds {
  if (shared === null) return { holds: false, sinceMs: null, why: 'It shares no cause with others that fail.' };
  const why = `It is one of ${String(shared.partners)} partners that fail together: ${shared.name}.`;
  return { holds: true, sinceMs: null, why };
}

function ofMany({ fleet }: Situation, { manyFailing, manyAtLeast }: AlertSettings['thresholds']): Holds {
  const { failing, partners } = fleet;
  const holds = failing >= manyAtLeast && failing > manyFailing * partners;
  return { holds, sinceMs: null, why: `${String(failing)} of ${String(partners)} partners fail and share no cause.` };
}

function ofBlind({ blind, sinceMs }: Situation): Holds {
  const why = blind ? 'No vantage sees: nothing is known of any partner.' : 'We see.';
  return { holds: blind, sinceMs: blind ? sinceMs : null, why };
}

/** An alert of a partner is told by another one while that fires. */
function instead(shared: Holds, many: Holds): string | null {
  if (shared.holds) return 'FedmonSharedCause is sent instead, with all members.';
  return many.holds ? 'FedmonManyPartnersFailing is sent instead.' : null;
}

/**
 * What the rules that can speak of a partner make of its situation, those that are told first. Inhibition is that of our
 * snippet for Alertmanager. Pure.
 */
export function explainAlerts(
  situation: Situation,
  nowMs: number,
  settings: AlertSettings = defaultSettings,
): readonly Explained[] {
  const { thresholds } = settings;
  const { tier, certificates, shared, fleet } = situation;
  const rules = alertRules(settings);
  const ofTier: AlertSeverity = tier === 'critical' ? 'critical' : 'warning';
  const share = shared === null ? 0 : shared.partners;
  const large = share >= thresholds.manyAtLeast && share > thresholds.manyFailing * fleet.partners;
  const [together, many] = [ofShared(situation), ofMany(situation, thresholds)];
  const hidden = instead(together, many);

  const entry = (
    name: string,
    severity: AlertSeverity,
    { holds, sinceMs, why }: Holds,
    by: string | null,
  ): Explained => {
    const rule = rules.find((each) => each.name === name && each.severity === severity);
    if (rule === undefined) throw new TypeError(`no rule ${name} of severity ${severity}`);
    const explained = { alert: name, severity };
    if (!holds) return { ...explained, outcome: 'silent', why };
    const waits = waiting(rule, sinceMs, nowMs);
    if (waits !== null) return { ...explained, outcome: 'waits', why: `${why} ${waits}` };
    // Nobody keeps since when that holds.
    const said =
      sinceMs === null && rule.for !== undefined ? `${why} It fires once that has held for ${rule.for}.` : why;
    return by === null
      ? { ...explained, outcome: 'fires', why: said }
      : { ...explained, outcome: 'held back', why: `${said} ${by}` };
  };

  const degraded = ofState(situation, 'degraded');
  const all = [
    entry('FedmonBlind', 'critical', ofBlind(situation), null),
    entry('FedmonSharedCause', shared?.critical === true || large ? 'critical' : 'warning', together, null),
    entry('FedmonManyPartnersFailing', 'critical', many, null),
    ...alertsOfStates.map(({ name, state }) => entry(name, ofTier, ofState(situation, state), hidden)),
    entry(
      'FedmonPartnerDegraded',
      'warning',
      degraded.holds && tier !== 'critical'
        ? { holds: false, sinceMs: null, why: `It is degraded, and tier ${tier} is not critical.` }
        : degraded,
      hidden,
    ),
    entry('FedmonPartnerUnknown', 'warning', ofUnknown(situation), together.holds ? hidden : null),
    ...certificates.map((each) =>
      entry(
        'FedmonPartnerCertificateExpiring',
        'warning',
        ofCertificate(each, thresholds.partnerCertificateLeft, nowMs),
        null,
      ),
    ),
  ];
  const order: readonly Outcome[] = ['fires', 'held back', 'waits', 'silent'];
  return all.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}

/** Why an alert whose expression holds does not fire yet; null: it does, or it is not known since when it holds. */
function waiting({ for: holdsFor }: AlertRule, sinceMs: number | null, nowMs: number): string | null {
  if (holdsFor === undefined || sinceMs === null) return null;
  const leftMs = sinceMs + durationMs(holdsFor) - nowMs;
  return leftMs <= 0 ? null : `It fires when that has held for ${holdsFor}, in ${String(Math.ceil(leftMs / 1000))} s.`;
}
