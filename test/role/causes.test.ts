import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CauseBook } from '../../src/federation/cause/book.ts';
import type { Blindness } from '../../src/federation/blindness.ts';
import { blindFindings } from '../../src/federation/blind-findings.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { causePeriodMs, causesPart, nextBook, withCauses, type CauseConfig } from '../../src/role/causes.ts';
import { mayShareCauses } from '../../src/role/trouble.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import type { PartnerSnapshot, Snapshot } from '../../src/store/snapshot.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { manualClock } from '../fakes/manual-clock.ts';
import * as made from '../metrics/made-up.ts';

const { nowMs } = made;
const refused = { tcp: ['tcp_refused', 'connection refused'] } as const;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

function behind(
  domain: string,
  addresses: readonly string[],
  dead: readonly string[],
  at: Partial<{ nowMs: number }> = {},
): PartnerSnapshot {
  const of = made.partner(domain);
  const edges = addresses.map((address) => made.edge('sipfed.online.lync.com', address));
  const evidence = edges.map((each) => made.edgeEvidence(each, dead.includes(each.address) ? refused : {}));
  return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, edges), edges: evidence, ...at });
}

const many = (count: number, name: string, make: (domain: string) => PartnerSnapshot): readonly PartnerSnapshot[] =>
  Array.from({ length: count }, (_, at) => make(`${name}${String(at)}.example`));

const configOf = (partners: readonly PartnerSnapshot[]): CauseConfig => ({
  partners: partners.map(({ published }) => published.partner),
  hysteresis: { down: 1, up: 1 },
  vantage: 'here-1',
});

async function bookOf(partners: readonly PartnerSnapshot[], over: Partial<Snapshot> = {}): Promise<CauseBook | null> {
  return nextBook({ ...made.snapshotOf(partners), ...over }, configOf(partners));
}

const said = (book: CauseBook | null): readonly string[] =>
  (book?.causes ?? []).map(
    ({ kind, name, partners, healthy }) => `${kind} ${name}: ${String(partners)}, ${String(healthy)} work`,
  );

