import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares with a file of `golden`; `UPDATE_GOLDEN=1` writes it anew: read the difference before committing it. */
export function golden(name: string, actual: string): void {
  const file = join(import.meta.dirname, 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  assert.equal(actual, existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing`);
}
