import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomHex } from '../../../src/probe/sip/random-hex.ts';

test('random digits are as long as asked and never the same, also where one fetch ends and the next begins', () => {
  const next = randomHex(16);
  // 4,096 octets are 256 of them.
  const all = Array.from({ length: 3 * 256 + 1 }, next);
  assert.ok(all.every((each) => /^[0-9a-f]{32}$/.test(each)));
  assert.equal(new Set(all).size, all.length);
});
