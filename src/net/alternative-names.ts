import { printable } from '../federation/failure.ts';

/** How many names of a certificate are kept. */
export const maxNames = 100;
const maxNameLength = 300;
const maxEmails = 5;

/** The names of servers in a certificate, at most `maxNames` together; `total` counts them all. Others are kept apart. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  readonly uri: readonly string[];
  readonly ip: readonly string[];
  readonly total: number;
  /** At most 5. */
  readonly email: readonly string[];
  /** How many are of no kind above: directory names, registered identifiers, other names. */
  readonly others: number;
}

/**
 * Reads Node's text form of subjectAltName: `DNS:a, URI:sip:b, IP Address:192.0.2.1`. A value with a comma, a quote or
 * a control character is a JSON string there, so that it cannot pass for several names (CVE-2021-44532).
 */
export function alternativeNames(text: string): AlternativeNames {
  const found = { dns: [] as string[], uri: [] as string[], ip: [] as string[] };
  const email: string[] = [];
  let [total, others] = [0, 0];
  for (const { kind, value } of entries(text)) {
    const list = kind === 'DNS' ? found.dns : kind === 'URI' ? found.uri : kind === 'IP Address' ? found.ip : null;
    if (kind === 'email' && email.length < maxEmails) email.push(printable(value, maxNameLength));
    if (kind !== 'email' && list === null) others += 1;
    if (list === null) continue;
    total += 1;
    if (total <= maxNames) list.push(printable(value, maxNameLength));
  }
  return { ...found, total, email, others };
}

interface Entry {
  readonly kind: string;
  readonly value: string;
}

const quoted = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/;

/** The entries up to the first that cannot be read; each character is looked at a bounded number of times. */
function* entries(text: string): Generator<Entry> {
  let rest = text;
  while (rest !== '') {
    const colon = rest.indexOf(':');
    if (colon === -1) return;
    const kind = rest.slice(0, colon);
    const after = rest.slice(colon + 1);
    const end = endOfValue(after);
    if (end === null) return;
    const value = unquoted(after.slice(0, end));
    if (value === null) return;
    yield { kind, value };
    rest = after.slice(end).replace(/^, /, '');
  }
}

/** Where a value ends: after its closing quote, or before `, `; null when the quote never closes. */
function endOfValue(text: string): number | null {
  if (text.startsWith('"')) return quoted.exec(text)?.[0].length ?? null;
  const comma = text.indexOf(', ');
  return comma === -1 ? text.length : comma;
}

function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  const value: unknown = JSON.parse(text);
  return typeof value === 'string' ? value : null;
}
