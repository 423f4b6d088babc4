import { NetworkFailure } from '../../federation/failure.ts';
import type { Link } from '../../net/net.ts';
import { contentLength, headEnd, maxHeadOctets, mayBeSip, readHead, topBranch, type SipResponse } from './message.ts';
import type { TransactionIds } from './request.ts';

/** How many messages that are not our answer may come before it. */
const maxStrays = 32;

/** Whether a response belongs to our transaction: top branch, CSeq and Call-ID (RFC 3261 §17.1.3). */
function isOurs(response: SipResponse, ids: TransactionIds): boolean {
  const cseq = response.headers.get('cseq')?.[0] ?? '';
  return (
    topBranch(response.headers) === ids.branch &&
    /^0*1\s+OPTIONS$/.test(cseq) &&
    response.headers.get('call-id')?.[0] === ids.callId
  );
}

interface Framed {
  readonly response: SipResponse | null;
  readonly rest: string;
}

/** Says what came instead: the first line is what a person recognises. */
function notSip(text: string): NetworkFailure {
  return new NetworkFailure(
    'sip_not_sip',
    `the answer begins with "${(text.split(/[\r\n]/, 1)[0] ?? '').slice(0, 60)}"`,
  );
}

/** Takes the first whole message off the stream; null when more octets are needed. Latin-1 keeps octets and characters equal. */
function takeMessage(buffer: string): Framed | null {
  const start = buffer.replace(/^(\r\n)+/, ''); // Keep-alives between messages (RFC 5626 §3.5.1).
  if (start === '' || start === '\r') return null;
  if (!mayBeSip(start)) throw notSip(start);
  const end = headEnd(start);
  if (end === null) {
    if (start.length > maxHeadOctets)
      throw new NetworkFailure('sip_too_large', `head of more than ${String(maxHeadOctets)} octets`);
    return null;
  }
  const head = readHead(start.slice(0, end));
  if (head.kind === 'not_sip') throw notSip(start);
  if (head.kind === 'malformed') throw new NetworkFailure('sip_malformed', head.why);
  const length = contentLength(head.kind === 'response' ? head.response.headers : head.headers);
  if (length === null) throw new NetworkFailure('sip_malformed', 'Content-Length is not a number within the limit');
  if (start.length < end + length) return null;
  return { response: head.kind === 'response' ? head.response : null, rest: start.slice(end + length) };
}

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
  let buffer = '';
  let provisional = 0;
  for (let strays = 0; strays <= maxStrays;) {
    const framed = takeMessage(buffer);
    if (framed === null) {
      buffer += await more(link, provisional, buffer, signal);
      continue;
    }
    buffer = framed.rest;
    const { response } = framed;
    if (response === null || !isOurs(response, ids)) strays += 1;
    else if (response.status >= 200) return { final: response, provisional };
    else provisional += 1;
    if (provisional > maxStrays) break;
  }
  throw new NetworkFailure('sip_malformed', `more than ${String(maxStrays)} messages and no answer to ours`);
}

/** The next octets as Latin-1 text. An orderly end before the answer is a failure of its own. */
async function more(link: Link, provisional: number, buffer: string, signal: AbortSignal): Promise<string> {
  const bytes = await link.receive(signal).catch((error: unknown) => {
    if (signal.aborted && provisional > 0)
      throw new NetworkFailure('sip_no_final', 'a provisional answer and no final one', { cause: error });
    throw error;
  });
  if (bytes !== null) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  throw new NetworkFailure(
    'connection_closed',
    buffer === '' ? 'closed without an answer' : 'closed in the middle of an answer',
  );
}
