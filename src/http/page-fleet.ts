import { partnerStates, type PartnerState } from '../federation/state.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { document } from './page-frame.ts';
import { tableView, type Column } from './page-table.ts';
import { byTrouble, explanationOf, inTrouble, pendingOf, worstFirst } from './view.ts';
import { count, instant, prose, sideWords, stateBadge, stateWords } from './words.ts';

/** So many partners stand on one page; the rest follow on the next ones. */
export const partnersPerPage = 200;

/** What the address asks for; anything not understood is its default. */
export interface FleetQuery {
  readonly state: PartnerState | null;
  /** A part of a domain or name; null: not searching. */
  readonly search: string | null;
  readonly page: number;
  readonly refresh: boolean;
}

export function fleetQuery(query: Readonly<Record<string, unknown>>): FleetQuery {
  const page = Number(query['page']);
  const search = query['q'];
  return {
    state: partnerStates.find((each) => each === query['state']) ?? null,
    search: typeof search === 'string' ? search.slice(0, 253).trim().toLowerCase() : null,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    refresh: query['refresh'] !== 'off',
  };
}

/** The address of the same list with something changed. */
function address(query: FleetQuery, change: Partial<FleetQuery>): string {
  const { state, search, page, refresh } = { ...query, ...change };
  const parts = [
    ...(state === null ? [] : [`state=${state}`]),
    ...(search === null ? [] : [`q=${encodeURIComponent(search)}`]),
    ...(page === 1 ? [] : [`page=${String(page)}`]),
    ...(refresh ? [] : ['refresh=off']),
  ];
  return parts.length === 0 ? './' : `./?${parts.join('&')}`;
}

/** Why the list cannot be trusted as a whole, or null. */
export function warningOf(snapshot: Snapshot): string | null {
  if (!snapshot.storeUp) {
    return 'The store cannot be read, so nothing is known about any partner. Check Redis, and redis.url in the config.';
  }
  const stale = snapshot.partners.filter(({ published }) => published.reason === 'stale').length;
  if (stale === 0 || stale < snapshot.partners.length) return null;
  return `No partner has a fresh result (${count(stale, 'partner', 'partners')}). Check the scheduler, the workers and the queue: this is about us, not about them.`;
}

function counts(snapshot: Snapshot, query: FleetQuery): Html {
  const chip = (state: PartnerState | null, number: number, label: Html): Html => {
    const current = query.state === state ? html`aria-current="page"` : null;
    return html`<li>
      <a href="${address(query, { state, page: 1 })}" ${current}><b>${number}</b>${label}</a>
    </li>`;
  };
  const of = (state: PartnerState): number =>
    snapshot.partners.filter(({ published }) => published.state === state).length;
  return html`<nav aria-label="States">
    <ul class="counts">
      ${chip(null, snapshot.partners.length, html`all`)}
      ${worstFirst.map((state) => chip(state, of(state), stateBadge(state)))}
    </ul>
  </nav>`;
}

function partnerLink({ published }: PartnerSnapshot): Html {
  const { domain, name, tier } = published.partner;
  const said = [tier, ...(name === null ? [] : [name])].join(' · ');
  return html`<a href="./partners/${encodeURIComponent(domain)}">${domain}</a><span class="said">${said}</span>`;
}

const columns: readonly Column[] = [
  { head: 'State', of: 'short', bare: true },
  { head: 'Partner', of: 'name', names: true, bare: true },
  { head: 'Why', of: 'wide', bare: true },
  { head: 'Whose side', of: 'text' },
  { head: 'Next step', of: 'wide' },
  { head: 'Since', of: 'short' },
];

function row(partner: PartnerSnapshot, nowMs: number): readonly HtmlValue[] {
  const { state, sinceMs } = partner.published;
  const { says, side, confidence, action } = explanationOf(partner, nowMs);
  const pending = pendingOf(partner);
  return [
    stateBadge(state),
    partnerLink(partner),
    [prose(says), pending === null ? null : html`<span class="said">${pending}</span>`],
    side === null ? '–' : sideWords(side, confidence ?? 'open'),
    action === null ? '–' : prose(action),
    sinceMs === null ? '–' : instant(sinceMs, nowMs),
  ];
}

