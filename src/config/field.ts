import { z } from 'zod';
import { durationForm, formatDuration, parseDuration } from './duration.ts';

// The message of every issue is the noun phrase after "expected": one wording for all mistakes, made in mistakes-of.ts.

/** A text that `parse` turns into a value; null means that it is not one. */
export function text<T>(expected: string, description: string, examples: string[], parse: (text: string) => T | null) {
  return z
    .string({ error: expected })
    .meta({ description, examples })
    .transform((input, context) => {
      const value = parse(input);
      if (value !== null) return value;
      context.issues.push({ code: 'custom', message: expected, input });
      return z.NEVER;
    });
}

/** A duration with a unit, in milliseconds. */
export function duration(leastMs: number, mostMs: number, description: string, example: string) {
  const expected = `a duration from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}, such as ${example}`;
  return z
    .string({ error: expected })
    .regex(durationForm, { error: expected })
    .meta({
      description: `${description} From ${formatDuration(leastMs)} to ${formatDuration(mostMs)}.`,
      examples: [example],
    })
    .transform((input, context) => {
      const ms = parseDuration(input);
      if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
      context.issues.push({ code: 'custom', message: expected, input });
      return z.NEVER;
    });
}

/** A whole number within bounds. */
export function whole(least: number, most: number, description: string) {
  const error = `a whole number from ${String(least)} to ${String(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).meta({ description });
}

/** Words that are shown and may become a label: printable, not padded, bounded. */
export function words(most: number, description: string, examples: string[]) {
  const printable = /^[^\s\p{C}\p{Zl}\p{Zp}]([^\p{C}\p{Zl}\p{Zp}]*[^\s\p{C}\p{Zl}\p{Zp}])?$/u;
  const expected = `1 to ${String(most)} printable characters`;
  return text(expected, description, examples, (input) =>
    input.length <= most && printable.test(input) ? input : null,
  );
}

/** The path of a file, as written. */
export function path(description: string, examples: string[]) {
  const expected = 'the path of a file';
  return text(expected, `${description} Relative to this file.`, examples, (input) =>
    input !== '' && input.length <= 4096 && !input.includes('\0') ? input : null,
  );
}

/** A closed group of settings. */
export function group<S extends z.core.$ZodLooseShape>(shape: S, description: string) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, { error: `a group of settings (${names})` }).meta({ description });
}

export function list<S extends z.ZodType>(item: S, most: number, of: string, description: string) {
  const error = `a list of ${of}, at most ${String(most)}`;
  return z.array(item, { error }).max(most, { error }).meta({ description });
}
