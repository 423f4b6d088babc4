/** The value for a key, made once and kept while it is among the last `most` that were made. */
export function remembered<Value>(most: number): (key: string, make: () => Value) => Value {
  const known = new Map<string, Value>();
  return (key, make) => {
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = make();
    const oldest = known.keys().next();
    if (known.size >= most && oldest.done !== true) known.delete(oldest.value);
    known.set(key, made);
    return made;
  };
}
