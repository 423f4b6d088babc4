import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { defaultHysteresis } from '../../src/federation/history.ts';
import type { Partner } from '../../src/federation/partner.ts';
import { nextBook, withCauses } from '../../src/role/causes.ts';
import { readSnapshot } from '../../src/store/read-snapshot.ts';
import { authority } from '../lab/certificates.ts';
import { certificateRefusingEdge, sipEdge } from '../lab/edges.ts';
import { freePort } from '../lab/ports.ts';
import { partner } from '../schedule/partner.ts';
import { realBed, realGround } from './real-bed.ts';

// Each thing that partners can share, broken for three of them by real servers; a fourth that shares nothing works.

const ground = await realGround();
const { bench } = ground;
const three = ['a', 'b', 'c'];
/** An authority of another organisation than the one that is trusted. */
const elsewhere = await authority('Untrusted CA, O=Elsewhere');

/** An address of the loopback that nobody else uses, in a network of its own, where nothing listens. */
const lonely = (): string => `127.${[randomInt(2, 250), randomInt(2, 250), randomInt(2, 250)].join('.')}`;

type Make = (domain: string, at: number) => Promise<Partner>;
const pinned = (domain: string, host: string, port: number): Partner => ({
  ...partner(domain, 60_000),
  route: { host, port },
});

const network = lonely().split('.').slice(0, 3).join('.');
const cases: Readonly<Record<string, Make>> = {
  shared_host: async (domain) => {
    bench.address('hub.hosts.example');
    return pinned(domain, 'hub.hosts.example', await freePort());
  },
  shared_prefix: async (domain, at) => {
    bench.address(`sip.${domain}`, `${network}.${String(at + 1)}`);
    return pinned(domain, `sip.${domain}`, await freePort());
  },
  shared_provider: async (domain, at) => {
    const host = `edge${String(at)}.hoster.example`;
    bench.address(host, lonely());
    return pinned(domain, host, await freePort());
  },
  shared_issuer: async (domain) => {
    const host = `sip.${domain}`;
    const certificate = await bench.certificate({ names: [host], issuer: elsewhere });
    const { port } = await ground.open(sipEdge({ certificate }));
    bench.address(host);
    return pinned(domain, host, port);
  },
  shared_identity: async (domain) => {
    const host = `sip.${domain}`;
    const certificate = await bench.certificate({ names: [host] });
    const { port } = await ground.open(certificateRefusingEdge({ certificate, alert: 48 }));
    bench.address(host);
    return pinned(domain, host, port);
  },
  shared_resolver: (domain) => {
    bench.zone.set(`_sipfederationtls._tcp.${domain} SRV`, 'servfail');
    return Promise.resolve(partner(domain, 60_000));
  },
};

for (const [code, make] of Object.entries(cases)) {
  test(`${code}: three partners fail by it, and one that does not share it works`, async () => {
    const word = code.replace('_', '-');
    const [failing, edges] = [
      await Promise.all(three.map((each, at) => make(`${each}.${word}-${each}.example`, at))),
      await bench.single(`works.${word}.example`, (certificate) => ground.open(sipEdge({ certificate }))),
    ];
    const works = pinned(`works.${word}.example`, `sip.works.${word}.example`, edges[0]!.port);
    const partners = [...failing, works];
    const it = realBed(ground, partners);
    await it.slots(defaultHysteresis.down);
    const snapshot = await readSnapshot(it.store, { partners, maintenance: [] }, it.time.nowMs);
    const config = { partners, hysteresis: defaultHysteresis, vantage: 'here-1' };
    const book = await nextBook(snapshot, config);
    assert.ok(book, JSON.stringify(snapshot.partners.map(({ published }) => [published.state, published.reason])));
    const { causes } = await withCauses({ ...snapshot, book }, 'here-1');
    assert.deepEqual(
      causes?.map(({ finding, members }) => [finding.code, members]),
      [[code, failing.map(({ domain }) => domain)]],
    );
  });
}
