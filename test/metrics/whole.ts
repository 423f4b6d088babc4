import { exposition, written, type Format } from '../../src/metrics/exposition.ts';
import type { Sample } from '../../src/probe/probe.ts';

/** Pieces as one text. */
export async function whole(pieces: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.join('');
}

/** Samples as the text of an exposition. */
export function textOf(parts: readonly (readonly Sample[])[], format: Format = 'text'): Promise<string> {
  return whole(exposition(parts.map(written), format));
}
