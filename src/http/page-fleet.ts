import type { Blindness } from '../federation/blindness.ts';
import { worstFirst, type PartnerState } from '../federation/state.ts';
import { causeReport } from '../probe/report.ts';
import type { PartnerSnapshot, Snapshot } from '../store/snapshot.ts';
import { chosenOf } from './fleet-filter.ts';
import { address, type FleetQuery } from './fleet-query.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { causesSection } from './page-causes.ts';
import { findingsView, chosenView, findForm } from './page-fleet-filter.ts';
import { document } from './page-frame.ts';
import { freshView } from './page-fresh.ts';
import { ownSection } from './page-own.ts';
import { tableView, type Column } from './page-table.ts';
import { byTrouble, explanationOf, inTrouble, pendingOf } from './view.ts';
import { count, instant, prose, sideWords, span, stateBadge, stateWords } from './words.ts';

/** So many partners stand on one page; the rest follow on the next ones. */
export const partnersPerPage = 100;

/** That we do not see, why, and what to do. */
function blindWords({ cause, sinceMs }: Blindness, nowMs: number): string {
  const { title, summary, action } = causeReport(cause);
  return `${title} (for ${span(nowMs - sinceMs)}). ${summary} What partners were before stands still and is shown again when we see. ${action}`;
}

/** Why nothing can be trusted that is shown of any partner, or null. */
export function doubtOf({ storeUp, sight, nowMs }: Snapshot): string | null {
  if (!storeUp) {
    return 'The store cannot be read, so nothing is known about any partner. Check Redis, and redis.url in the config.';
  }
  const { blindness = null, blind = [] } = sight ?? {};
  if (blindness !== null) return blindWords(blindness, nowMs);
  if (blind.length > 0) {
    return `What was seen from ${blind.map(({ vantage }) => vantage).join(', ')} is old: we do not see from there.`;
  }
  return null;
}

/** Why the list cannot be trusted as a whole, or null. */
function warningOf(snapshot: Snapshot): string | null {
  const stopped = snapshot.partners.filter(({ published }) => published.reason === 'stopped').length;
  if (stopped > 0 && stopped === snapshot.partners.length) {
    return 'Everything is stopped by politeness in our configuration: nothing is sent, so nothing is known of any partner. Take stopAll or the places of stop out when they may be asked again.';
  }
  const doubt = doubtOf(snapshot);
  if (doubt !== null) return doubt;
  const stale = snapshot.partners.filter(({ published }) => published.reason === 'stale').length;
  if (stale === 0 || stale < snapshot.partners.length) return null;
  return `No partner has a fresh result (${count(stale, 'partner', 'partners')}). Check the scheduler, the workers and the queue: this is about us, not about them.`;
}

function counts(partners: readonly PartnerSnapshot[], query: FleetQuery): Html {
  const of = new Map<PartnerState, number>();
  for (const { published } of partners) of.set(published.state, (of.get(published.state) ?? 0) + 1);
  const chip = (state: PartnerState | null, number: number, label: Html): Html => {
    const current = query.state === state ? html`aria-current="page"` : null;
    return html`<li>
      <a href="${address(query, { state })}" ${current}><b>${number}</b>${label}</a>
    </li>`;
  };
  return html`<nav aria-label="States">
    <ul class="counts">
      ${chip(null, partners.length, html`all`)}
      ${worstFirst.map((state) => chip(state, of.get(state) ?? 0, stateBadge(state)))}
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

function headline(
  { storeUp, sight, partners: all }: Snapshot,
  scope: readonly PartnerSnapshot[],
  trouble: number,
): string {
  if (!storeUp) return 'The state of the partners is not known';
  if (sight?.blindness) return 'We do not see: nothing is known of any partner now';
  if (all.length === 0) return 'No partner is configured';
  const chosen = scope.length === all.length ? '' : ' among those chosen';
  if (trouble > 0) return `${count(trouble, 'partner needs', 'partners need')} attention${chosen}`;
  const healthy = scope.filter(({ published }) => published.state === 'healthy').length;
  if (scope.length === 0) return 'No partner fits';
  if (healthy === scope.length) return `All ${count(healthy, 'partner is', 'partners are')} healthy${chosen}`;
  return `No partner is known to be in trouble${chosen}; ${String(healthy)} of ${String(scope.length)} are proven healthy`;
}

/** The first page: who is in trouble, why, whose side, what next. Pure. */
export function fleetPage(snapshot: Snapshot, query: FleetQuery, root: './' | '../' = './'): string {
  const { nowMs, partners, storeUp } = snapshot;
  const scope = chosenOf(snapshot, { ...query, state: null });
  const troubled = scope.filter(inTrouble);
  const all = (
    query.state === null ? scope : scope.filter(({ published }) => published.state === query.state)
  ).toSorted(byTrouble);
  const last = Math.max(1, Math.ceil(all.length / partnersPerPage));
  const page = Math.min(query.page, last);
  const shown = all.slice((page - 1) * partnersPerPage, page * partnersPerPage);
  const rest = query.state === null ? 'All others' : stateWords[query.state].word;
  const body = html`<h1>${headline(snapshot, scope, troubled.length)}</h1>
    ${storeUp ? counts(scope, query) : null} ${freshView(scope, nowMs)} ${findingsView(troubled, query)}
    ${chosenView(query, snapshot.causes)} ${findForm(snapshot, query)} ${ownSection(snapshot.own, nowMs)}
    ${causesSection(snapshot.causes, nowMs)} ${table('Needs attention', shown.filter(inTrouble), nowMs)}
    ${table(
      rest,
      shown.filter((each) => !inTrouble(each)),
      nowMs,
    )}
    ${all.length === 0 && partners.length > 0 ? html`<p>No partner fits. <a href="./">Show all</a></p>` : null}
    ${pages(query, page, last)}`;
  return document(
    {
      title: troubled.length > 0 ? `(${String(troubled.length)}) fedmon` : 'fedmon',
      root,
      nowMs,
      refresh:
        query.search === null
          ? { on: query.refresh, toggle: address(query, { refresh: !query.refresh, page: query.page }) }
          : null,
      warning: warningOf(snapshot),
    },
    body,
  );
}
