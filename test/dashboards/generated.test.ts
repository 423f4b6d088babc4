import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generated, projectRoot } from '../../dashboards/src/generate.ts';

describe('generated files', () => {
  for (const [path, text] of generated()) {
    it(`${path} is what the sources say (npm run generate)`, () => {
      assert.equal(readFileSync(join(projectRoot, path), 'utf8'), text);
    });
  }
});
