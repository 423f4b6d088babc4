import { cut, parametersOf, tokenChars, withoutComments, type Parameter } from './scan.ts';

/** One hop of an answer's way (RFC 3261 §20.42). An IPv6 host has no brackets here. */
export interface Via {
  readonly transport: string;
  readonly host: string;
  readonly port: number | null;
  readonly parameters: readonly Parameter[];
}

const token = `[${tokenChars}]{1,64}`;
const slash = '[ \\t]*/[ \\t]*';
const host = '\\[([0-9A-Fa-f:.]{2,45})\\]|([A-Za-z0-9._-]{1,255})';
const sentBy = new RegExp(
  `^${token}${slash}${token}${slash}(${token})[ \\t]+(?:${host})(?:[ \\t]*:[ \\t]*([0-9]{1,5}))?$`,
);

/** Reads one Via value: white space around `/`, `:`, `;` and `=` is allowed, empty parameters are not. */
export function readVia(value: string): Via | null {
  const [hop = '', ...rest] = cut(value, ';') ?? [];
  const match = sentBy.exec(withoutComments(hop));
  const [, transport, six, name, port] = match ?? [];
  const sender = six ?? name;
  const parameters = parametersOf(rest);
  if (transport === undefined || sender === undefined || parameters === null) return null;
  return {
    transport: transport.toUpperCase(),
    host: sender.toLowerCase(),
    port: port === undefined ? null : Number(port),
    parameters,
  };
}

const known = new WeakMap<readonly string[], Via | null>();

/**
 * The top-most Via of a message: the first value of the first header. Null when there is none or it is broken. Read once
 * for the same list: matching, facts and fingerprint all ask.
 */
export function topVia(values: readonly string[]): Via | null {
  const [first] = values;
  if (first === undefined) return null;
  const seen = known.get(values);
  if (seen !== undefined) return seen;
  const via = readVia(cut(first, ',')?.[0] ?? '');
  known.set(values, via);
  return via;
}
