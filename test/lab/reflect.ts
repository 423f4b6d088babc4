/**
 * The metadata calls of `Reflect` that tsyringe (below @peculiar/x509) asks for at import: the four it uses, kept in a
 * WeakMap. Must be imported before @peculiar/x509.
 */
const store = new WeakMap<object, Map<string | symbol, unknown>>();

type Key = string | symbol;

function own(key: Key, target: object): unknown {
  return store.get(target)?.get(key);
}

/** Like own metadata, then up the prototype chain: constructors inherit what their bases were given. */
function inherited(key: Key, target: object): unknown {
  for (let each: object | null = target; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    const value = own(key, each);
    if (value !== undefined) return value;
  }
  return undefined;
}

function define(key: Key, value: unknown, target: object): void {
  const known = store.get(target) ?? new Map<Key, unknown>();
  store.set(target, known.set(key, value));
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: own,
    defineMetadata: define,
    metadata: (key: Key, value: unknown) => (target: object) => define(key, value, target),
  });
}
