import type { Published } from '../federation/published.ts';
import { html, type Html } from './html.ts';
import { utc } from './words.ts';

/** What became of an examination that was asked for on the page, as its address says it. Nothing of it is believed but these words. */
export interface OrderNote {
  readonly is: (typeof orderWords)[number];
  /** The slot that was queued, epoch milliseconds, or the seconds after which it may be tried again; null: neither. */
  readonly number: number | null;
}

export const orderWords = ['queued', 'wrong_token', 'wrong_tokens', 'too_soon', 'too_many', 'stopped', 'away'] as const;

/** What the address of a partner's page says of an order; null: nothing that is understood. */
export function orderNote(query: Readonly<Record<string, unknown>>): OrderNote | null {
  const is = orderWords.find((each) => each === query['order']);
  const number = Number(query['at']);
  if (is === undefined) return null;
  return { is, number: Number.isSafeInteger(number) && number > 0 && number < 8.64e15 ? number : null };
}

const wait = (seconds: number | null): string =>
  seconds === null ? 'try again in a minute' : `try again in ${String(Math.min(seconds, 3_600))} s`;

function noteText({ is, number }: OrderNote, { standing }: Published): string {
  switch (is) {
    case 'queued': {
      if (number === null) return 'The examination is at the front of the queue.';
      const done = standing !== null && standing.slotMs >= number;
      return done
        ? `Examined, as asked for at ${utc(number)}: what it found is below.`
        : `Asked for at ${utc(number)}: it is at the front of the queue, and what it finds comes here. Nothing after a minute? Look at the workers.`;
    }
    case 'wrong_token':
      return 'Nothing was asked of the partner: this is not the token of api.tokenFile.';
    case 'wrong_tokens':
      return `Nothing was asked of the partner: too many wrong tokens came from this address; ${wait(number)}.`;
    case 'too_soon':
      return `This partner was examined on demand a moment ago; ${wait(number)}.`;
    case 'too_many':
      return `Too many examinations were asked for in this minute; ${wait(number)}.`;
    case 'stopped':
      return 'Nothing was asked: politeness.stop or stopAll of our configuration leaves this partner alone.';
    case 'away':
      return 'Nothing was asked: the queue is not reachable. Check Redis.';
  }
}

/** What became of the order that led here. */
export function orderStatus(note: OrderNote | null, published: Published): Html | null {
  return note === null ? null : html`<p class="note" role="status">${noteText(note, published)}</p>`;
}

/** The way to the form: on a page that does not renew itself, so that nothing typed is lost. */
export const orderLink = html`<a href="?refresh=off#examine">Examine now</a>`;

/**
 * The form that orders an examination. The token is typed, or filled in by the browser's own store of passwords; it is in
 * no address, page or cookie, so that no other site can use it.
 */
export function orderForm(domain: string): Html {
  return html`<h2 id="examine">Examine now</h2>
    <form method="post" action="${encodeURIComponent(domain)}/examine">
      <input type="text" name="username" value="fedmon" autocomplete="username" hidden />
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        maxlength="512"
        aria-describedby="token-hint"
      />
      <button>Examine ${domain}</button>
      <span class="quiet" id="token-hint">The one of api.tokenFile. Once a minute for a partner.</span>
    </form>`;
}
