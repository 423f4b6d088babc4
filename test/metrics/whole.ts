import { exposition, plain, written, type Format } from '../../src/metrics/exposition.ts';
import type { Piece } from '../../src/metrics/runs.ts';
import type { Sample } from '../../src/probe/probe.ts';

/** All that comes, as a list. */
export async function listOf<T>(coming: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const each of coming) all.push(each);
  return all;
}

/** Pieces as one text. */
export async function whole(pieces: AsyncIterable<Piece>): Promise<string> {
  return (await listOf(plain(pieces))).join('');
}

/** Samples as the text of an exposition. */
export function textOf(parts: readonly (readonly Sample[])[], format: Format = 'text'): Promise<string> {
  return whole(
    exposition(
      parts.map((each) => written(each)),
      format,
    ),
  );
}
