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

/** What tells whether a response is ours. */
interface Marks {
  readonly branch: string;
  readonly cseq: { readonly number: number; readonly method: string };
  readonly callId: string;
  readonly fromTag: string | null;
}

/** The marks of a response, of what it copies from its request (RFC 3261 §8.2.6.2); in words what is wrong with them. */
function marksOf(headers: Headers): Marks | string {
  const from = single(headers, 'from');
  if (!from.ok) return `from is ${from.why}`;
  const fromTag = readTag(from.value);
  if (fromTag === undefined) return 'from is broken';
  const to = single(headers, 'to');
  if (!to.ok) return `to is ${to.why}`;
  if (readTag(to.value) === undefined) return 'to is broken';
  const callId = single(headers, 'call-id');
  if (!callId.ok) return `call-id is ${callId.why}`;
  const sequence = single(headers, 'cseq');
  if (!sequence.ok) return `cseq is ${sequence.why}`;
  const cseq = readCSeq(sequence.value);
  if (cseq === null) return 'cseq is broken';
  const branch = topBranch(headers);
  if (branch === null) return 'the top-most via has no branch or is broken';
  return { branch, cseq, callId: callId.value, fromTag };
}

/** Whether anything in it points to us; the identifiers are 128 bits of chance, nobody has them by accident. */
function pointsToUs(headers: Headers, ids: TransactionIds): boolean {
  const says = (name: string, text: string): boolean => (headers.get(name) ?? []).some((each) => each.includes(text));
  return says('via', ids.branch) || says('call-id', ids.callId) || says('from', ids.tag);
}

/** Matches by branch, CSeq, Call-ID and From tag, all of them (RFC 3261 §17.1.3, §8.1.3.3). Pure. */
export function match({ headers }: SipResponse, ids: TransactionIds): Match {
  const marks = marksOf(headers);
  if (typeof marks === 'string') return pointsToUs(headers, ids) ? { kind: 'broken', why: marks } : { kind: 'other' };
  const { branch, cseq, callId, fromTag } = marks;
  const ours =
    branch === ids.branch &&
    cseq.number === 1 &&
    cseq.method === 'OPTIONS' &&
    callId === ids.callId &&
    fromTag === ids.tag;
  return { kind: ours ? 'ours' : 'other' };
}
