import { NetworkFailure } from '../../federation/failure.ts';
import type { Link } from '../../net/net.ts';
import { match } from './matching.ts';
import type { SipResponse } from './message.ts';
import type { TransactionIds } from './request.ts';
import { MessageStream } from './stream.ts';

/** How many messages that are not our final answer may come before it. */
const maxOthers = 32;

export interface Answer {
  readonly final: SipResponse;
  readonly provisional: number;
}

/**
 * Sends the request and reads until the final answer to it. Other messages on the stream are passed over.
 * Rejects with NetworkFailure, or with the signal's reason when time is up.
 */
export async function exchange(link: Link, request: string, ids: TransactionIds, signal: AbortSignal): Promise<Answer> {
  await link.send(new TextEncoder().encode(request), signal);
  const stream = new MessageStream();
  let provisional = 0;
  for (let others = 0; others <= maxOthers;) {
    const message = stream.next();
    if (message === null) {
      stream.push(await more(link, stream, provisional, signal));
      continue;
    }
    const { response } = message;
    const found = response === null ? null : match(response, ids);
    if (found?.kind === 'broken') throw new NetworkFailure('sip_malformed', `in an answer to us, ${found.why}`);
    if (response !== null && found?.kind === 'ours') {
      if (response.status >= 200) return { final: response, provisional };
      provisional += 1;
    }
    others += 1;
  }
  throw new NetworkFailure('sip_malformed', `more than ${String(maxOthers)} messages and no final answer to ours`);
}

/** The next octets as Latin-1 text. An orderly end before the answer is a failure of its own. */
async function more(link: Link, stream: MessageStream, provisional: number, signal: AbortSignal): Promise<string> {
  const bytes = await link.receive(signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    if (stream.awaitsBody) {
      throw new NetworkFailure('sip_malformed', 'Content-Length promises more than was sent', { cause: error });
    }
    if (provisional === 0) throw error;
    throw new NetworkFailure('sip_no_final', 'a provisional answer and no final one', { cause: error });
  });
  // Bytes that are there already would otherwise be read without the loop ever turning: the deadline could not fire.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  if (bytes !== null) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const where = stream.isEmpty ? 'closed without an answer' : 'closed in the middle of an answer';
  throw new NetworkFailure('connection_closed', where);
}
