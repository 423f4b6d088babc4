import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platforms, shareCloud } from '../../src/federation/platform.ts';
import { clouds, providerOf } from '../../src/federation/provider.ts';

test('every cloud of the provider table is a platform, and no others but two', () => {
  assert.deepEqual([...platforms].sort(), ['unknown', 'skype-for-business', ...clouds.map(({ id }) => id)].sort());
});

test('only two in one and the same cloud need no record', () => {
  const pairs = platforms.flatMap((one) =>
    platforms.filter((other) => shareCloud(one, other)).map((other) => [one, other]),
  );
  assert.deepEqual(
    pairs,
    clouds.map(({ id }) => [id, id]),
  );
});

test('the names of clients are no federation proxies, and each belongs to one cloud', () => {
  const all = clouds.flatMap(({ clientHosts }) => clientHosts);
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(
    all.map(providerOf),
    all.map(() => null),
  );
});
