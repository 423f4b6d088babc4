import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NetworkFailure, type FailureCode } from '../../src/federation/failure.ts';
import { ownNowMs } from '../processor-time.ts';
import type { DnsRecord, DnsServer, Net, RecordType } from '../../src/net/net.ts';

interface To {
  readonly address: string;
  readonly port: number;
}

/**
 * A small world that every Net is put into. DNS says what `contractZone` says. The edges: `answering` replies `pong`
 * and admits, `refused` has a closed port, `silent` accepts TCP and never speaks TLS, `leaving` ends in order after the
 * first request, `refusing12` and `refusing13` want a client certificate that we do not have, each in its TLS version.
 */
export interface NetWorld {
  readonly net: Net;
  readonly dns: DnsServer;
  readonly edges: Readonly<Record<'answering' | 'refused' | 'silent' | 'leaving' | 'refusing12' | 'refusing13', To>>;
  /** Over UDP: `echoing` sends `pong` back for each datagram, `mute` says nothing, on `closed` nobody listens. */
  readonly datagrams: Readonly<Record<'echoing' | 'mute' | 'closed', To>>;
  /** Ends the world and tells how many connections were left open. */
  stop(): Promise<number>;
}

/** `sip.a.example` is an alias of `edge.a.example`; `none.a.example` has no SRV; `silent.a.example` never answers. */
export const contractRecords: Readonly<Record<'srv' | 'address' | 'zone', readonly DnsRecord[]>> = {
  srv: [
    {
      type: 'SRV',
      name: '_sipfederationtls._tcp.a.example',
      ttl: 60,
      priority: 10,
      weight: 5,
      port: 5061,
      target: 'sip.a.example',
    },
    {
      type: 'SRV',
      name: '_sipfederationtls._tcp.a.example',
      ttl: 60,
      priority: 20,
      weight: 0,
      port: 5062,
      target: 'b.a.example',
    },
  ],
  address: [
    { type: 'CNAME', name: 'sip.a.example', ttl: 60, target: 'edge.a.example' },
    { type: 'A', name: 'edge.a.example', ttl: 60, address: '192.0.2.7' },
  ],
  zone: [
    { type: 'NS', name: 'a.example', ttl: 60, target: 'ns1.dns.example' },
    { type: 'NS', name: 'a.example', ttl: 60, target: 'ns2.dns.example' },
  ],
};

const serverName = 'sip.a.example';
const quick = (): AbortSignal => AbortSignal.timeout(5_000);

/** Rejections as their code; anything that is no NetworkFailure fails the test. */
async function codeOf(work: Promise<unknown>): Promise<FailureCode | 'resolved'> {
  try {
    await work;
    return 'resolved';
  } catch (error) {
    assert.ok(error instanceof NetworkFailure, String(error));
    return error.failure.code;
  }
}

/** The promise must reject with the very reason of a signal that fires now, and soon. */
async function rejectsWithReason(run: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('stopped by the test');
  const started = ownNowMs();
  const work = run(controller.signal);
  setImmediate(() => controller.abort(reason));
  await assert.rejects(work, (error) => error === reason);
  assert.ok(ownNowMs() - started < 1_000, 'settled soon after the signal');
}

