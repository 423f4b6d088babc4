import type { Proof } from '../federation/diagnosis.ts';
import type { DriftKind } from '../federation/drift.ts';
import type { Confidence, Severity, Side } from '../federation/finding.ts';
import type { OursChange, OursKind } from '../federation/ours.ts';
import type { Layer, StepName } from '../federation/observation.ts';
import { sideInWords } from '../federation/side.ts';
import type { PartnerState } from '../federation/state.ts';
import { html, type Html } from './html.ts';

/** A state as a person meets it: a word and a symbol, so that colour is never the only sign. */
export const stateWords: Readonly<Record<PartnerState, { readonly word: string; readonly symbol: string }>> = {
  healthy: { word: 'Healthy', symbol: '✓' },
  degraded: { word: 'Degraded', symbol: '◐' },
  misconfigured: { word: 'Misconfigured', symbol: '≠' },
  refused: { word: 'Refused', symbol: '⊘' },
  unreachable: { word: 'Unreachable', symbol: '✕' },
  unknown: { word: 'Unknown', symbol: '?' },
  maintenance: { word: 'Maintenance', symbol: '‖' },
};

/** Whose side it is and how sure that is. */
export function sideWords(side: Side, confidence: Confidence): string {
  const words = sideInWords(side, confidence);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What changed about the way a partner is reached. */
export const driftWords: Readonly<Record<DriftKind, string>> = {
  target_added: 'One more SRV target',
  target_lost: 'SRV target gone',
  target_moved: 'SRV target moved, same operator',
  provider_changed: 'SRV target of another operator',
  port_changed: 'Other port',
  priority_changed: 'Other priority',
  address_changed: 'New addresses',
  certificate_renewed: 'Certificate renewed',
  issuer_changed: 'Certificate of another authority',
  names_changed: 'Names in the certificate: gone, new',
  reverted: 'As expected again',
  accepted: 'Accepted by an operator',
};

/** What of ours changed. */
export const oursWords: Readonly<Record<OursKind, string>> = {
  config_changed: 'Our configuration',
  certificate_changed: 'Our certificate',
  version_changed: 'Our version of fedmon',
};

/** What a setting is where nothing is said of it: of one partner it is as for all. */
export function oursValue({ domain }: Pick<OursChange, 'domain'>, text: string | null): string {
  return text ?? (domain === null ? 'nothing' : 'as for all');
}

export const severityWords: Readonly<Record<Severity, string>> = {
  fail: 'Breaks it',
  warn: 'Warning',
  unproven: 'Could not look',
  note: 'Note',
};

/** The weight of one finding: a broken edge beside one that works breaks no more than itself. */
export function weightWords(severity: Severity, endpoint: string | null, someEdgeUp: boolean): string {
  return severity === 'fail' && endpoint !== null && someEdgeUp ? 'Breaks this edge' : severityWords[severity];
}

export const layerWords: Readonly<Record<Layer, string>> = {
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  admission: 'Admission',
  sip: 'SIP',
  policy: 'Policy',
};

export const stepWords: Readonly<Record<StepName, string>> = {
  srv_lookup: 'SRV lookup',
  address_lookup: 'Address lookup',
  tcp_connect: 'TCP connect',
  tls_handshake: 'TLS handshake',
  admission: 'Admission',
  sip_options: 'SIP OPTIONS',
};

const proofWords: Readonly<Record<Proof, { readonly word: string; readonly symbol: string }>> = {
  proven: { word: 'proven', symbol: '✓' },
  failed: { word: 'failed', symbol: '✕' },
  not_proven: { word: 'not proven', symbol: '–' },
};

export function stateBadge(state: PartnerState): Html {
  const { word, symbol } = stateWords[state];
  return html`<span class="state ${state}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}

export function proofBadge(proof: Proof): Html {
  const { word, symbol } = proofWords[proof];
  return html`<span class="proof ${proof}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}

/** `2026-11-23 12:17:09 UTC`; an instant outside of what a calendar knows is said to be unknown. */
export function utc(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'unknown' : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A length of time in its two largest units: `45 s`, `3 min`, `2 h 5 min`, `4 d 2 h`. Milliseconds in. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${String(hours)} h` : `${String(hours)} h ${String(minutes % 60)} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days >= 14 ? `${String(days)} d` : `${String(days)} d ${String(hours % 24)} h`;
}

/** An instant with its age, for a person and for a machine. */
export function instant(ms: number, nowMs: number): Html {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return html`unknown`;
  const age = ms > nowMs ? `in ${span(ms - nowMs)}` : `${span(nowMs - ms)} ago`;
  return html`<time datetime="${at.toISOString()}" class="whole">${utc(ms)}</time> <span class="age">${age}</span>`;
}

/** How long a step took, for a person. */
export function took(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Dates and times stay whole; a name that is longer than a narrow column may break after its dots and colons. */
const unbreakable = /\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z| \d{2}:\d{2}(?::\d{2})?(?: UTC)?)?/;
const longWord = /[^\s/,;]{21,}/;
const pieces = new RegExp(`(${unbreakable.source}|${longWord.source})`);

/** A text of others with sensible places to break a line. */
export function prose(text: string): Html {
  const parts = text.split(pieces).map((part, at) => {
    if (at % 2 === 0) return part;
    if (new RegExp(`^${unbreakable.source}$`).test(part)) return html`<span class="whole">${part}</span>`;
    return part.split(/(?<=[.:])(?=[^.:])/).map((piece, index) => (index === 0 ? piece : html`<wbr />${piece}`));
  });
  return html`${parts}`;
}

export function count(number: number, one: string, many: string): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}
