import { single, type Headers } from './headers.ts';
import { topBranch, type SipResponse } from './message.ts';
import type { TransactionIds } from './request.ts';
import { cut, parametersOf, tokenChars } from './scan.ts';

/** Whether a response answers our request; `broken`: it is meant for us and cannot be read. */
export type Match =
  { readonly kind: 'ours' } | { readonly kind: 'other' } | { readonly kind: 'broken'; readonly why: string };

const cseqValue = new RegExp(`^([0-9]{1,20})[ \\t]+([${tokenChars}]{1,64})$`);

/** The number and method of a CSeq; the number is below 2^31 (RFC 3261 §8.1.1.5). Methods differ by case. */
export function readCSeq(value: string): { readonly number: number; readonly method: string } | null {
  const [, digits, method] = cseqValue.exec(value) ?? [];
  if (digits === undefined || method === undefined || Number(digits) >= 2 ** 31) return null;
  return { number: Number(digits), method };
}

/** The tag of a From or To value: null when there is none, undefined when the value cannot be read. */
export function readTag(value: string): string | null | undefined {
  const [address = '', ...rest] = cut(value, ';') ?? [];
  const parameters = parametersOf(rest);
  if (address === '' || parameters === null) return undefined;
  return parameters.find(({ name }) => name === 'tag')?.value ?? null;
}

/** What every response copies from its request (RFC 3261 §8.2.6.2). */
const copied = ['from', 'to', 'call-id', 'cseq'] as const;

/** Why the response cannot be told to be ours or not; null when it can. */
function trouble(headers: Headers): string | null {
  for (const name of copied) {
    const read = single(headers, name);
    if (!read.ok) return `${name} is ${read.why}`;
    if (name === 'cseq' && readCSeq(read.value) === null) return 'cseq is broken';
    if ((name === 'from' || name === 'to') && readTag(read.value) === undefined) return `${name} is broken`;
  }
  return topBranch(headers) === null ? 'the top-most via has no branch or is broken' : null;
}

/** Whether anything in it points to us; the identifiers are 128 bits of chance, nobody has them by accident. */
function pointsToUs(headers: Headers, ids: TransactionIds): boolean {
  const says = (name: string, text: string): boolean => (headers.get(name) ?? []).some((each) => each.includes(text));
  return says('via', ids.branch) || says('call-id', ids.callId) || says('from', ids.tag);
}

/** Matches by branch, CSeq, Call-ID and From tag, all of them (RFC 3261 §17.1.3, §8.1.3.3). Pure. */
export function match({ headers }: SipResponse, ids: TransactionIds): Match {
  const why = trouble(headers);
  if (why !== null) return pointsToUs(headers, ids) ? { kind: 'broken', why } : { kind: 'other' };
  const value = (name: string): string => headers.get(name)?.[0] ?? '';
  const cseq = readCSeq(value('cseq'));
  const ours =
    topBranch(headers) === ids.branch &&
    cseq?.number === 1 &&
    cseq.method === 'OPTIONS' &&
    value('call-id') === ids.callId &&
    readTag(value('from')) === ids.tag;
  return { kind: ours ? 'ours' : 'other' };
}
