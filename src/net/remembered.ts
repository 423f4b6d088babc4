/** What values weigh together may be bounded, too, in any unit. */
export interface Weights<Value> {
  readonly most: number;
  of(value: Value): number;
}

interface Kept<Value> {
  readonly key: string;
  readonly value: Value;
  readonly weight: number;
}

/**
 * The value for a key, made once and kept while there is room for it. Chance tells which one makes room: to whom walks
 * through more keys than there is room for, over and over, the oldest would be gone each time it is wanted.
 */
export function remembered<Value>(
  most: number,
  weights: Weights<Value> = { most: 0, of: () => 0 },
): (key: string, make: () => Value) => Value {
  const places = new Map<string, number>();
  const all: Kept<Value>[] = [];
  let weight = 0;
  const drop = (at: number): void => {
    const last = all.pop();
    const dropped = all[at] ?? last;
    if (last === undefined || dropped === undefined) return;
    places.delete(dropped.key);
    weight -= dropped.weight;
    if (dropped === last) return;
    all[at] = last;
    places.set(last.key, at);
  };
  return (key, make) => {
    const seen = all[places.get(key) ?? -1];
    if (seen !== undefined) return seen.value;
    const value = make();
    const own = weights.of(value);
    if (own > weights.most) return value;
    while (all.length > 0 && (all.length >= most || weight + own > weights.most)) {
      drop(Math.floor(Math.random() * all.length));
    }
    places.set(key, all.length);
    all.push({ key, value, weight: own });
    weight += own;
    return value;
  };
}
