import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnedFrom } from '../../src/federation/baseline.ts';
import { findDrift } from '../../src/federation/drift-findings.ts';
import { confirmations } from '../../src/federation/follow.ts';
import { leaf } from '../lab/certificates.ts';
import { sipEdge, type LabEdge } from '../lab/edges.ts';
import { freePort } from '../lab/ports.ts';
import { partner } from '../schedule/partner.ts';
import { realBed, realGround } from './real-bed.ts';

// Every way in which a partner can change how it is reached, made by real name servers and edges under a worker's eyes.

const ground = await realGround();
const { bench } = ground;

async function edgeOf(host: string, port: number): Promise<LabEdge> {
  return ground.open(sipEdge({ certificate: await bench.certificate({ names: [host] }), port }));
}

interface Case {
  /** What the partner does between two slots. `port` is where its first edge is, `other` where a second one is. */
  readonly change: (
    domain: string,
    at: { readonly port: number; readonly other: number; readonly edge: LabEdge },
  ) => unknown;
  /** Both edges are published from the beginning. */
  readonly both?: true;
}

const [one, two] = [(domain: string) => `sip.${domain}`, (domain: string) => `sip2.${domain}`];

const cases: Readonly<Record<string, Case>> = {
  drift_target_added: {
    change(domain, { port, other }) {
      bench.srv(domain, [
        { host: one(domain), port },
        { host: two(domain), port: other },
      ]);
    },
  },
  drift_target_lost: {
    both: true,
    change: (domain, { port }) => bench.srv(domain, [{ host: one(domain), port }]),
  },
  drift_target_moved: { change: (domain, { other }) => bench.srv(domain, [{ host: two(domain), port: other }]) },
  drift_port_changed: {
    async change(domain) {
      const port = await freePort();
      await edgeOf(one(domain), port);
      bench.srv(domain, [{ host: one(domain), port }]);
    },
  },
  drift_priority_changed: {
    both: true,
    change(domain, { port, other }) {
      bench.srv(domain, [
        { host: two(domain), port: other },
        { host: one(domain), port },
      ]);
    },
  },
  drift_issuer_changed: {
    async change(domain, { port, edge }) {
      await edge.stop();
      await ground.open(sipEdge({ certificate: await leaf({ names: [one(domain)] }), port }));
    },
  },
  drift_names_changed: {
    async change(domain, { port, edge }) {
      await edge.stop();
      const certificate = await bench.certificate({ names: [one(domain), `new.${domain}`] });
      await ground.open(sipEdge({ certificate, port }));
    },
  },
};

test('each kind of change is found after it was confirmed, and no other', async () => {
  const made = await Promise.all(
    Object.entries(cases).map(async ([code, { both, change }], at) => {
      const domain = `drift${String(at)}.example`;
      const [port, other] = [await freePort(), await freePort()];
      const edge = await edgeOf(one(domain), port);
      await edgeOf(two(domain), other);
      for (const host of [one(domain), two(domain)]) bench.address(host);
      const second = both === undefined ? [] : [{ host: two(domain), port: other }];
      bench.srv(domain, [{ host: one(domain), port }, ...second]);
      return { code, domain, change: () => change(domain, { port, other, edge }) };
    }),
  );
  const domains = made.map(({ domain }) => domain);
  const it = realBed(
    ground,
    domains.map((domain) => partner(domain, 60_000)),
  );
  const found = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    const baselines = await it.store.baselines(domains);
    const codesOf = (domain: string) => new Set(findDrift(baselines.get(domain) ?? null).map(({ code }) => code));
    return Object.fromEntries(made.map(({ code, domain }) => [code, [...codesOf(domain)]]));
  };
  const all = (codes: (code: string) => readonly string[]) =>
    Object.fromEntries(made.map(({ code }) => [code, codes(code)]));

  await it.slots(learnedFrom);
  for (const { change } of made) await change();
  await it.slots(confirmations - 1);
  assert.deepEqual(
    await found(),
    all(() => []),
  );
  await it.slots(1);
  assert.deepEqual(
    await found(),
    all((code) => [code]),
  );
});
