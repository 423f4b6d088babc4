import { letterText } from '../probe/letter.ts';
import type { Snapshot } from '../store/snapshot.ts';
import type { Published } from '../federation/published.ts';
import type { EdgeCount, Standing } from '../federation/standing.ts';
import { isBroken, type PartnerState } from '../federation/state.ts';
import type { Detail } from './detail.ts';
import { sharedWords } from './page-causes.ts';
import { html, type Html } from './html.ts';
import { paceInWords } from './pace-words.ts';
import { certificatesView } from './page-certificates.ts';
import { changedView, changesView, lastGoodMs } from './page-changes.ts';
import { dayView } from './page-day.ts';
import { doubtOf } from './page-fleet.ts';
import { document } from './page-frame.ts';
import { orderForm, orderLink, orderStatus, type OrderNote } from './page-order.ts';
import { layersView, pathView } from './page-path.ts';
import { findingsView, stepsView } from './page-trail.ts';
import { ballotOf } from './vantage-words.ts';
import { vantagesView } from './page-vantages.ts';
import { causeOf, explanationOf, pendingOf } from './view.ts';
import { count, instant, layerWords, prose, sideWords, stateBadge } from './words.ts';

/** What a state says about our people, in one sentence. */
const verdicts: Readonly<Record<PartnerState, string>> = {
  healthy: 'The path to this partner works as far as it can be seen from here.',
  degraded: 'The path to this partner works, but not all of it.',
  misconfigured: 'This partner answers, but breaks a rule that federation needs.',
  refused: 'This partner answers and does not let us in.',
  unreachable: 'This partner cannot be reached.',
  unknown: 'It is not known whether this partner can be reached.',
  maintenance: 'Planned work: this partner is left out of every alert.',
};

/** `1 of 2 edges is down; the other works. Not urgent.` Null unless some edges are down and some work. */
function partlyDown({ up, down, unproven }: EdgeCount): string | null {
  if (up === 0 || down === 0) return null;
  const all = count(up + down + unproven, 'edge', 'edges');
  const others = up === 1 ? 'the other works' : 'the others work';
  const rest = unproven === 0 ? others : `${String(up)} ${up === 1 ? 'works' : 'work'}, ${String(unproven)} not proven`;
  return `${String(down)} of ${all} ${down === 1 ? 'is' : 'are'} down; ${rest}. Not urgent.`;
}

function verdict({ state, standing }: Published): string {
  if (state !== 'degraded' || standing === null) return verdicts[state];
  if (standing.cause?.code === 'partner_flapping') return 'The path to this partner works now and then.';
  if (standing.cause?.code === 'vantages_disagree') return 'This partner is reached from some places, not from all.';
  const partly = partlyDown(standing.edges);
  return partly === null ? verdicts[state] : `The path to this partner works. ${partly}`;
}

/** When it worked last. Null where another line says so: it works now, or was never examined. */
function lastGood(published: Published, nowMs: number): Html | null {
  const { state, standing } = published;
  if (standing === null || state === 'healthy' || state === 'degraded') return null;
  const goodMs = lastGoodMs(published);
  return goodMs === null ? html`not seen working so far` : instant(goodMs, nowMs);
}

function contactView(contact: string): Html {
  const isMail = /^[\w.+-]+@[\w.-]+$/.test(contact);
  return isMail ? html`<a href="mailto:${contact}">${contact}</a>` : html`${contact}`;
}

function fact(name: string, value: Html | string | null): Html | null {
  return value === null || value === ''
    ? null
    : html`<dt>${name}</dt>
        <dd>${value}</dd>`;
}

function examinedLast(standing: Standing | null, nowMs: number, takesOrders: boolean): Html | null {
  if (standing === null) return takesOrders ? html`not yet. ${orderLink}` : null;
  return html`${instant(standing.examinedMs, nowMs)}${takesOrders ? html` · ${orderLink}` : null}`;
}

