import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockNote } from '../../src/cli/clock-note.ts';
import type { CheckReport } from '../../src/probe/report.ts';
import { certificateFacts } from '../fakes/scripted-net.ts';

/** A report of one edge with a certificate that was valid on one day. */
function reportOf(day: string, fingerprint256: string): CheckReport {
  const leaf = certificateFacts({ notBefore: `${day}T00:00:00Z`, notAfter: `${day}T23:59:59Z`, fingerprint256 });
  const edges = [{ tls: { chain: [leaf] } }, { tls: null }];
  return { at: '2026-11-26T12:00:00.000Z', edges } as unknown as CheckReport;
}

test('many certificates out of their dates: the clock is named, and which way', () => {
  const all = ['1', '2', '3'];
  assert.equal(
    clockNote(all.map((each) => reportOf('2026-11-20', each))),
    '3 of 3 certificates have expired: our clock may be ahead. Check the time of this machine first.\n',
  );
  assert.match(
    clockNote(all.map((each) => reportOf('2026-12-20', each))),
    /^3 of 3 certificates are not valid yet: our clock may be behind\./,
  );
  assert.equal(clockNote(all.map((each) => reportOf('2026-11-26', each))), '');
});

test('servers that tell another time: by how much, too', () => {
  const heardAt = '2026-11-26T12:00:00.000Z';
  const date = { says: '2026-11-26T11:30:00.000Z', heardAt };
  const edges = ['a', 'b', 'c'].map((host) => ({ host, tls: null, sip: { date } }));
  assert.equal(
    clockNote([{ at: heardAt, edges } as unknown as CheckReport]),
    '3 of 3 SIP servers tell another time: our clock may be ahead by about 30 minutes. Check the time of this machine first.\n',
  );
});
