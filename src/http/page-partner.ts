import { letterText } from '../probe/letter.ts';
import type { Snapshot } from '../store/snapshot.ts';
import type { Published } from '../federation/published.ts';
import type { EdgeCount } from '../federation/standing.ts';
import { isBroken, type PartnerState } from '../federation/state.ts';
import type { Detail } from './detail.ts';
import { html, type Html } from './html.ts';
import { certificatesView } from './page-certificates.ts';
import { warningOf } from './page-fleet.ts';
import { document } from './page-frame.ts';
import { layersView, pathView } from './page-path.ts';
import { changesView, findingsView, stepsView } from './page-trail.ts';
import { causeOf, explanationOf, pendingOf } from './view.ts';
import { count, instant, layerWords, prose, sideWords, span, stateBadge } from './words.ts';

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
  const partly = partlyDown(standing.edges);
  return partly === null ? verdicts[state] : `The path to this partner works. ${partly}`;
}

/** When it worked last. Null where another line says so: it works now, or was never examined. */
function lastGood({ state, standing }: Published, nowMs: number): Html | null {
  if (standing === null || state === 'healthy' || state === 'degraded') return null;
  return standing.lastGoodMs === null ? html`not seen working so far` : instant(standing.lastGoodMs, nowMs);
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

function causeView(detail: Detail, nowMs: number): Html {
  const { published } = detail.partner;
  const { partner, standing, state, sinceMs } = published;
  const { says, side, confidence, action } = explanationOf(detail.partner, nowMs);
  const cause = causeOf(detail.partner);
  const why =
    cause === null
      ? prose(says)
      : html`<strong>${cause.title}</strong> (${layerWords[cause.layer]}). ${prose(says)}
          <a href="../explain/${encodeURIComponent(cause.code)}">What this means</a>`;
  return html`<div class="card">
    <dl class="facts">
      ${fact('Why', why)} ${fact('Whose side', side === null ? null : sideWords(side, confidence ?? 'open'))}
      ${fact('Next step', action)} ${fact('For the partner', letterLink(detail))}
      ${fact(isBroken(state) ? 'Failing since' : 'Since', sinceMs === null ? null : instant(sinceMs, nowMs))}
      ${fact('Last good', lastGood(published, nowMs))} ${fact('Seen since then', pendingOf(detail.partner))}
      ${fact('Last examined', standing === null ? null : instant(standing.examinedMs, nowMs))}
      ${fact('Examined every', span(partner.everyMs))}
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

/** One partner: verdict, cause, what next, and the evidence. Pure. */
export function partnerPage(snapshot: Snapshot, detail: Detail, refresh: boolean): string {
  const { nowMs } = snapshot;
  const { partner, state } = detail.partner.published;
  const old = detail.partner.published.reason === 'stale';
  const body = html`<h1>${partner.domain}</h1>
    <p>${stateBadge(state)} ${partner.name === null ? null : html`<span class="quiet">${partner.name}</span>`}</p>
    <p class="verdict">${verdict(detail.partner.published)}</p>
    ${causeView(detail, nowMs)}
    <h2>${old ? 'What the last examination proved; it is too old to be true now' : 'What was proven'}</h2>
    ${layersView(detail) ?? html`<p class="quiet">Nothing yet.</p>`}
    <p class="quiet">
      What cannot be seen from here: a good answer to our probe identity does not prove that users can chat, and a
      refusal of it does not prove that they cannot.
    </p>
    ${pathView(detail)} ${certificatesView(detail, nowMs)} ${findingsView(detail)} ${stepsView(detail)}
    ${changesView(detail, nowMs)} ${letterView(detail)}
    <p><a href="../api/v1/partners/${encodeURIComponent(partner.domain)}">All of this as JSON</a></p>`;
  return document(
    {
      title: `${partner.domain}: ${state} – fedmon`,
      root: '../',
      nowMs,
      refresh: { on: refresh, toggle: refresh ? '?refresh=off' : '?' },
      warning: warningOf(snapshot),
    },
    body,
  );
}
