import { NetworkFailure } from '../../federation/failure.ts';
import { contentLength } from './headers.ts';
import { maxHeadOctets, readHead, scanHead, type Head, type SipResponse } from './message.ts';
import { judgeStart } from './start-line.ts';

/** Caps on one exchange: what lies beyond is not an answer to one OPTIONS. */
export const maxExchangeOctets = 262_144;
export const maxPieces = 2_048;

/** Says what came instead: the first line is what a person recognises. */
function notSip(text: string): NetworkFailure {
  const [line = ''] = text.split(/[\r\n]/, 1);
  return new NetworkFailure('sip_not_sip', `the answer begins with "${line.slice(0, 60)}"`);
}

const malformed = (why: string): NetworkFailure => new NetworkFailure('sip_malformed', why);

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
  /** Where the first line begins that was not seen whole. */
  #scanned = 0;
  /** Octets of a body that are still to be passed over. */
  #body = 0;
  /** A message whose head was read and whose body is still on its way. */
  #held: Message | null = null;

  get isEmpty(): boolean {
    return this.#octets === 0;
  }

  /** Whether a head was read whose Content-Length promises more than came so far. */
  get awaitsBody(): boolean {
    return this.#held !== null && this.#body > 0;
  }

  /** Throws NetworkFailure when more comes than an answer may be. */
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

  /** The next message whose head and body are complete; null when more is needed. Throws NetworkFailure. */
  next(): Message | null {
    if (this.#body > 0) return null;
    const held = this.#held;
    if (held !== null) {
      this.#held = null;
      return held;
    }
    return this.#readMessage();
  }

  #readMessage(): Message | null {
    this.#dropKeepAlives();
    const text = this.#text;
    if (text === '' || text === '\r') return null;
    const start = judgeStart(text);
    if (start.kind === 'foreign') throw notSip(text);
    if (start.kind === 'broken') throw malformed(`broken: ${start.why}`);
    const { end, why, next } = scanHead(text, this.#scanned);
    if ((end ?? text.length) > maxHeadOctets) {
      throw new NetworkFailure('sip_too_large', `a head of more than ${String(maxHeadOctets)} octets`);
    }
    if (why !== null) throw malformed(why);
    this.#scanned = next;
    return end === null ? null : this.#take(readHead(text.slice(0, end)), end);
  }

  /** Keep-alives between messages (RFC 5626 §3.5.1). */
  #dropKeepAlives(): void {
    let from = 0;
    while (this.#text.startsWith('\r\n', from)) from += 2;
    if (from === 0) return;
    this.#text = this.#text.slice(from);
    this.#scanned = 0;
  }

  #take(head: Head, end: number): Message | null {
    if (head.kind === 'not_sip') throw notSip(this.#text);
    if (head.kind === 'malformed') throw malformed(head.why);
    const length = contentLength(head.kind === 'response' ? head.response.headers : head.headers);
    if (length === null) throw malformed('Content-Length is not one number within the limit');
    const message = { response: head.kind === 'response' ? head.response : null };
    const rest = this.#text.slice(end);
    this.#body = Math.max(0, length - rest.length);
    this.#text = rest.slice(length);
    this.#scanned = 0;
    if (this.#body === 0) return message;
    this.#held = message;
    return null;
  }
}
