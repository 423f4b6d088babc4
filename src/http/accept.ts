import type { Format } from '../metrics/exposition.ts';

/** One thing that a client asks for, with its parameters and how much it wants it, 0 to 1 (RFC 9110 §12.4.2). */
interface Wish {
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  readonly weight: number;
}

function wishOf(text: string): Wish {
  const [name = '', ...rest] = text.split(';').map((each) => each.trim().toLowerCase());
  const params = new Map(rest.map((each): [string, string] => [each.split('=')[0] ?? '', each.split('=')[1] ?? '']));
  const weight = Number(params.get('q') ?? '1');
  return { name, params, weight: weight >= 0 && weight <= 1 ? weight : 0 };
}

function wishesOf(header: string | undefined): readonly Wish[] {
  return (header ?? '').split(',').map(wishOf);
}

/** How much the first of these names that is listed is wanted; 0: none is. */
function weightOf(wishes: readonly Wish[], names: readonly string[]): number {
  for (const name of names) {
    const weights = wishes.filter((each) => each.name === name).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

/** OpenMetrics 1.x when the client names it and wants no text more; else text, whatever it says. */
export function formatFor(accept: string | undefined): Format {
  const wishes = wishesOf(accept);
  const isSpoken = ({ name, params }: Wish): boolean =>
    name === 'application/openmetrics-text' && (params.get('version') ?? '1.').startsWith('1.');
  const open = Math.max(0, ...wishes.filter(isSpoken).map(({ weight }) => weight));
  return open > 0 && open >= weightOf(wishes, ['text/plain', 'text/*', '*/*']) ? 'openmetrics' : 'text';
}

/** Whether the client takes gzip and does not want it less than no coding at all (RFC 9110 §12.5.3). */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const wishes = wishesOf(acceptEncoding);
  const gzip = weightOf(wishes, ['gzip', 'x-gzip', '*']);
  return gzip > 0 && gzip >= weightOf(wishes, ['identity']);
}
