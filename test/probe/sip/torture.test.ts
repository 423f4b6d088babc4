import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NetworkFailure } from '../../../src/federation/failure.ts';
import { answer, torture } from '../../corpus/sip/torture.ts';
import { feed, inPieces } from './feed.ts';

async function outcome(pieces: readonly string[]): Promise<number | string> {
  const seen = await feed(pieces);
  if (!(seen instanceof NetworkFailure)) return seen.final.status;
  return seen.failure.code === 'connection_closed' ? 'closed' : seen.failure.code;
}

describe('answers in the spirit of RFC 4475', () => {
  for (const { name, section, text, expected } of torture) {
    test(`${name} (${section})`, async () => {
      // Passing over everything leaves nothing but the end of the connection.
      const wanted = expected === 'ignored' ? 'closed' : expected;
      assert.equal(await outcome([text]), wanted, 'in one piece');
      if (text.length < 2_000) assert.equal(await outcome(inPieces(text, 1)), wanted, 'octet by octet');
      assert.equal(await outcome(inPieces(text, 67)), wanted, 'in pieces');
      if (expected === 'ignored') assert.equal(await outcome([text + answer()]), 200, 'ours after it is taken');
    });
  }

  test('each of the 49 messages of RFC 4475 has one', () => {
    const upTo = (prefix: string, last: number) =>
      Array.from({ length: last }, (_, at) => `${prefix}.${String(at + 1)}`);
    const messages = [...upTo('3.1.1', 13), ...upTo('3.1.2', 19), '3.2.1', ...upTo('3.3', 15), '3.4.1'];
    const covered = new Set(torture.map(({ section }) => section));
    assert.equal(messages.length, 49);
    assert.deepEqual(
      messages.filter((each) => !covered.has(each)),
      [],
    );
  });

  test('there are enough of them, of every class', () => {
    assert.ok(torture.length >= 80, String(torture.length));
    assert.deepEqual(
      [...new Set(torture.map(({ expected }) => (typeof expected === 'number' ? 'answer' : expected)))].sort(),
      ['answer', 'closed', 'ignored', 'sip_malformed', 'sip_not_sip', 'sip_too_large'],
    );
    assert.equal(new Set(torture.map(({ name }) => name)).size, torture.length);
  });
});
