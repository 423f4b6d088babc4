import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSipDate } from '../../../src/probe/sip/date.ts';

test('a Date is read in the one form that RFC 3261 allows', () => {
  assert.equal(readSipDate('Sat, 13 Nov 2010 23:29:00 GMT'), '2010-11-13T23:29:00.000Z');
  assert.equal(readSipDate('sat, 29 feb 2028 00:00:59 gmt'), '2028-02-29T00:00:59.000Z');
  for (const broken of [
    undefined,
    '',
    'Sat, 13 Nov 2010 23:29:00 UTC',
    'Sat, 13 Nov 2010 23:29:00 +0100',
    'Saturday, 13-Nov-10 23:29:00 GMT',
    'Sat,  13 Nov 2010 23:29:00 GMT',
    'Sat, 31 Feb 2010 23:29:00 GMT',
    'Sat, 00 Nov 2010 23:29:00 GMT',
    'Sat, 13 Nov 2010 24:00:00 GMT',
    'Sat, 13 Nov 2010 23:60:00 GMT',
    'Sat, 13 Nov 2010 23:29:60 GMT',
    'Sat, 13 Now 2010 23:29:00 GMT',
    'Sat, 13 Nov 0010 23:29:00 GMT',
    '2010-11-13T23:29:00Z',
  ]) {
    assert.equal(readSipDate(broken), null, broken);
  }
});