/** What every Net promises; run against the real one and against the scripted one. */
export function netContract(name: string, makeWorld: () => Promise<NetWorld>): void {
  describe(`Net contract: ${name}`, () => {
    let world: NetWorld;
    before(async () => {
      world = await makeWorld();
    });
    after(async () => {
      assert.equal(await world.stop(), 0, 'no connection is left open');
    });
    const ask = (of: string, type: RecordType, signal = quick()) =>
      world.net.ask(world.dns, { name: of, type }, signal);

    it('answers SRV records with their times to live', async () => {
      const { authoritative, ...answer } = await ask('_sipfederationtls._tcp.a.example', 'SRV');
      assert.equal(typeof authoritative, 'boolean');
      assert.deepEqual(answer, {
        server: world.dns,
        overTcp: false,
        authenticated: false,
        records: contractRecords.srv,
        dropped: 0,
      });
    });

    it('answers addresses together with the alias that led to them', async () => {
      assert.deepEqual((await ask('sip.a.example', 'A')).records, contractRecords.address);
    });

    it('answers who serves a zone', async () => {
      assert.deepEqual((await ask('a.example', 'NS')).records, contractRecords.zone);
    });

    it('tells NXDOMAIN, NODATA, SERVFAIL and REFUSED apart', async () => {
      const codes = await Promise.all([
        codeOf(ask('missing.a.example', 'A')),
        codeOf(ask('none.a.example', 'SRV')),
        codeOf(ask('broken.a.example', 'A')),
        codeOf(ask('closed.a.example', 'A')),
      ]);
      assert.deepEqual(codes, ['dns_nxdomain', 'dns_nodata', 'dns_servfail', 'dns_refused']);
    });

    it('a silent DNS server is given up when the signal fires', async () => {
      await rejectsWithReason((signal) => ask('silent.a.example', 'A', signal));
    });

    it('a closed port is tcp_refused', async () => {
      assert.equal(await codeOf(world.net.connect(world.edges.refused, quick())), 'tcp_refused');
    });

    it('speaks TLS, sees the chain, is admitted, sends and receives', async () => {
      const link = await world.net.connect(world.edges.answering, quick());
      assert.equal(link.seen(), null);
      await link.secure({ serverName }, quick());
      const seen = link.seen();
      assert.deepEqual(
        // Which stores there are is the machine's.
        { ...seen, chain: seen?.chain.map((each) => each.commonName), roots: null },
        {
          roots: null,
          certificateRequested: false,
          alpn: null,
          staple: null,
          session: { resumed: false, hasId: false, ticketSeconds: null },
          flight: null,
          protocol: 'TLSv1.3',
          cipher: 'TLS_AES_256_GCM_SHA384',
          keyExchange: 'X25519',
          stapled: false,
          chain: [serverName, 'Test Intermediate'],
          verification: 'ok',
          rooted: true,
          brokenRules: [],
          offeredCertificate: false,
          ours: null,
        },
      );
      const [admission] = await Promise.all([link.admitted(quick()), link.send(Buffer.from('ping'), quick())]);
      assert.ok(['session_ticket', 'application_data'].includes(admission), admission);
      assert.equal(Buffer.from((await link.receive(quick())) ?? '').toString(), 'pong');
      link.close();
      link.close();
    });

    it('an orderly end is null, again and again', async () => {
      const link = await world.net.connect(world.edges.leaving, quick());
      await link.secure({ serverName }, quick());
      await link.send(Buffer.from('ping'), quick());
      assert.equal(await link.receive(quick()), null);
      link.close();
      assert.equal(await link.receive(quick()), null);
    });

    it('a refusal inside a TLS 1.2 handshake keeps the chain, and admission fails for the same reason', async () => {
      const link = await world.net.connect(world.edges.refusing12, quick());
      assert.equal(await codeOf(link.secure({ serverName }, quick())), 'peer_refused_certificate');
      assert.deepEqual(
        link.seen()?.chain.map((each) => each.commonName),
        [serverName, 'Test Intermediate'],
      );
      assert.equal(await codeOf(link.admitted(quick())), 'peer_refused_certificate');
      link.close();
    });

    it('a refusal after a TLS 1.3 handshake fails admission only', async () => {
      const link = await world.net.connect(world.edges.refusing13, quick());
      assert.equal(await codeOf(link.secure({ serverName }, quick())), 'resolved');
      assert.equal(await codeOf(link.admitted(quick())), 'peer_refused_certificate');
      link.close();
    });

    it('sends and receives datagrams whole, one by one', async () => {
      const link = await world.net.datagrams(world.datagrams.echoing, quick());
      for (const text of ['ping', 'x'.repeat(1_300)]) {
        await link.send(Buffer.from(text), quick());
        assert.equal(Buffer.from(await link.receive(quick())).toString(), 'pong');
      }
      link.close();
      link.close();
      assert.equal(await codeOf(link.send(Buffer.from('ping'), quick())), 'connection_closed');
      assert.equal(await codeOf(link.receive(quick())), 'connection_closed');
    });

    it('a port on which nobody listens for datagrams is udp_refused', async () => {
      const link = await world.net.datagrams(world.datagrams.closed, quick());
      await link.send(Buffer.from('ping'), quick());
      assert.equal(await codeOf(link.receive(quick())), 'udp_refused');
      link.close();
    });

    it('every wait for a datagram ends with the reason of its signal', async () => {
      const link = await world.net.datagrams(world.datagrams.mute, quick());
      await link.send(Buffer.from('ping'), quick());
      await rejectsWithReason((signal) => link.receive(signal));
      const fired = AbortSignal.abort(new Error('before'));
      for (const run of [
        () => world.net.datagrams(world.datagrams.mute, fired),
        () => link.send(Buffer.from('ping'), fired),
        () => link.receive(fired),
      ]) {
        await assert.rejects(run(), (error) => error === fired.reason);
      }
      link.close();
    });

    it('every wait ends with the reason of its signal', async () => {
      const silent = await world.net.connect(world.edges.silent, quick());
      await rejectsWithReason((signal) => silent.secure({ serverName }, signal));
      silent.close();
      const link = await world.net.connect(world.edges.answering, quick());
      await link.secure({ serverName }, quick());
      await rejectsWithReason((signal) => link.receive(signal));
      const fired = AbortSignal.abort(new Error('before'));
      for (const run of [
        () => ask('sip.a.example', 'A', fired),
        () => world.net.connect(world.edges.answering, fired),
        () => link.send(Buffer.from('ping'), fired),
        () => link.receive(fired),
      ]) {
        await assert.rejects(run(), (error) => error === fired.reason);
      }
      link.close();
    });

    it('a closed connection gives nothing and takes nothing', async () => {
      const link = await world.net.connect(world.edges.answering, quick());
      await link.secure({ serverName }, quick());
      link.close();
      assert.equal(await link.receive(quick()), null);
      assert.equal(await codeOf(link.send(Buffer.from('ping'), quick())), 'connection_closed');
    });
  });
}
