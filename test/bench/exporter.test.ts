import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotRun } from '../lab/debian.ts';
import { RedisNotFound } from '../lab/redis.ts';
import { measureExporter } from './exporter.ts';

/** The bar for 10,000 partners, at a fifth of them: a busy machine fails nothing, and a loop over everything does. */
const mostCpuMs = 50;

test('short form: an exporter of 2,000 partners is never held up for long by one request', async (t) => {
  try {
    for (const { path, bytes, maxMs, maxCpuMs } of await measureExporter(2_000, 200, 1, ['gzip'])) {
      t.diagnostic(`${path}: at most ${maxMs.toFixed(0)} ms, ${maxCpuMs.toFixed(0)} ms of CPU without a turn`);
      assert.ok(bytes > 1_000, `${path} answers with what was asked`);
      assert.ok(maxCpuMs < mostCpuMs, `${path}: ${maxCpuMs.toFixed(0)} ms of CPU without a turn for others`);
    }
  } catch (error) {
    if (!(error instanceof RedisNotFound)) throw error;
    cannotRun(t, error.message);
  }
});
