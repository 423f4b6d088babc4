import { isMap, isPair, isScalar, isSeq, type Document } from 'yaml';

export type Path = readonly PropertyKey[];

/** Something wrong with the shape of a document, before any schema. */
export interface Flaw {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
  /** Where the same thing stood before, for duplicates. */
  readonly firstOffset: number | null;
}

const deepest = 16;
const hostileKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const startOf = (node: unknown, otherwise: number): number => {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? otherwise;
};

/** A key as text; YAML also allows numbers and `true`. */
const keyText = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key));

/** Turns the nodes of a document into plain values; what cannot be one is left out and reported. */
export function plainValue(document: Document): { readonly value: unknown; readonly flaws: readonly Flaw[] } {
  const flaws: Flaw[] = [];
  const flaw = (offset: number, path: Path, message: string, firstOffset: number | null = null): void => {
    flaws.push({ offset, path, message, firstOffset });
  };

  const mapping = (pairs: readonly unknown[], path: Path, offset: number): unknown => {
    const value: Record<string, unknown> = {};
    const seen = new Map<string, number>();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const at = startOf(pair.key, offset);
      if (!isScalar(pair.key) || pair.key.value === null) {
        flaw(at, path, 'a key must be a plain word');
        continue;
      }
      const key = keyText(pair.key.value);
      const first = seen.get(key);
      if (first !== undefined) flaw(at, [...path, key], 'duplicate key', first);
      else if (hostileKeys.has(key)) flaw(at, [...path, key], 'this key is not allowed');
      else value[key] = plain(pair.value, [...path, key], at);
      seen.set(key, first ?? at);
    }
    return value;
  };

  const plain = (node: unknown, path: Path, around: number): unknown => {
    const offset = startOf(node, around);
    if (path.length > deepest) {
      flaw(offset, [], `nested deeper than ${String(deepest)} levels; a configuration needs 5`);
      return null;
    }
    if (isMap(node)) return mapping(node.items, path, offset);
    if (isSeq(node)) return node.items.map((item, at) => plain(item, [...path, at], offset));
    return isScalar(node) ? node.value : null;
  };

  return { value: plain(document.contents, [], 0), flaws };
}

/** Where the value (or the key) of a path begins; the innermost thing around it when it does not exist. */
export function offsetOf(document: Document, path: Path, what: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node, 0);
  for (const [depth, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && keyText(each.key.value) === part);
      if (pair === undefined) return offset;
      const keyOffset = startOf(pair.key, offset);
      const missing = pair.value === null || (isScalar(pair.value) && pair.value.source === '');
      offset = missing || (what === 'key' && depth === path.length - 1) ? keyOffset : startOf(pair.value, keyOffset);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = startOf(node, offset);
    } else {
      return offset;
    }
  }
  return offset;
}

/** What stands at a path of plain values; undefined when there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Readonly<Record<PropertyKey, unknown>>)[part];
  }, value);
}
