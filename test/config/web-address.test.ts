import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webAddress } from '../../src/config/web-address.ts';

test('an address of the web that paths can be added to, and nothing else', () => {
  assert.equal(webAddress('https://grafana.example.com/'), 'https://grafana.example.com');
  assert.equal(webAddress('http://[2001:db8::1]:3000/ops//'), 'http://[2001:db8::1]:3000/ops');
  const longest = `https://a.example/${'x'.repeat(500 - 18)}`;
  assert.deepEqual([webAddress(longest), webAddress(`${longest}x`)], [longest, null]);
  for (const text of [
    '',
    'grafana',
    'ftp://a.example',
    'javascript:alert(1)',
    'https://',
    'https://a b',
    'https://a/?x=1',
    'https://a/#x',
    'https://a/"',
    'https://a/\u202e',
  ])
    assert.equal(webAddress(text), null, text);
});
