import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broughtBack } from '../../src/federation/brought-back.ts';
import { mostAheadMs } from '../../src/federation/slot.ts';
import { standing } from '../store/values.ts';

const now = 1_700_000_000_000;

test('a standing from an hour ahead keeps what it knows, and nothing in it is later than now', () => {
  const ahead = { ...standing('a.example', now + 3_600_000, 'unreachable'), changedMs: now + 3_600_000 };
  const back = broughtBack(ahead, now);
  assert.deepEqual([back.state, back.cause, back.consequences], [ahead.state, ahead.cause, ahead.consequences]);
  const { sinceMs, changedMs, examinedMs, lastGoodMs, recent, checks } = back;
  const instants = [sinceMs, changedMs, examinedMs, lastGoodMs, recent[0]?.atMs, checks.dns?.lastRunMs];
  assert.deepEqual(
    instants,
    instants.map(() => now),
  );
  assert.equal(checks.sip?.lastSuccessMs, null);
});

test('a standing up to a minute ahead is the same object', () => {
  const within = standing('a.example', now + mostAheadMs);
  assert.equal(broughtBack(within, now), within);
  const beyond = standing('a.example', now + mostAheadMs + 1);
  assert.notEqual(broughtBack(beyond, now), beyond);
});
