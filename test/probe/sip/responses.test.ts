import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { provenBy } from '../../../src/probe/sip/responses.ts';

/** Reachable, authenticated, authorised of each status that the table of what a response proves names. */
const table: Readonly<Record<number, readonly [string, string, string]>> = {
  200: ['yes', 'unknown', 'unknown'],
  302: ['yes', 'unknown', 'unknown'],
  400: ['yes', 'unknown', 'unknown'],
  401: ['yes', 'no', 'unknown'],
  403: ['yes', 'unknown', 'no'],
  404: ['yes', 'unknown', 'unknown'],
  405: ['yes', 'unknown', 'unknown'],
  407: ['yes', 'no', 'unknown'],
  408: ['unknown', 'unknown', 'unknown'],
  416: ['yes', 'unknown', 'unknown'],
  420: ['yes', 'unknown', 'unknown'],
  421: ['yes', 'unknown', 'unknown'],
  480: ['yes', 'unknown', 'unknown'],
  481: ['yes', 'unknown', 'unknown'],
  482: ['yes', 'unknown', 'unknown'],
  483: ['yes', 'unknown', 'unknown'],
  486: ['yes', 'unknown', 'unknown'],
  487: ['yes', 'unknown', 'unknown'],
  488: ['yes', 'unknown', 'unknown'],
  493: ['yes', 'unknown', 'unknown'],
  500: ['yes', 'unknown', 'unknown'],
  501: ['yes', 'unknown', 'unknown'],
  502: ['yes', 'unknown', 'unknown'],
  503: ['yes', 'unknown', 'unknown'],
  504: ['yes', 'unknown', 'unknown'],
  505: ['yes', 'unknown', 'unknown'],
  513: ['yes', 'unknown', 'unknown'],
  600: ['yes', 'unknown', 'unknown'],
  603: ['yes', 'unknown', 'unknown'],
  604: ['yes', 'unknown', 'unknown'],
};

describe('what an answer proves, row by row', () => {
  for (const [status, wanted] of Object.entries(table)) {
    test(status, () => {
      const proves = provenBy(Number(status), null);
      assert.deepEqual([proves?.reachable, proves?.authenticated, proves?.authorised], wanted);
      assert.equal(proves?.from, 'peer');
    });
  }

  test('every status has a meaning in words, and none proves that users may talk to us', () => {
    for (let status = 200; status < 700; status += 1) {
      const proves = provenBy(status, null);
      assert.ok((proves?.means ?? '').length > 4, String(status));
      assert.notEqual(proves?.authorised, 'yes');
    }
  });
});

test('a missing answer is our own word, and is told from a 408 that was received', () => {
  assert.deepEqual(provenBy(null, 'sip_timeout'), {
    from: 'us',
    reachable: 'no',
    authenticated: 'unknown',
    authorised: 'unknown',
    means: 'nothing came in our time',
  });
  assert.equal(provenBy(408, null)?.from, 'peer');
  assert.equal(provenBy(null, 'sip_no_final')?.reachable, 'unknown');
  assert.equal(provenBy(null, 'udp_refused')?.reachable, 'no');
  assert.equal(provenBy(null, 'egress_denied'), null, 'nothing was asked');
  assert.equal(provenBy(null, null), null);
});

test('504 says what to look at on our side', () => {
  assert.match(provenBy(504, null)?.means ?? '', /our SRV record and certificate/);
});