describe('causes in a reading of the store', () => {
  const healthy = many(20, 'good', (domain) => made.healthy(domain));

  test('partners behind one dead address share the edge', async () => {
    const book = await bookOf([...healthy, ...many(40, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7']))]);
    assert.deepEqual(said(book), ['edge sipfed.online.lync.com:5061 (192.0.2.7): 40, 0 work']);
  });

  test('with one of two addresses dead it is that edge, with both dead it is the host', async () => {
    const both = ['192.0.2.7', '198.51.100.7'];
    const one = await bookOf([...healthy, ...many(5, 'p', (domain) => behind(domain, both, ['192.0.2.7']))]);
    assert.deepEqual(said(one), ['edge sipfed.online.lync.com:5061 (192.0.2.7): 5, 0 work']);
    const all = await bookOf([...healthy, ...many(5, 'p', (domain) => behind(domain, both, both))]);
    assert.deepEqual(said(all), ['host sipfed.online.lync.com: 5, 0 work']);
  });

  test('one partner whose DNS fails is no cause, and neither are three by themselves', async () => {
    const alone = (domain: string): PartnerSnapshot => {
      const of = made.partner(domain);
      const failure = { code: 'dns_nxdomain', detail: 'no such name' } as const;
      return made.partnerSnapshot({
        partner: of,
        route: made.routeEvidence(of, [], { failure, targets: [] }),
        edges: [],
      });
    };
    assert.equal(alone('x.example').published.state, 'unreachable');
    assert.equal(await bookOf([...healthy, ...many(1, 'x', alone)]), null);
    assert.equal(await bookOf([...healthy, ...many(3, 'x', alone)]), null);
  });

  test('an authority that we stopped to trust is told from three untrusted certificates', async () => {
    const untrusted = { tls: { verification: 'unable to get local issuer certificate', rooted: false } };
    const refusedBy = (domain: string, issuer: string): PartnerSnapshot => {
      const of = made.partner(domain);
      const at = made.edge(`sip.${domain}`, `10.${String(domain.length)}.${String(domain.charCodeAt(1))}.1`);
      const chain = [made.certificate(`sip.${domain}`, { issuer })];
      const evidence = made.edgeEvidence(at, { tls: { ...untrusted.tls, chain } });
      return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, [at]), edges: [evidence] });
    };
    const same = many(4, 'u', (domain) => refusedBy(domain, 'C=US, O=Gone Trust, CN=Gone 1'));
    assert.equal(same[0]?.published.state, 'misconfigured');
    assert.deepEqual(said(await bookOf([...healthy, ...same])), ['issuer Gone Trust: 4, 0 work']);
    // The same authority issued what healthy partners show.
    const digicert = many(4, 'u', (domain) => refusedBy(domain, 'C=US, O=DigiCert Inc, CN=Other'));
    assert.equal(await bookOf([...healthy, ...digicert]), null);
  });

  test('a warning is no failure, and who is in maintenance, stale or new is nobody', async () => {
    const ends = { notAfter: '2026-12-01T00:00:00.000Z' };
    const warned = many(5, 'w', (domain) => {
      const of = made.partner(domain);
      const at = made.edge('sipfed.online.lync.com', '192.0.2.7');
      const evidence = made.edgeEvidence(at, { tls: { chain: [made.certificate('sipfed.online.lync.com', ends)] } });
      return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, [at]), edges: [evidence] });
    });
    assert.equal(warned[0]?.published.state, 'degraded');
    assert.equal(await bookOf(warned), null);
    const old = many(5, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7'], { nowMs: nowMs + 3_600_000 }));
    assert.equal(old[0]?.published.reason, 'stale');
    assert.equal(await bookOf(old), null);
  });

  test('views name the members, of an old book nothing', async () => {
    const partners = many(3, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7']));
    const book = await bookOf(partners);
    assert.ok(book !== null);
    const shown = await withCauses({ ...made.snapshotOf(partners), book }, 'here-1');
    assert.deepEqual(
      shown.causes?.map(({ members }) => members),
      [['p0.example', 'p1.example', 'p2.example']],
    );
    const later = { ...made.snapshotOf(partners, [], nowMs + 400_000), book };
    assert.deepEqual((await withCauses(later, 'here-1')).causes, []);
  });

  test('while we do not see there is one cause, and the book stands still', async () => {
    const cause = blindFindings.make('blind_uplink', {
      vantage: 'here-1',
      canary: 'sip.us.example:5061',
      because: 'no route',
    });
    const blindness: Blindness = { vantage: 'here-1', reason: 'uplink', sinceMs: nowMs - 60_000, cause };
    const partners = many(3, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7'])).map((each) => ({
      ...each,
      published: { ...each.published, state: 'unknown' as const, reason: 'blind' as const, blindness },
    }));
    const sight = { blindness, blind: [blindness], looks: [] };
    assert.equal(await bookOf(partners, { sight }), null);
    const { causes = [] } = await withCauses({ ...made.snapshotOf(partners), sight }, 'here-1');
    assert.deepEqual(
      causes.map(({ kind, finding, members }) => [kind, finding.code, members.length]),
      [['canary', 'blind_uplink', 3]],
    );
  });
});

