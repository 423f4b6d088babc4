import { NetworkFailure } from '../../federation/failure.ts';
import type { Stop } from '../../net/deadline.ts';
import type { Link } from '../../net/net.ts';
import { Hearing, type Answer } from './hearing.ts';
import type { TransactionIds } from './request.ts';
import { MessageStream } from './stream.ts';

/** How many messages that are not our final answer may come before it. */
const maxOthers = 32;

/**
 * Sends the request once, over TCP or TLS, and reads until the final answer to it; a stream is never asked twice
 * (RFC 3261 §17.1.2.2). Other messages on the stream are passed over. Rejects with NetworkFailure, or with the
 * signal's reason when time is up.
 */
export async function exchange(link: Link, request: string, ids: TransactionIds, signal: Stop): Promise<Answer> {
  await link.send(Buffer.from(request), signal);
  const stream = new MessageStream();
  const hearing = new Hearing(ids);
  while (hearing.taken <= maxOthers) {
    const message = stream.next();
    if (message === null) {
      stream.push(await more(link, stream, hearing.provisional, signal));
      continue;
    }
    hearing.take(message);
    if (hearing.answer !== null) return behind(stream, hearing, hearing.answer);
  }
  if (hearing.provisional > 0) {
    throw new NetworkFailure('sip_no_final', `${String(hearing.provisional)} provisional answers and no final one`);
  }
  throw new NetworkFailure('sip_malformed', `more than ${String(maxOthers)} messages and no final answer to ours`);
}

/** The answer, with what came along behind it: nothing is waited for, and junk there spoils nothing. */
function behind(stream: MessageStream, hearing: Hearing, answer: Answer): Answer {
  try {
    for (let message = stream.next(); message !== null; message = stream.next()) {
      if (hearing.taken > maxOthers) break;
      hearing.take(message);
    }
  } catch (error) {
    if (!(error instanceof NetworkFailure)) throw error;
  }
  return hearing.answer ?? answer;
}

/** The next octets as Latin-1 text. An orderly end before the answer is a failure of its own. */
async function more(link: Link, stream: MessageStream, provisional: number, signal: Stop): Promise<string> {
  const bytes = await received(link, stream, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    if (stream.awaitsBody) {
      throw new NetworkFailure('sip_malformed', 'Content-Length promises more than was sent', { cause: error });
    }
    if (provisional === 0) throw error;
    throw new NetworkFailure('sip_no_final', 'a provisional answer and no final one', { cause: error });
  });
  if (bytes !== null) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const where = stream.isEmpty ? 'closed without an answer' : 'closed in the middle of an answer';
  throw new NetworkFailure('connection_closed', where);
}

/** Octets that are there already would otherwise be read without the loop ever turning: the deadline could not fire. */
async function received(link: Link, stream: MessageStream, signal: Stop): Promise<Uint8Array | null> {
  if (!stream.isEmpty) {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return link.receive(signal);
}
