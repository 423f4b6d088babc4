import sip from 'sip';
import { Parser } from 'sip.js/lib/core/messages/parser.js';
import type { Logger } from 'sip.js/lib/core/log/logger.js';
import { readCSeq } from '../../../src/probe/sip/matching.ts';
import { readHead, topBranch } from '../../../src/probe/sip/message.ts';

/** What identifies an answer (RFC 3261 §17.1.3), as one reader sees it. */
export interface Reading {
  readonly status: number;
  readonly branch: string | null;
  readonly callId: string | null;
  readonly cseq: string | null;
}

/** Reads one message; null when it is refused, or is no response. */
export type Reader = (text: string) => Reading | null;

const headOf = (text: string): string => `${text.split('\r\n\r\n', 1)[0] ?? ''}\r\n\r\n`;

export const ours: Reader = (text) => {
  const head = readHead(headOf(text));
  if (head.kind !== 'response') return null;
  const { status, headers } = head.response;
  const cseq = readCSeq(headers.get('cseq')?.[0] ?? '');
  return {
    status,
    branch: topBranch(headers),
    callId: headers.get('call-id')?.[0] ?? null,
    cseq: cseq === null ? null : `${String(cseq.number)} ${cseq.method}`,
  };
};

/** A refusal may be an exception; what it says is of no interest here. */
function attempt(read: () => Reading | null): Reading | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** The parser of the package `sip`, which reads Latin-1 text as we do. */
const sipPackage: Reader = (text) =>
  attempt(() => {
    const message = sip.parse(text);
    if (message?.status === undefined) return null;
    const { 'call-id': callId, cseq, via } = message.headers;
    return {
      status: message.status,
      branch: via?.[0]?.params['branch'] ?? null,
      callId: callId ?? null,
      cseq: cseq === undefined ? null : `${String(cseq.seq)} ${cseq.method}`,
    };
  });

const nothing = (): void => undefined;
// It only ever complains to its log.
const silent = { debug: nothing, log: nothing, warn: nothing, error: nothing } as unknown as Logger;

/** The parser of the package `sip.js`. */
const sipJs: Reader = (text) =>
  attempt(() => {
    const message = Parser.parseMessage(text, silent);
    if (message === undefined || !('statusCode' in message)) return null;
    const { statusCode, viaBranch, callId, cseq } = message;
    return {
      status: statusCode ?? 0,
      branch: viaBranch === '' ? null : viaBranch,
      callId: callId === '' ? null : callId,
      cseq: `${String(cseq)} ${message.method}`,
    };
  });

export const oracles: Readonly<Record<'sip' | 'sip.js', Reader>> = { sip: sipPackage, 'sip.js': sipJs };
