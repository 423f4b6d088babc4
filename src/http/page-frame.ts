import { html, type Html } from './html.ts';
import { utc } from './words.ts';

/** How often a page asks for itself again, seconds. */
export const refreshSeconds = 5;

/** What surrounds every page. */
export interface Frame {
  readonly title: string;
  /** The way from this page to the first one, so that a path prefix of a proxy does no harm. */
  readonly root: './' | '../';
  readonly nowMs: number;
  /** Null: this page does not renew itself (a person types in it, or turned it off). */
  readonly refresh: { readonly on: boolean; readonly toggle: string } | null;
  /** Shown on top when nothing below can be trusted. */
  readonly warning: string | null;
}

function refreshLink({ refresh }: Frame): Html | null {
  if (refresh === null) return null;
  return refresh.on
    ? html` · renews itself every ${refreshSeconds} s · <a href="${refresh.toggle}">stop</a>`
    : html` · does not renew itself · <a href="${refresh.toggle}">renew every ${refreshSeconds} s</a>`;
}

/** One whole HTML document. */
export function document(frame: Frame, body: Html): string {
  const { title, root, nowMs, refresh, warning } = frame;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh?.on === true ? html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}" /></noscript>` : null}
        <title>${title}</title>
        <link rel="icon" href="${root}page.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${root}page.css" />
        ${refresh?.on === true ? html`<script src="${root}page.js" defer></script>` : null}
      </head>
      <body${refresh?.on === true ? html` data-live="${root}api/v1/events"` : null}>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <a class="mark" href="${root}">fedmon</a> <a href="${root}?q=">Find a partner</a>
          <span class="end">As of ${utc(nowMs)}${refreshLink(frame)}</span>
        </header>
        <main id="content">
          ${warning === null ? null : html`<div class="banner" role="alert"><strong>Do not trust what is below.</strong> ${warning}</div>`}
          ${body}
        </main>
        <footer>
          Times are UTC. Unknown is never green: what was not proven is said to be not proven.
          <a href="${root}explain/">All findings</a> · <a href="${root}api/v1/partners">JSON</a> ·
          <a href="${root}metrics">Metrics</a>
        </footer>
      </body>
    </html> `.toString();
}

/** The icon of the pages: two parties and what joins them. */
export const pageIcon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="3.5" cy="8" r="3" fill="#1552b0"/><circle cx="12.5" cy="8" r="3" fill="#17663a"/><path d="M6 8h4" stroke="#888" stroke-width="2"/></svg>';
