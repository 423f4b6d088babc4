import type { FailureCode } from '../federation/failure.ts';
import { DnsDenial } from './dns-answer.ts';
import { asError } from './progress.ts';
import type { Stop } from './deadline.ts';
import { dnsServerName } from './dns-server.ts';
import type { DnsAnswer, DnsQuestion, DnsServer, Net } from './net.ts';

/** A question that is under way, and how many wait for its answer. */
interface UnderWay {
  readonly answer: Promise<DnsAnswer>;
  readonly stop: AbortController;
  readonly begunMs: number;
  waiting: number;
  over: boolean;
}

/**
 * Only one so young is joined, milliseconds: one that is not answered soon may be lost, and whoever asks after it asks
 * anew. What a lookup is said to have taken is too little by so much at most.
 */
export const joinedForMs = 50;

/** The server's word about the name: what everybody would be told who asks. */
const words: readonly FailureCode[] = ['dns_nxdomain', 'dns_nodata'];
const isWord = (error: unknown): boolean => error instanceof DnsDenial && words.includes(error.failure.code);

/**
 * Who asks a server what it is being asked already is told the same answer: many partners have one target, and are looked
 * up in the same second. Nothing is remembered after it. The query ends when the last one who waits for it gives up.
 * What befell that query alone says nothing about the others: each asks once more, by itself.
 */
export function askedTogether(ask: Net['ask']): Net['ask'] {
  const underWay = new Map<string, UnderWay>();

  const forget = (key: string, one: UnderWay): void => {
    if (underWay.get(key) === one) underWay.delete(key);
  };
  const begin = (key: string, server: DnsServer, question: DnsQuestion): UnderWay => {
    const stop = new AbortController();
    const one: UnderWay = {
      answer: ask(server, question, stop.signal),
      stop,
      begunMs: performance.now(),
      waiting: 0,
      over: false,
    };
    const over = (): void => {
      one.over = true;
      forget(key, one);
    };
    one.answer.then(over, over);
    underWay.set(key, one);
    return one;
  };

  return async (server, question, signal) => {
    signal.throwIfAborted();
    const key = keyOf(server, question);
    const known = underWay.get(key);
    const isYoung = known !== undefined && performance.now() - known.begunMs < joinedForMs;
    const one = isYoung ? known : begin(key, server, question);
    one.waiting += 1;
    try {
      return await untilStopped(one.answer, signal);
    } catch (error) {
      if (!isYoung || signal.aborted || isWord(error)) throw error;
      return await ask(server, question, signal);
    } finally {
      one.waiting -= 1;
      if (one.waiting === 0 && !one.over) {
        forget(key, one);
        one.stop.abort(signal.reason);
      }
    }
  };
}

function keyOf(server: DnsServer, { name, type, checkingDisabled, signatures }: DnsQuestion): string {
  return [dnsServerName(server), name, type, checkingDisabled === true, signatures === true].join(' ');
}

/** The answer, or the signal's reason if that comes first. */
function untilStopped(answer: Promise<DnsAnswer>, signal: Stop): Promise<DnsAnswer> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(asError(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    const over = (): void => signal.removeEventListener('abort', stop);
    answer.then(resolve, reject).finally(over);
  });
}
