import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costMs } from '../processor-time.ts';
import { scrub, scrubText } from '../../src/log/scrub.ts';

test('passwords in URLs are masked, whatever they are made of', () => {
  assert.equal(scrubText('cannot reach redis://:s3cret@10.0.0.1:6379/0'), 'cannot reach redis://***@10.0.0.1:6379/0');
  assert.equal(scrubText('rediss://user:p@ss/w0rd@host:1'), 'rediss://***@host:1');
  assert.equal(scrubText('redis://host:6379?password=hunter2&db=1'), 'redis://host:6379?password=***&db=1');
  assert.equal(scrubText('sip.example.com:5061 (192.0.2.1)'), 'sip.example.com:5061 (192.0.2.1)');
});

test('an error keeps name, code, message, stack and cause; nothing a client hung on it', () => {
  const cause = new Error('connect redis://:s3cret@h:1 failed');
  const error = Object.assign(new Error('WRONGPASS for redis://:s3cret@h:1', { cause }), {
    code: 'store_unavailable',
    command: { name: 'auth', args: ['s3cret'] },
  });
  const clean = JSON.stringify(scrub({ err: error }));
  assert.equal(clean.includes('s3cret'), false);
  const { err } = JSON.parse(clean) as { err: Record<string, unknown> };
  assert.deepEqual(Object.keys(err), ['name', 'code', 'message', 'stack', 'cause']);
  assert.equal(err['message'], 'WRONGPASS for redis://***@h:1');
  assert.equal((err['cause'] as Record<string, unknown>)['message'], 'connect redis://***@h:1 failed');
});

test('fields named like secrets are masked, deep and long values are cut, cycles end', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  const clean = scrub({ password: 'x', nested: { apiToken: 'y', ok: 1n }, long: 'a'.repeat(5000), loop, key: null });
  const text = JSON.stringify(clean);
  const parsed = JSON.parse(text) as Record<string, unknown>;
  assert.equal(parsed['password'], '***');
  assert.deepEqual(parsed['nested'], { apiToken: '***', ok: '1' });
  assert.equal(parsed['long'], `${'a'.repeat(800)}… (5000 characters)`);
  assert.equal(parsed['key'], null);
  assert.ok(text.length < 2000);
});

test('hostile texts are scrubbed in linear time', () => {
  const took = costMs(() => {
    for (const piece of ['a', 'a://', 'a:', '?auth=']) scrubText(piece.repeat(100_000));
  });
  assert.ok(took < 1_500, `${String(took)} ms of processor time`);
});
