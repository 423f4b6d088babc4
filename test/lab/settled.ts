import { partnerStates } from '../../src/federation/state.ts';
import type { FleetPartner } from './fleet.ts';

/** What the API publishes of a partner, as far as the demo looks at it. */
export interface Row {
  readonly domain: string;
  readonly state: string;
}

/** How far the fleet has come. */
export interface Progress {
  /** Whether every state there is, is shown by some partner. */
  readonly everyState: boolean;
  /** Partners that do not show yet what their story says; those that depend on the moment are left out. */
  readonly others: readonly string[];
}

/** Compares what is shown with what the stories say. Pure. */
export function progressOf(partners: readonly FleetPartner[], rows: readonly Row[]): Progress {
  const shown = new Map(rows.map(({ domain, state }) => [domain, state]));
  const states = new Set(shown.values());
  return {
    everyState: partnerStates.every((state) => states.has(state)),
    others: partners
      .filter(({ domain, expects, once }) => once !== null && shown.get(domain) !== expects.state)
      .map(({ domain }) => domain),
  };
}

/** One line for each state: how many partners, and which. */
export function tableOf(rows: readonly Row[], width = 100): string {
  return partnerStates
    .map((state) => {
      const names = rows.filter((row) => row.state === state).map(({ domain }) => domain.replace(/\.example$/, ''));
      return `  ${state.padEnd(14)}${String(names.length).padStart(3)}  ${shortened(names, width - 21)}`;
    })
    .join('\n');
}

function shortened(names: readonly string[], width: number): string {
  let text = '';
  for (const [at, name] of names.entries()) {
    const next = at === 0 ? name : `${text}, ${name}`;
    if (next.length > width - 10) return `${text} and ${String(names.length - at)} more`;
    text = next;
  }
  return text;
}

/** The rows in an answer of `/api/v1/partners`; empty when it is something else. */
export function rowsOf(answer: unknown): readonly Row[] {
  const partners: unknown =
    typeof answer === 'object' && answer !== null && 'partners' in answer ? answer.partners : null;
  return Array.isArray(partners) ? partners.filter(isRow) : [];
}

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null) return false;
  return 'domain' in value && typeof value.domain === 'string' && 'state' in value && typeof value.state === 'string';
}
