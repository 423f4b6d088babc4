import { NetworkFailure } from '../../federation/failure.ts';
import type { Clock } from '../../net/clock.ts';
import { deadline, DeadlineExceeded, type Stop } from '../../net/deadline.ts';
import type { DatagramLink } from '../../net/net.ts';
import { Hearing, type Answer } from './hearing.ts';
import type { TransactionIds } from './request.ts';
import { MessageStream, type Message } from './stream.ts';

/** Timers of a non-INVITE client transaction, milliseconds (RFC 3261 §17.1.2.2, table 4). */
export const t1Ms = 500;
export const t2Ms = 4_000;
export const timerFMs = 64 * t1Ms;

/** How long to listen on after the final answer, for one that contradicts it. Timer K would wait for 5 s. */
export const lingerMs = 100;

/** More datagrams than this are not read in one exchange, whoever sends them. */
export const maxDatagrams = 2_048;

/** Timer E: when the request goes out again. After a provisional answer only every T2. */
class TimerE {
  #intervalMs = t1Ms;
  #dueMs: number;

  constructor(nowMs: number) {
    this.#dueMs = nowMs + t1Ms;
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  fired(isProceeding: boolean): void {
    this.#intervalMs = isProceeding ? t2Ms : Math.min(2 * this.#intervalMs, t2Ms);
    this.#dueMs += this.#intervalMs;
  }
}

/** What an exchange over UDP needs; `sending` is told of every time the request goes out. */
export interface DatagramExchange {
  readonly link: DatagramLink;
  readonly request: string;
  readonly ids: TransactionIds;
  readonly clock: Clock;
  readonly sending: () => void;
}

/**
 * A transaction over UDP: sends the request, again at each Timer E, and reads until the final answer to it. The signal is
 * Timer F. What is not an answer to us is passed over, because anybody can send a datagram. Rejects with NetworkFailure,
 * or with the signal's reason when time is up.
 */
export async function exchangeDatagrams(exchange: DatagramExchange, signal: Stop): Promise<Answer> {
  const { link, request, ids, clock, sending } = exchange;
  const bytes = new TextEncoder().encode(request);
  const send = (): Promise<void> => {
    sending();
    return link.send(bytes, signal);
  };
  const ears = new Ears(ids);
  const timer = new TimerE(clock.monotonic());
  await send();
  for (;;) {
    const datagram = await before(timer.dueMs, link, clock, signal).catch((error: unknown) => {
      throw signal.aborted ? (ears.insteadOfAnswer() ?? error) : error;
    });
    if (datagram === null) {
      await send();
      timer.fired(ears.hearing.provisional > 0);
      continue;
    }
    ears.take(datagram);
    const { answer } = ears.hearing;
    if (answer !== null) return lingering(exchange, ears, answer, signal);
  }
}

/** The next datagram, or null when the instant on the monotonic clock comes first. */
async function before(dueMs: number, link: DatagramLink, clock: Clock, signal: Stop): Promise<Uint8Array | null> {
  const limit = deadline(clock, Math.max(0, dueMs - clock.monotonic()), signal);
  try {
    return await link.receive(limit.signal);
  } catch (error) {
    if (limit.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    limit.release();
  }
}

/** Listens on for a moment. The answer stands whatever comes: a late error or the end of our time takes nothing away. */
async function lingering({ link, clock }: DatagramExchange, ears: Ears, answer: Answer, signal: Stop): Promise<Answer> {
  const untilMs = clock.monotonic() + lingerMs;
  try {
    for (let next = await before(untilMs, link, clock, signal); next !== null;) {
      ears.take(next);
      next = await before(untilMs, link, clock, signal);
    }
  } catch (error) {
    if (!(error instanceof NetworkFailure || error instanceof DeadlineExceeded)) throw error;
  }
  return ears.hearing.answer ?? answer;
}

/** Reads datagrams: one message each (RFC 3261 §18.3). */
class Ears {
  readonly hearing: Hearing;
  readonly #ids: TransactionIds;
  #datagrams = 0;
  /** The first thing that came and was no message, told when nothing better does. */
  #noise: NetworkFailure | null = null;

  constructor(ids: TransactionIds) {
    this.#ids = ids;
    this.hearing = new Hearing(ids);
  }

  /** Throws NetworkFailure when an answer to us cannot be read: with our identifiers in it, no stranger made it up. */
  take(bytes: Uint8Array): void {
    this.#datagrams += 1;
    if (this.#datagrams > maxDatagrams) {
      throw new NetworkFailure('sip_too_large', `more than ${String(maxDatagrams)} datagrams and no answer to ours`);
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    try {
      const message = messageIn(text);
      if (message !== null) this.hearing.take(message);
    } catch (error) {
      if (!(error instanceof NetworkFailure) || text.includes(this.#ids.branch)) throw error;
      this.#noise ??= error;
    }
  }

  /** What to say when time is up; null when nothing was heard that matters. */
  insteadOfAnswer(): NetworkFailure | null {
    return this.hearing.provisional > 0
      ? new NetworkFailure('sip_no_final', 'a provisional answer and no final one')
      : this.#noise;
  }
}

/** The message in a datagram; null for a keep-alive. What lies behind its Content-Length is dropped. Throws NetworkFailure. */
function messageIn(text: string): Message | null {
  if (/^[\r\n\0]*$/.test(text)) return null;
  const stream = new MessageStream();
  stream.push(text);
  const message = stream.next();
  if (message === null) throw new NetworkFailure('sip_malformed', 'the datagram ends inside of the message');
  return message;
}
