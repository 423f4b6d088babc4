import { NetworkFailure } from '../../../src/federation/failure.ts';
import type { Link } from '../../../src/net/net.ts';
import type { Answer } from '../../../src/probe/sip/hearing.ts';
import { exchange } from '../../../src/probe/sip/transaction.ts';
import { ids } from '../../corpus/sip/torture.ts';

/** A link that hands out these pieces (Latin-1) and then ends in order. */
function linkOf(pieces: readonly string[]): Link {
  let at = 0;
  const never = (): Promise<never> => Promise.reject(new Error('not part of this test'));
  return {
    secure: never,
    seen: () => null,
    admitted: never,
    send: () => Promise.resolve(),
    receive: () => {
      const piece = pieces[at];
      at += 1;
      return Promise.resolve(piece === undefined ? null : Buffer.from(piece, 'latin1'));
    },
    close: () => undefined,
  };
}

const { signal } = new AbortController();

/** The answer to our OPTIONS in what was fed, or the failure; anything else that is thrown is a bug and thrown on. */
export async function feed(pieces: readonly string[]): Promise<Answer | NetworkFailure> {
  try {
    return await exchange(linkOf(pieces), 'request', ids, signal);
  } catch (error) {
    if (error instanceof NetworkFailure) return error;
    throw error;
  }
}

/** Cuts a text into pieces of this many octets. */
export function inPieces(text: string, octets: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / octets) }, (_, at) => text.slice(at * octets, (at + 1) * octets));
}