describe('whether there is anything to search for', () => {
  test('nobody in trouble and no book: nothing; one that fails, or a cause that is remembered: all is read', async () => {
    const [good, bad] = [made.healthy('good.example'), behind('bad.example', ['192.0.2.7'], ['192.0.2.7'])];
    const partners = [good, bad].map(({ published }) => published.partner);
    const store = createMemoryStore(undefined, () => nowMs);
    assert.equal(await mayShareCauses(store, partners), false);
    const kept = async ({ published: { standing } }: PartnerSnapshot): Promise<void> => {
      assert.ok(standing !== null);
      assert.equal(await store.advance(standing, null, null, []), true);
    };
    await kept(good);
    assert.equal(await mayShareCauses(store, partners), false);
    const book = await bookOf(many(3, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7'])));
    assert.ok(book !== null);
    const causes = () => Promise.resolve(book);
    assert.equal(await mayShareCauses({ ...store, causes }, partners), true);
    await kept(bad);
    assert.equal(await mayShareCauses(store, partners), true);
    assert.equal(await mayShareCauses(store, partners.slice(0, 1)), false);
    await store.close();
    assert.equal(await mayShareCauses(store, partners), true);
  });
});

describe('the search over time', () => {
  test('is as frequent as partners are examined, from a second to fifteen', () => {
    const every = (everyMs: number): readonly Partner[] => [
      made.partner('a.example', { everyMs }),
      made.partner('b.example', { everyMs: 600_000 }),
    ];
    assert.equal(causePeriodMs({ partners: every(300_000) }), 15_000);
    assert.equal(causePeriodMs({ partners: every(60_000) }), 15_000);
    assert.equal(causePeriodMs({ partners: every(5_000) }), 1_250);
    assert.equal(causePeriodMs({ partners: every(100) }), 1_000);
  });

  test('of two exporters one keeps the book of a slot; a store that is away is tried again', async () => {
    const clock = manualClock();
    const partners = many(3, 'p', (domain) => behind(domain, ['192.0.2.7'], ['192.0.2.7']));
    const memory = createMemoryStore(undefined, () => nowMs + clock.wall());
    const written: number[] = [];
    let away = true;
    const recordCauses = async (book: CauseBook): Promise<boolean> => {
      if (away) throw new StoreUnavailable('away');
      const kept = await memory.recordCauses(book);
      if (kept) written.push(book.slotMs);
      return kept;
    };
    const read = async (): Promise<Snapshot> => {
      const book = await memory.causes();
      return { ...made.snapshotOf(partners, [], nowMs + clock.wall()), ...(book === null ? {} : { book }) };
    };
    const parts = [1, 2].map(() =>
      causesPart({ config: { current: () => configOf(partners) }, store: { recordCauses }, read, clock, log: quiet }),
    );
    const never = new AbortController().signal;
    for (const part of parts) await part.start(never);
    await clock.go(14_000);
    assert.deepEqual(written, []);
    away = false;
    await clock.go(31_000);
    assert.deepEqual(
      written,
      [nowMs + 15_000, nowMs + 30_000, nowMs + 45_000].map((ms) => Math.floor(ms / 15_000) * 15_000),
    );
    for (const part of parts) await part.stop();
    assert.equal(clock.waiting(), 0);
  });

  test('the reading of a store has the book', async () => {
    const store = createMemoryStore();
    const book = { slotMs: nowMs, causes: [] };
    assert.equal((await readSnapshot(store, { partners: [], maintenance: [] }, nowMs)).book, undefined);
    await store.recordCauses(book);
    assert.deepEqual((await readSnapshot(store, { partners: [], maintenance: [] }, nowMs)).book, book);
  });
});

test('10,000 partners of which half fail are read, searched and shown without holding up others for 50 ms', async (t) => {
  const partners = Array.from({ length: 10_000 }, (_, at) => {
    const domain = `p${String(at)}.example`;
    const host = `sipfed.online.lync.com`;
    const of = made.partner(domain);
    const where = made.edge(host, `10.${String(at % 250)}.0.1`);
    const evidence = made.edgeEvidence(where, at % 2 === 0 ? refused : {});
    return made.partnerSnapshot({ partner: of, route: made.routeEvidence(of, [where]), edges: [evidence] });
  });
  const snapshot = made.snapshotOf(partners);
  const config = configOf(partners);
  const stretches: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    let longestMs = 0;
    let before = process.cpuUsage();
    const lap = (): void => {
      const { user, system } = process.cpuUsage(before);
      longestMs = Math.max(longestMs, (user + system) / 1000);
      before = process.cpuUsage();
    };
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        await new Promise((resolve) => setImmediate(resolve));
        lap();
      }
    })();
    const book = await nextBook(snapshot, config);
    assert.equal(book?.causes.length, 50);
    const { causes = [] } = await withCauses({ ...snapshot, book }, 'here-1');
    assert.equal(causes.length, 50);
    over.abort();
    await watching;
    stretches.push(longestMs);
  }
  const best = Math.min(...stretches);
  const said = stretches.map((ms) => ms.toFixed(1)).join(', ');
  t.diagnostic(`the longest stretch of CPU in each of three rounds: ${said} ms`);
  assert.ok(best < 50, said);
});
