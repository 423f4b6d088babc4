/** A value as it was last read. */
export interface Kept {
  readonly key: string;
  /** What it is known by: its sign, or its text where it has none. */
  readonly sign: string;
  readonly value: unknown;
  /** Of its text, in characters. */
  readonly length: number;
}

/** Values as they were last read, so that what did not change is neither read nor parsed nor checked again. */
export interface Remembered {
  /** Those of one sort, by name. */
  sort(of: string): { get(name: string): Kept | undefined; keep(name: string, kept: Kept): void };
}

/** Texts of the fleet of an exporter, in characters: of 10,000 partners on 1,000 edges it remembers 37 million. */
export const mostRemembered = 64 * 1024 * 1024;

type Shelves = Map<string, Map<string, Kept>>;

function shelfOf(shelves: Shelves, sort: string): Map<string, Kept> {
  const shelf = shelves.get(sort) ?? new Map<string, Kept>();
  shelves.set(sort, shelf);
  return shelf;
}

/** Keeps values whose keys and texts have `most` characters together; of what was read before those as many again, until they are read. */
export function remembered(most: number): Remembered {
  let young: Shelves = new Map();
  let old: Shelves = new Map();
  let length = 0;
  const keep = (sort: string, name: string, kept: Kept): void => {
    const shelf = shelfOf(young, sort);
    const before = shelf.get(name);
    length += kept.length - (before === undefined ? -kept.key.length : before.length);
    shelf.set(name, kept);
    if (length <= most) return;
    old = young;
    young = new Map();
    length = 0;
  };
  return {
    sort: (sort) => ({
      get(name) {
        const recent = young.get(sort)?.get(name);
        if (recent !== undefined) return recent;
        const kept = old.get(sort)?.get(name);
        if (kept !== undefined) keep(sort, name, kept);
        return kept;
      },
      keep: (name, kept) => {
        keep(sort, name, kept);
      },
    }),
  };
}