function table(caption: string, partners: readonly PartnerSnapshot[], nowMs: number): Html | null {
  if (partners.length === 0) return null;
  const rows = partners.map((each) => row(each, nowMs));
  return html`<h2>${caption}</h2>
    ${tableView(caption, columns, rows, 'fleet')}`;
}

function pages(query: FleetQuery, page: number, last: number): Html | null {
  if (last === 1) return null;
  const link = (to: number, label: string): Html =>
    to < 1 || to > last ? html`` : html`<li><a href="${address(query, { page: to })}">${label}</a></li>`;
  return html`<nav aria-label="Pages">
    <ul class="pages">
      ${link(page - 1, '← Previous')}
      <li>Page ${page} of ${last}</li>
      ${link(page + 1, 'Next →')}
    </ul>
  </nav>`;
}

function searchForm(query: FleetQuery): Html | null {
  if (query.search === null) return null;
  return html`<form method="get" action="./" role="search">
    <label for="q">Part of a domain or name</label>
    <input id="q" name="q" type="search" value="${query.search}" autofocus /><button>Find</button>
  </form>`;
}

function chosen(snapshot: Snapshot, { state, search }: FleetQuery): readonly PartnerSnapshot[] {
  return snapshot.partners
    .filter(({ published }) => state === null || published.state === state)
    .filter(({ published: { partner } }) =>
      `${partner.domain} ${partner.name ?? ''}`.toLowerCase().includes(search ?? ''),
    )
    .sort(byTrouble);
}

function headline(snapshot: Snapshot): string {
  if (!snapshot.storeUp) return 'The state of the partners is not known';
  const trouble = snapshot.partners.filter(inTrouble).length;
  const healthy = snapshot.partners.filter(({ published }) => published.state === 'healthy').length;
  if (trouble > 0) return `${count(trouble, 'partner needs', 'partners need')} attention`;
  if (snapshot.partners.length === 0) return 'No partner is configured';
  if (healthy === snapshot.partners.length) return `All ${count(healthy, 'partner is', 'partners are')} healthy`;
  return `No partner is known to be in trouble; ${String(healthy)} of ${String(snapshot.partners.length)} are proven healthy`;
}

/** The first page: who is in trouble, why, whose side, what next. Pure. */
export function fleetPage(snapshot: Snapshot, query: FleetQuery, root: './' | '../' = './'): string {
  const { nowMs } = snapshot;
  const all = chosen(snapshot, query);
  const last = Math.max(1, Math.ceil(all.length / partnersPerPage));
  const page = Math.min(query.page, last);
  const shown = all.slice((page - 1) * partnersPerPage, page * partnersPerPage);
  const rest = query.state === null ? 'All others' : stateWords[query.state].word;
  const body = html`<h1>${headline(snapshot)}</h1>
    ${snapshot.storeUp ? counts(snapshot, query) : null} ${searchForm(query)}
    ${table('Needs attention', shown.filter(inTrouble), nowMs)}
    ${table(
      rest,
      shown.filter((each) => !inTrouble(each)),
      nowMs,
    )}
    ${all.length === 0 && snapshot.partners.length > 0 ? html`<p>No partner fits. <a href="./">Show all</a></p>` : null}
    ${pages(query, page, last)}`;
  const trouble = snapshot.partners.filter(inTrouble).length;
  return document(
    {
      title: trouble > 0 ? `(${String(trouble)}) fedmon` : 'fedmon',
      root,
      nowMs,
      refresh:
        query.search === null ? { on: query.refresh, toggle: address(query, { refresh: !query.refresh }) } : null,
      warning: warningOf(snapshot),
    },
    body,
  );
}
