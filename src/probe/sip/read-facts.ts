import { printable } from '../../federation/failure.ts';
import { familyOf } from '../../net/address.ts';
import { readSipDate } from './date.ts';
import { maxDiagnostics, readDiagnostic } from './diagnostics.ts';
import type { Asked, DecodedDiagnostic, SeenAs, SipFacts, ToldDate } from './facts.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Answer } from './hearing.ts';
import { withoutComments } from './scan.ts';
import { topVia } from './via.ts';

/** Texts that are only stored to be decoded are shorter than those people read: evidence has to stay small. */
const maxParameterText = 100;

function decode(line: string): DecodedDiagnostic | null {
  const { id, reason, parameters } = readDiagnostic(line);
  if (id === null) return null;
  return {
    id,
    reason: reason === null ? null : printable(reason),
    parameters: parameters.map(({ name, value }) => ({
      name: printable(name, maxParameterText),
      value: printable(value, maxParameterText),
    })),
  };
}

function retryAfter(value: string | undefined): number | null {
  const digits = /^([0-9]{1,9})(?:[ \t]*;|$)/.exec(withoutComments(value ?? ''))?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Only what is an address and a port: the Via is theirs to write. */
function seenAs(via: readonly string[]): SeenAs | null {
  const parameters = topVia(via)?.parameters ?? [];
  const valueOf = (wanted: string): string => parameters.find(({ name }) => name === wanted)?.value ?? '';
  const received = valueOf('received').replace(/^\[(.*)\]$/, '$1');
  const rport = /^[0-9]{1,5}$/.test(valueOf('rport')) ? Number(valueOf('rport')) : 0;
  const address = familyOf(received) === null ? null : received;
  const port = rport >= 1 && rport <= 65_535 ? rport : null;
  return address === null && port === null ? null : { address, port };
}

/** A Date that contradicts itself, or cannot be read, says nothing. */
function toldDate(values: readonly string[], heardAtMs: number): ToldDate | null {
  const says = new Set(values).size === 1 ? readSipDate(values[0]) : null;
  return says === null ? null : { says, heardAt: new Date(heardAtMs).toISOString() };
}

/** What an exchange without a final answer leaves. */
export function noFacts(asked: Asked): SipFacts {
  return {
    ...asked,
    status: null,
    reason: null,
    provisional: 0,
    server: null,
    retryAfterSeconds: null,
    warning: null,
    allow: null,
    diagnostics: [],
  };
}

const ascii = /^[\0-\x7f]*$/;

/** Reads what is worth keeping from the final answer, heard at this time by our clock. Pure but for the decoding of UTF-8. */
export function factsOf(asked: Asked, { final, provisional, contradicted }: Answer, heardAtMs: number): SipFacts {
  const { status, reason, headers } = final;
  // The stream was read as Latin-1 to count octets; texts are UTF-8 (RFC 3261 §7.3.1).
  const utf8 = (text: string): string => (ascii.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8'));
  const all = (name: string): readonly string[] => (headers.get(name) ?? []).map(utf8);
  const first = (name: string): string | null => {
    const value = all(name)[0];
    return value === undefined ? null : printable(value);
  };
  const lines = [...all('ms-diagnostics'), ...all('ms-diagnostics-public')].slice(0, maxDiagnostics);
  const allow = all('allow');
  return {
    ...asked,
    status,
    reason: printable(utf8(reason)),
    provisional,
    server: first('server'),
    retryAfterSeconds: retryAfter(headers.get('retry-after')?.[0]),
    warning: first('warning'),
    allow: allow.length === 0 ? null : printable(allow.join(', ')),
    diagnostics: lines.map((line) => printable(line)),
    decoded: lines.map(decode).filter((each) => each !== null),
    reasonHeader: first('reason'),
    contradicted,
    seenAs: seenAs(headers.get('via') ?? []),
    date: toldDate(headers.get('date') ?? [], heardAtMs),
    ...fingerprintOf(first('server'), headers.get('via') ?? []),
  };
}
