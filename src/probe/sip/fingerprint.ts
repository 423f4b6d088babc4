import { topVia } from './via.ts';

/** Whose edge answers, as far as it tells; `product` is a guess in words, null when there is none. */
export interface Fingerprint {
  readonly edgeKind: 'microsoft' | null;
  readonly product: string | null;
}

/** RTC version of the `Server` header by product; those that only experience confirms say `probably`. */
const products: ReadonlyMap<number, string> = new Map([
  [3, 'probably Office Communications Server 2007'],
  [4, 'Lync Server 2010'],
  [5, 'probably Lync Server 2013'],
  [6, 'Skype for Business Server 2015'],
  [7, 'probably Skype for Business Server 2019'],
]);

/** `Server: RTC/x` and parameters that a Microsoft edge adds to the Via it returns give it away. */
export function fingerprintOf(server: string | null, via: readonly string[]): Fingerprint {
  const major = /^RTC\/([0-9]{1,3})(?:[.\s]|$)/i.exec(server ?? '')?.[1];
  const marked = (topVia(via)?.parameters ?? []).some(({ name }) => /^ms-received-(?:port|cid)$/.test(name));
  if (major === undefined) return { edgeKind: marked ? 'microsoft' : null, product: null };
  return { edgeKind: 'microsoft', product: products.get(Number(major)) ?? null };
}
