import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultHysteresis } from '../../src/federation/history.ts';
import { nextBook, withCauses } from '../../src/role/causes.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import { needs } from '../lab/debian.ts';
import { startDnsServer, type DnsServer, type Zone } from '../lab/dns-server.ts';
import { sipEdge } from '../lab/edges.ts';
import { realBed, realGround } from '../role/real-bed.ts';
import { partner } from '../schedule/partner.ts';
import { servedBy, startUnbound } from './unbound.ts';

// Two operators of name servers, asked through a real resolver; the machine of one of them dies.

const ground = await realGround();
const customers = ['a', 'b', 'c', 'd'].map((each) => `${each}.hosted.example`);
const elsewhere = ['e', 'f', 'g'].map((each) => `${each}.elsewhere.example`);
const partners = [...customers, ...elsewhere].map((domain) => partner(domain, 60_000));

/** A partner without a blemish whose zone this machine serves, under two of the names of its operator. */
async function serve({ zone }: DnsServer, domain: string, operator: string): Promise<void> {
  const before = new Set(ground.bench.zone.keys());
  await ground.bench.single(domain, (certificate) => ground.open(sipEdge({ certificate })));
  move(ground.bench.zone, before, zone);
  const names = [1, 2].map((at) => ({ type: 'NS' as const, data: `ns${String(at)}.${operator}` }));
  zone.set(`${domain} NS`, names);
}

function move(from: Zone, left: ReadonlySet<string>, to: Zone): void {
  for (const [key, entry] of [...from].filter(([each]) => !left.has(each))) {
    to.set(key, entry);
    from.delete(key);
  }
}

test('shared_nameservers: the zones of one operator cannot be looked up, those of another can: one cause, theirs', async (t) => {
  const found = await needs(t, 'unbound');
  if (found === null) return;
  const [dies, lives] = [await ground.open(startDnsServer()), await ground.open(startDnsServer())];
  for (const domain of customers) await serve(dies, domain, 'dns-host.example');
  for (const domain of elsewhere) await serve(lives, domain, 'other-dns.example');
  const zones = { ...servedBy(dies, customers), ...servedBy(lives, elsewhere) };
  const resolver = await ground.open(startUnbound(found[0], { zones, anchors: [], forgets: true }));
  const it = realBed(ground.through(resolver.serves), partners);
  const seen = (): Promise<Snapshot> => readSnapshot(it.store, { partners, maintenance: [] }, it.time.nowMs);
  const states = async (): Promise<readonly string[]> =>
    (await seen()).partners.map(({ published }) => published.state);
  const config = { partners, hysteresis: defaultHysteresis, vantage: 'here-1' };

  await it.slots(1);
  assert.deepEqual(
    await states(),
    partners.map(() => 'healthy'),
  );
  await dies.stop();
  await it.slots(defaultHysteresis.down);
  const snapshot = await seen();
  const book = await nextBook(snapshot, config);
  const { causes = [] } = await withCauses({ ...snapshot, ...(book === null ? {} : { book }) }, 'here-1');
  assert.deepEqual(
    causes.map(({ name, finding, members, healthy }) => ({ name, code: finding.code, members, healthy })),
    [{ name: 'dns-host.example', code: 'shared_nameservers', members: customers, healthy: 0 }],
  );
  // A resolver that waits for them longer than we wait for it says nothing.
  const [cause] = causes;
  assert.equal(
    cause?.codes.reduce((sum, { count }) => sum + count, 0),
    customers.length,
  );
  for (const { code } of cause.codes) assert.match(code, /^dns_(servfail_alone|resolver_silent)$/);
  assert.deepEqual((await states()).slice(customers.length), ['healthy', 'healthy', 'healthy']);
});
