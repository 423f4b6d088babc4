import { isIP } from 'node:net';

/** 4 or 6 for a numeric address, null for anything else. */
export function familyOf(text: string): 4 | 6 | null {
  const family = isIP(text);
  return family === 4 || family === 6 ? family : null;
}
