import { randomBytes } from 'node:crypto';

/** Octets that are fetched at once: to ask the system's generator costs more than what it gives. */
const fetched = 4_096;

/** Gives fresh random octets as hexadecimal digits. None is given twice; `octets` divides 4,096. */
export function randomHex(octets: number): () => string {
  let [pool, used] = ['', 0];
  return () => {
    if (used === pool.length) [pool, used] = [randomBytes(fetched).toString('hex'), 0];
    const from = used;
    used += 2 * octets;
    return pool.slice(from, used);
  };
}
