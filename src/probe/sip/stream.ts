import { NetworkFailure } from '../../federation/failure.ts';
import { contentLength, headEnd, maxHeadOctets, mayBeSip, readHead, type SipResponse } from './message.ts';

/** Caps on one exchange: what lies beyond is not an answer to one OPTIONS. */
export const maxExchangeOctets = 262_144;
export const maxPieces = 2_048;

/** Says what came instead: the first line is what a person recognises. */
function notSip(text: string): NetworkFailure {
  const [line = ''] = text.split(/[\r\n]/, 1);
  return new NetworkFailure('sip_not_sip', `the answer begins with "${line.slice(0, 60)}"`);
}

/** A message of theirs: a response, or a request that happens to come on our connection. */
export interface Message {
  readonly response: SipResponse | null;
}

/**
 * Cuts a stream into messages (RFC 3261 §18.3). Each octet is looked at a bounded number of times, whatever the pieces
 * it comes in. Text is Latin-1, so that octets and characters are equal.
 */
export class MessageStream {
  #text = '';
  #octets = 0;
  #pieces = 0;
  /** Octets of a body that are still to be passed over. */
  #body = 0;

  get isEmpty(): boolean {
    return this.#octets === 0;
  }

  push(piece: string): void {
    this.#octets += piece.length;
    this.#pieces += 1;
    if (this.#octets > maxExchangeOctets || this.#pieces > maxPieces) {
      throw new NetworkFailure('sip_too_large', 'more data than an answer to one request');
    }
    const skipped = Math.min(this.#body, piece.length);
    this.#body -= skipped;
    this.#text += piece.slice(skipped);
  }

  /** The next message whose head and body are complete; null when more is needed. Rejects nothing: throws NetworkFailure. */
  next(): Message | null {
    if (this.#body > 0) return null;
    const held = this.#held;
    if (held !== null) {
      this.#held = null;
      return held;
    }
    return this.#readHead();
  }

  /** A message whose head was read and whose body is still on its way. */
  #held: Message | null = null;

  #readHead(): Message | null {
    // Keep-alives between messages (RFC 5626 §3.5.1).
    const start = this.#text.replace(/^(\r\n)+/, '');
    this.#text = start;
    if (start === '' || start === '\r') return null;
    if (!mayBeSip(start)) throw notSip(start);
    const end = headEnd(start);
    if (end === null) {
      if (start.length <= maxHeadOctets) return null;
      throw new NetworkFailure('sip_too_large', `a head of more than ${String(maxHeadOctets)} octets`);
    }
    const head = readHead(start.slice(0, end));
    if (head.kind === 'not_sip') throw notSip(start);
    if (head.kind === 'malformed') throw new NetworkFailure('sip_malformed', head.why);
    const length = contentLength(head.kind === 'response' ? head.response.headers : head.headers);
    if (length === null) throw new NetworkFailure('sip_malformed', 'Content-Length is not a number within the limit');
    const message = { response: head.kind === 'response' ? head.response : null };
    const rest = start.slice(end);
    this.#body = Math.max(0, length - rest.length);
    this.#text = rest.slice(length);
    if (this.#body === 0) return message;
    this.#held = message;
    return null;
  }
}
