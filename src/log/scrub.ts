/** Longer texts are cut: a log line is read by people and must stay below one pipe buffer's worth of atomic write. */
const longest = 800;
const longestStack = 2000;
const deepest = 5;
const mostItems = 50;

const secretNames = /pass(word|phrase)?$|secret|token|authorization|cookie|private_?key|^key$/i;

/** A text without passwords: user information of URLs, and secrets in query strings. */
export function scrubText(text: string, limit = longest): string {
  const clean = text
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>]{0,512}@/gi, '$1***@')
    .replace(/([?&](?:password|auth|token|secret)=)[^\s&"']{0,512}/gi, '$1***');
  return clean.length > limit ? `${clean.slice(0, limit)}… (${String(clean.length)} characters)` : clean;
}

/** Of an error only its name, code, message, stack and cause: clients hang the command, with its password, on it. */
function scrubError(error: Error, depth: number): object {
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name,
    ...(typeof code === 'string' ? { code } : {}),
    message: scrubText(message),
    ...(stack === undefined ? {} : { stack: scrubText(stack, longestStack) }),
    ...(cause === undefined ? {} : { cause: scrubValue(cause, depth + 1) }),
  };
}

function scrubObject(value: object, depth: number): unknown {
  if (value instanceof Error) return scrubError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `(${String(value.byteLength)} octets)`;
  if (value instanceof Map || value instanceof Set) return scrubValue([...value], depth);
  if (Array.isArray(value)) return value.slice(0, mostItems).map((each: unknown) => scrubValue(each, depth + 1));
  const entries = Object.entries(value)
    .slice(0, mostItems)
    .map(([key, each]: [string, unknown]): [string, unknown] => {
      return [key, secretNames.test(key) && each !== null ? '***' : scrubValue(each, depth + 1)];
    });
  return Object.fromEntries(entries);
}

function scrubValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return depth > deepest ? '(deeper)' : scrubObject(value, depth);
}

/** The fields of a log line as plain JSON: secrets masked, errors reduced, long texts and deep structures cut. */
export function scrub(fields: object): object {
  const clean = scrubObject(fields, 0);
  return fields instanceof Error || Array.isArray(clean) || typeof clean !== 'object' || clean === null
    ? { err: clean }
    : clean;
}
