/** One `ms-diagnostics` line decoded (facts of MS-OCER 2.2.1). Texts are as the peer wrote them, not yet made printable. */
export interface Diagnostic {
  /** The ErrorId; behaviour keys on it and never on the text. Null when the line begins with no number. */
  readonly id: number | null;
  readonly reason: string | null;
  /** The server that wrote it: a name from inside their network, never for outsiders. */
  readonly source: string | null;
  /** What else stands there, in order. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

/** Lines of one answer that are read; successive servers stack theirs. */
export const maxDiagnostics = 8;

const maxParameters = 8;
const maxName = 64;
const quotes = '"\u201c\u201d\u201e';

/** Cuts at semicolons outside of quotes, straight or smart; when a quote stays open, quotes mean nothing. Linear. */
function segments(line: string): readonly string[] {
  const found: string[] = [];
  let [start, quoted, escaped] = [0, false, false];
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (escaped) escaped = false;
    else if (quoted && char === '\\') escaped = true;
    else if (quotes.includes(char)) quoted = !quoted;
    else if (char === ';' && !quoted) {
      found.push(line.slice(start, at));
      start = at + 1;
    }
  }
  found.push(line.slice(start));
  return (quoted ? line.split(';') : found).map((each) => each.trim());
}

function unwrapped(raw: string): string {
  const text = raw.trim();
  const opened = text !== '' && quotes.includes(text.charAt(0));
  const closed = text.length > 1 && quotes.includes(text.charAt(text.length - 1));
  const inner = text.slice(opened ? 1 : 0, opened && closed ? -1 : undefined);
  return inner.replace(/\\(["\\])/g, '$1').trim();
}

function pair(segment: string): { readonly name: string; readonly value: string } | null {
  const equals = segment.indexOf('=');
  const name = segment.slice(0, Math.max(0, equals)).trim();
  return name === '' || name.length > maxName ? null : { name, value: unwrapped(segment.slice(equals + 1)) };
}

/** Decodes the value of an `ms-diagnostics` or `ms-diagnostics-public` header, leniently: traces show smart quotes and spaces. */
export function readDiagnostic(line: string): Diagnostic {
  const [head = '', ...rest] = segments(line);
  const digits = /^[0-9]{1,5}$/.exec(unwrapped(head))?.[0];
  const pairs = rest.map(pair).filter((each) => each !== null);
  const named = (wanted: string): string | null =>
    pairs.find(({ name }) => name.toLowerCase() === wanted)?.value ?? null;
  return {
    id: digits === undefined ? null : Number(digits),
    reason: named('reason'),
    source: named('source'),
    parameters: pairs.filter(({ name }) => !/^(?:reason|source)$/i.test(name)).slice(0, maxParameters),
  };
}

/** A line as it may be shown to anybody: without the parameter that names a server of theirs. */
export function withoutSource(line: string): string {
  const kept = segments(line).filter((each) => !/^source\s*(?:=|$)/i.test(each));
  return kept.join(';');
}
