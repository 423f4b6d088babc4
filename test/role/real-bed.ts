import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { canaryName, type Lookouts } from '../../src/federation/canary.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { DnsServer, Net } from '../../src/net/net.ts';
import { createNet } from '../../src/net/node-net.ts';
import { jobVersion } from '../../src/queue/job.ts';
import { createBench, type Bench } from '../lab/bench.ts';
import { startDnsServer } from '../lab/dns-server.ts';
import { bed, type Bed } from './bed.ts';

const minute = 60_000;

/** A name server, certificates, and the network towards them; ends with the test file. */
export interface RealGround {
  readonly bench: Bench;
  readonly net: Net;
  /** Something that is stopped at the end. */
  open<Server extends { stop(): Promise<void> }>(server: Promise<Server>): Promise<Server>;
  /** The same ground, looked at through this resolver. */
  through(resolver: DnsServer): RealGround;
}

export async function realGround(): Promise<RealGround> {
  const dns = await startDnsServer();
  const bench = await createBench(dns.zone);
  const folder = mkdtempSync(join(tmpdir(), 'fedmon-real-bed-'));
  const trust = join(folder, 'ca.pem');
  writeFileSync(trust, bench.trusted.certPem);
  const { certPem, keyPem } = await bench.certificate({ names: ['mon.example'] });
  const certificate = { cert: Buffer.from(certPem), key: Buffer.from(keyPem) };
  const real = createNet({ egressAllow: ['127.0.0.0/8'], trust, certificate });
  const opened: { stop(): Promise<void> }[] = [dns];
  after(async () => {
    await Promise.all(opened.map((each) => each.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  const through = (resolver: DnsServer): RealGround => ({
    bench,
    net: { ...real, ask: (_server, question, signal) => real.ask(resolver, question, signal) },
    async open(server) {
      const started = await server;
      opened.push(started);
      return started;
    },
    through,
  });
  return through(dns);
}

/** A worker that examines over real sockets, and keeps in memory what it found. */
export interface RealBed extends Bed {
  /** Runs the next slots of all partners and of the canary, a minute apart by the clock of the worker. */
  slots(count: number): Promise<void>;
}

export function realBed({ net }: RealGround, partners: readonly Partner[], lookouts: Lookouts = {}): RealBed {
  const it = bed(partners, {}, lookouts, net);
  const names = [...partners.map(({ domain }) => domain), ...(lookouts.canary === undefined ? [] : [canaryName])];
  let slotMs = Math.floor(Date.now() / minute) * minute;
  return {
    ...it,
    async slots(count) {
      for (let left = count; left > 0; left -= 1) {
        slotMs += minute;
        it.time.nowMs = slotMs;
        await it.work.route({ v: jobVersion, slots: names.map((domain) => ({ domain, slotMs })) }, it.context());
        await Promise.all(it.queue.take().map((job) => it.work.edge(job, it.context())));
      }
    },
  };
}
