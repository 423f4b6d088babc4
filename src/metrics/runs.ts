import type { MetricName } from './catalogue.ts';
import type { Written } from './exposition.ts';

/** A stretch of an exposition: texts that follow each other. The same list again says the same again. */
export type Piece = readonly string[];

/** The pieces of some parts, by metric. */
type Pieces = ReadonlyMap<MetricName, readonly Piece[]>;

/** Parts about the same sort of thing that follow each other. */
interface Run {
  readonly parts: readonly Written[];
  readonly pieces: Pieces;
}

/** So many parts are in a run, and about so many characters in a piece. */
const partsPerRun = 200;
const charactersPerPiece = 131_072;

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((each, at) => each === other[at]);

function* cut(texts: readonly string[]): Generator<Piece, void, undefined> {
  let [from, length] = [0, 0];
  for (const [at, { length: more }] of texts.entries()) {
    length += more;
    if (length < charactersPerPiece && at < texts.length - 1) continue;
    yield texts.slice(from, at + 1);
    [from, length] = [at + 1, 0];
  }
}

/** Pieces that read as they did before are the same lists again. */
function piecesOf(parts: readonly Written[], before: Pieces | undefined): Pieces {
  const byMetric = new Map<MetricName, string[]>();
  for (const { lines } of parts) {
    for (const [name, text] of lines) {
      const of = byMetric.get(name);
      if (of === undefined) byMetric.set(name, [text]);
      else of.push(text);
    }
  }
  return new Map(
    [...byMetric].map(([name, texts]) => {
      const known = before?.get(name);
      return [
        name,
        Array.from(cut(texts), (piece, at) => (isSame(piece, known?.[at] ?? []) ? (known?.[at] ?? piece) : piece)),
      ];
    }),
  );
}

/**
 * Gathers the parts of one exposition after another: runs of which no part is another than last time are taken as they were.
 * Nothing is kept that the last exposition did not hold.
 */
export function keptRuns(): () => { readonly add: (part: Written) => void; readonly done: () => readonly Pieces[] } {
  let last = new Map<Written['about'], readonly Run[]>();
  return () => {
    const all: Pieces[] = [];
    const bySort = new Map<Written['about'], Run[]>();
    let open: Written[] = [];
    const close = (): void => {
      const [first] = open;
      if (first === undefined) return;
      const runs = bySort.get(first.about) ?? [];
      bySort.set(first.about, runs);
      const before = last.get(first.about)?.[runs.length];
      const run =
        before !== undefined && isSame(open, before.parts)
          ? before
          : { parts: open, pieces: piecesOf(open, before?.pieces) };
      runs.push(run);
      all.push(run.pieces);
      open = [];
    };
    return {
      add(part) {
        if (open.length === partsPerRun || open[0]?.about !== part.about) close();
        open.push(part);
      },
      done() {
        close();
        last = bySort;
        return all;
      },
    };
  };
}
