import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPartner } from '../../federation/samples.ts';
import { scriptedNet } from '../../fakes/scripted-net.ts';
import type { Observation } from '../../../src/federation/observation.ts';
import { systemClock } from '../../../src/net/clock.ts';
import type { DnsSignature } from '../../../src/net/net.ts';
import type { RouteFacts } from '../../../src/probe/dns/facts.ts';
import { judgeRoute } from '../../../src/probe/dns/judge.ts';
import { signedPeriod } from '../../../src/probe/dns/signatures.ts';
import { settingsOf } from '../../../src/probe/examination.ts';
import { examineRoute } from '../../../src/probe/examine-route.ts';
import { addresses, srv, srvName } from '../scenario.ts';

const hourMs = 3_600_000;
const at = Date.UTC(2026, 10, 26, 12);
const seconds = (ms: number): number => (at + ms) / 1000;
const signature = (inception: number, expiration: number, covers = 33): DnsSignature => ({
  name: srvName,
  covers,
  inception: seconds(inception),
  expiration: seconds(expiration),
});

test('a record set holds as long as its last signature, an answer as long as its first record set', () => {
  const end = (...signatures: readonly DnsSignature[]): string | undefined => signedPeriod(signatures)?.expiration;
  assert.equal(end(), undefined);
  const [soon, later, last] = [signature(-9, hourMs), signature(-9, 2 * hourMs), signature(-9, 3 * hourMs, 5)];
  assert.equal(end(soon), '2026-11-26T13:00:00.000Z');
  assert.equal(end(soon, later), '2026-11-26T14:00:00.000Z', 'two keys, one of them renewed');
  assert.equal(end(last, later, soon), '2026-11-26T14:00:00.000Z', 'the alias before it holds longer');
});

/** What is said at noon of an SRV answer that a resolver has verified, or that it hands out unchecked. */
async function said(signed: DnsSignature, dnssec: 'secure' | 'insecure' | 'bogus'): Promise<readonly string[]> {
  const answer = { records: [srv('sip.a.example')], signatures: [signed], authenticated: dnssec === 'secure' };
  const asked =
    dnssec === 'bogus'
      ? { [`${srvName} SRV`]: 'dns_servfail' as const, [`${srvName} SRV +cd`]: answer }
      : { [`${srvName} SRV`]: answer };
  const net = scriptedNet({ dns: { ...asked, ...addresses('sip.a.example', '192.0.2.1') } });
  const servers = [{ address: '192.0.2.53', port: 53 }];
  const settings = settingsOf({
    dns: { servers },
    identity: { domain: 'mon.example', contact: 'https://mon.example' },
  });
  const clock = { ...systemClock, wall: () => at };
  const route = await examineRoute(aPartner('a.example'), 0, settings, { net, clock });
  return judgeRoute(route.observation as Observation<RouteFacts>).map((each) => `${each.code}: ${each.summary}`);
}

test('late is less than a tenth of the lifetime, and less than three days', async () => {
  const day = 24 * hourMs;
  const late = async (lifetime: number, left: number): Promise<boolean> => {
    const found = await said(signature(left - lifetime, left), 'secure');
    return found.some((each) => each.startsWith('dns_signatures_expiring:'));
  };
  assert.deepEqual([await late(10 * day, day), await late(10 * day, day - 1000)], [false, true], 'a tenth');
  assert.deepEqual([await late(60 * day, 3 * day), await late(60 * day, 3 * day - 1000)], [false, true], 'three days');
  assert.equal(await late(14 * day, 1.5 * day), false, 'what knot does by itself');
  assert.equal(await late(2 * day, day), false, 'signed for each answer');
  assert.deepEqual(await said(signature(-20 * hourMs, hourMs), 'secure'), [
    `dns_signatures_expiring: The signatures of ${srvName} expire at 2026-11-26 13:00 UTC, in 1 h, and should have been renewed by now.`,
  ]);
  assert.deepEqual(await said(signature(-20 * hourMs, hourMs), 'insecure'), [], 'nobody verified them');
});

test('a bogus answer says so when the times of its signatures are the reason', async () => {
  const bogus = (because: string) =>
    `dns_dnssec_bogus: The records of ${srvName} do not verify${because}: our resolver answers SERVFAIL, and hands them out with checking disabled.`;
  assert.deepEqual(await said(signature(-9 * hourMs, -hourMs), 'bogus'), [
    bogus(' (the signatures expired at 2026-11-26 11:00 UTC)'),
  ]);
  assert.deepEqual(await said(signature(hourMs, 9 * hourMs), 'bogus'), [
    bogus(' (the signatures are valid only from 2026-11-26 13:00 UTC)'),
  ]);
  assert.deepEqual(await said(signature(-hourMs, hourMs), 'bogus'), [bogus('')]);
});
