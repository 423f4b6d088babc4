/** Characters of a token (RFC 3261 §25.1), for use inside a character class. */
export const tokenChars = "A-Za-z0-9\\-.!%*_+`'~";

/** One `name=value` behind a semicolon; the name in lower case, the value without quotes, null when there is none. */
export interface Parameter {
  readonly name: string;
  readonly value: string | null;
}

/** What the reader of a header value is inside of. */
class Nesting {
  #quoted = false;
  #bracket = false;
  #comment = 0;
  #escaped = false;

  get isOutside(): boolean {
    return !this.#quoted && !this.#bracket && this.#comment === 0;
  }

  inComment(): boolean {
    return this.#comment > 0;
  }

  /** Takes the next character; whether a separator there would separate is `isOutside` before and after. */
  take(char: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (char === '\\') this.#escaped = this.#quoted || this.#comment > 0;
    else if (this.#quoted) this.#quoted = char !== '"';
    else if (this.#comment > 0) this.#comment += char === '(' ? 1 : char === ')' ? -1 : 0;
    else if (this.#bracket) this.#bracket = char !== '>';
    else if (char === '"') this.#quoted = true;
    else if (char === '<') this.#bracket = true;
    else if (char === '(') this.#comment = 1;
  }
}

/** What anything else begins with than the outside; mostly there is none. */
const opening = /["<(]/;

/**
 * Cuts a header value at a separator outside of quoted strings, angle brackets and comments (RFC 3261 §7.3.1, §25.1),
 * trimmed. One pass; null when a quote, bracket or comment stays open.
 */
export function cut(value: string, separator: ',' | ';'): readonly string[] | null {
  if (!opening.test(value)) return value.split(separator).map(trim);
  const pieces: string[] = [];
  const nesting = new Nesting();
  let start = 0;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === separator && nesting.isOutside) {
      pieces.push(trim(value.slice(start, at)));
      start = at + 1;
    } else nesting.take(char);
  }
  if (!nesting.isOutside) return null;
  pieces.push(trim(value.slice(start)));
  return pieces;
}

/** The value with its comments taken out, trimmed. One pass. */
export function withoutComments(value: string): string {
  if (!value.includes('(')) return trim(value);
  const nesting = new Nesting();
  let kept = '';
  for (const char of value) {
    const inside = nesting.inComment();
    nesting.take(char);
    if (!inside && !nesting.inComment()) kept += char;
  }
  return trim(kept);
}

/** Linear white space only: `String.trim` would also take what is no white space in SIP. */
export function trim(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && isSpace(value.charAt(from))) from += 1;
  while (to > from && isSpace(value.charAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t';
}

const quotedString = /^"((?:[^"\\]|\\[\s\S])*)"$/;

/** The text of a quoted string, escapes resolved; null when it is none. */
export function unquoted(value: string): string | null {
  const inner = quotedString.exec(value)?.[1];
  return inner === undefined ? null : inner.replace(/\\([\s\S])/g, '$1');
}

const parameter = new RegExp(`^([${tokenChars}]{1,64})(?:[ \\t]*=[ \\t]*([\\s\\S]*))?$`);

/** Reads the pieces behind the first semicolon; null when one of them is no parameter or a name comes twice. */
export function parametersOf(pieces: readonly string[]): readonly Parameter[] | null {
  const read: Parameter[] = [];
  const names = new Set<string>();
  for (const piece of pieces) {
    const [, written, raw] = parameter.exec(piece) ?? [];
    const name = written?.toLowerCase();
    if (name === undefined || names.has(name)) return null;
    const value = raw === undefined ? null : plainOrQuoted(raw);
    if (value === undefined) return null;
    names.add(name);
    read.push({ name, value });
  }
  return read;
}

/** A value as it is meant; undefined when it is neither a quoted string nor free of white space and quotes. */
function plainOrQuoted(raw: string): string | undefined {
  if (raw.startsWith('"')) return unquoted(raw) ?? undefined;
  return /^[^\s"<>]*$/.test(raw) ? raw : undefined;
}
