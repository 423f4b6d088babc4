import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from './ports.ts';

test('no port is answered twice, though nobody listens there yet', async () => {
  const ports = new Set<number>();
  // Of so many of 12,000 by chance some are the same.
  for (let at = 0; at < 400; at += 1) ports.add(await freePort());
  assert.equal(ports.size, 400);
});

test('one that was had before is answered again', async () => {
  const port = await freePort();
  assert.equal(await freePort(port), port);
});
