import { freshStanding } from '../metrics/project-partner.ts';
import type { PartnerSnapshot } from '../store/snapshot.ts';
import { html, type Html } from './html.ts';
import { count, prose, span } from './words.ts';

/** How old what is shown is: the newest examination, and the oldest that still counts. Null while there is none. */
export function freshView(partners: readonly PartnerSnapshot[], nowMs: number): Html | null {
  const examined = partners.flatMap((each) => {
    const standing = freshStanding(each, nowMs);
    return standing === null ? [] : [{ atMs: standing.examinedMs, domain: standing.domain }];
  });
  const [first] = examined;
  if (first === undefined) return null;
  const newestMs = examined.reduce((newest, { atMs }) => Math.max(newest, atMs), first.atMs);
  const oldest = examined.reduce((old, each) => (each.atMs < old.atMs ? each : old), first);
  const without = partners.length - examined.length;
  const age = (atMs: number): string => `${span(nowMs - atMs)} ago`;
  return html`<p class="quiet">
    Newest examination ${age(newestMs)}, the oldest that counts ${age(oldest.atMs)} (${prose(oldest.domain)});
    ${without === 0 ? 'nobody is' : count(without, 'partner is', 'partners are')} without a fresh one.
  </p>`;
}