function causeView(detail: Detail, nowMs: number, takesOrders: boolean): Html {
  const { published } = detail.partner;
  const { partner, standing, state, sinceMs } = published;
  const { says, side, confidence, action } = explanationOf(detail.partner, nowMs);
  const cause = causeOf(detail.partner);
  const { shared } = detail;
  const why =
    cause === null
      ? prose(says)
      : html`<strong>${cause.title}</strong> (${layerWords[cause.layer]}). ${prose(says)}
          <a href="../explain/${encodeURIComponent(cause.code)}">What this means</a>`;
  return html`<div class="card">
    <dl class="facts">
      ${fact('Why', why)} ${fact('Shared cause', shared === null ? null : sharedWords(shared))}
      ${fact('Whose side', side === null ? null : sideWords(side, confidence ?? 'open'))} ${fact('Next step', action)}
      ${fact('For the partner', letterLink(detail))}
      ${fact(isBroken(state) ? 'Failing since' : 'Since', sinceMs === null ? null : instant(sinceMs, nowMs))}
      ${fact('Last good', lastGood(published, nowMs))} ${fact('Changed since', changedView(detail, nowMs))}
      ${fact('Seen since then', pendingOf(detail.partner))}
      ${fact('Last examined', examinedLast(standing, nowMs, takesOrders))}
      ${fact(partner.cron === undefined ? 'Examined every' : 'Examined at', paceInWords(published, nowMs))}
      ${fact('Profile and tier', `${partner.profile}, ${partner.tier}`)} ${fact('Owner with us', partner.owner)}
      ${fact('Contact there', partner.contact === null ? null : contactView(partner.contact))}
    </dl>
  </div>`;
}

/** A page that renews itself would take the marked text away, so the link leads to one that does not. */
function letterLink({ letter }: Detail): Html | null {
  return letter === null ? null : html`<a href="?refresh=off#letter">Text to copy for their administrator</a>`;
}

function letterView({ letter, partner }: Detail): Html | null {
  if (letter === null) return null;
  const { contact } = partner.published.partner;
  return html`<h2 id="letter">Copy for the partner</h2>
    <p class="quiet">
      ${contact === null ? 'The config names no contact of theirs.' : html`To ${contactView(contact)}.`} Nothing of it
      is internal. Read it before you send it.
    </p>
    <pre class="letter" tabindex="0">${letterText(letter)}</pre>`;
}

/** The dashboard of a partner. */
const boardOf = (grafana: string, domain: string): string =>
  `${grafana}/d/fedmon-partner/fedmon-partner?var-partner=${encodeURIComponent(domain)}`;

/** What the address of a partner's page asks for, and what the server lets it do. */
export interface PartnerQuery {
  readonly refresh: boolean;
  /** Whether it can be examined now, by who has the token. */
  readonly takesOrders: boolean;
  /** What became of the order that led here. */
  readonly order: OrderNote | null;
  /** Where Grafana is; null: nobody said. */
  readonly grafana: string | null;
}

/** Live, and nothing but reading. */
export const plainly: PartnerQuery = { refresh: true, takesOrders: false, order: null, grafana: null };

/** One partner: verdict, cause, what next, and the evidence. Pure. */
export function partnerPage(snapshot: Snapshot, detail: Detail, query: PartnerQuery): string {
  const { nowMs } = snapshot;
  const { refresh, takesOrders, order, grafana } = query;
  const { partner, state } = detail.partner.published;
  const old = detail.partner.published.reason === 'stale';
  const body = html`<h1>${partner.domain}</h1>
    <p>${stateBadge(state)} ${partner.name === null ? null : html`<span class="quiet">${partner.name}</span>`}</p>
    <p class="verdict">${verdict(detail.partner.published)}</p>
    ${orderStatus(order, detail.partner.published)} ${causeView(detail, nowMs, takesOrders)}
    ${vantagesView(ballotOf(detail.partner.published), nowMs)}
    <h2>${old ? 'What the last examination proved; it is too old to be true now' : 'What was proven'}</h2>
    ${layersView(detail) ?? html`<p class="quiet">Nothing yet.</p>`}
    <p class="quiet">
      What cannot be seen from here: a good answer to our probe identity does not prove that users can chat, and a
      refusal of it does not prove that they cannot.
    </p>
    ${dayView(detail.partner.published.standing?.day, nowMs)} ${pathView(detail)} ${certificatesView(detail, nowMs)}
    ${findingsView(detail)} ${stepsView(detail)} ${changesView(detail, nowMs)} ${letterView(detail)}
    ${takesOrders ? orderForm(partner.domain) : null}
    <p>
      <a href="../api/v1/partners/${encodeURIComponent(partner.domain)}">All of this as JSON</a> ·
      <a href="../ledger/${encodeURIComponent(partner.domain)}">What was sent to them</a>
      ${grafana === null ? null : html`· <a href="${boardOf(grafana, partner.domain)}">Dashboard</a>`}
    </p>`;
  return document(
    {
      title: `${partner.domain}: ${state} – fedmon`,
      root: '../',
      nowMs,
      refresh: { on: refresh, toggle: refresh ? '?refresh=off' : '?' },
      warning: doubtOf(snapshot),
    },
    body,
  );
}
