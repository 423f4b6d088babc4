import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeId } from '../../src/federation/edge.ts';
import type { FlightFacts } from '../../src/federation/handshake.ts';
import type { Observation } from '../../src/federation/observation.ts';
import type { Partner } from '../../src/federation/partner.ts';
import type { TlsFacts } from '../../src/probe/tls/facts.ts';
import { recordEveryMs, recordWhileFailingEveryMs } from '../../src/probe/tls/recording.ts';
import { jobVersion, type RouteJob } from '../../src/queue/job.ts';
import type { EdgeScript } from '../fakes/scripted-net.ts';
import { partner } from '../schedule/partner.ts';
import { base, bed, healthyEdge, sharedRoute } from './bed.ts';

// What a worker has recorded of a server's first flight, and what it keeps of it between records.

const minute = 60_000;
const one: Partner = { ...partner('a.example', minute), route: sharedRoute };
const sound = healthyEdge(base + recordEveryMs);

const flightOf = (name: string): FlightFacts => ({
  authorities: [name],
  authoritiesTotal: 1,
  presented: [],
  presentedTotal: 0,
});

/** The chain of the healthy edge by this fingerprint, and a flight that says so. */
function showing(name: string, over: Partial<EdgeScript> = {}): EdgeScript {
  const chain = (sound.tls?.chain ?? []).map((each) => ({ ...each, fingerprint256: name }));
  return { ...sound, ...over, tls: { ...sound.tls, chain, flight: flightOf(name) } };
}

/** One edge, looked at minute after minute; what it shows can be changed between. */
function edgeOf(first: EdgeScript) {
  let shown = first;
  const edges = new Proxy<Record<string, EdgeScript>>({}, { get: () => shown });
  const it = bed([one], { edges });
  /** Why and when (minutes from the first slot) what is kept of this slot was recorded. */
  const slot = async (at: number): Promise<readonly [why: string, at: number, of: string] | null> => {
    const slotMs = base + at * minute;
    it.time.nowMs = slotMs;
    const job: RouteJob = { v: jobVersion, slots: [{ domain: 'a.example', slotMs }] };
    await it.work.route(job, it.context());
    for (const each of it.queue.take()) await it.work.edge(each, it.context());
    const [edge] = (await it.store.routes(['a.example'])).get('a.example')?.edges ?? [];
    const evidence = edge && (await it.store.edges([edgeId(edge)])).get(edgeId(edge));
    assert.equal(evidence?.slotMs, slotMs);
    const tls = evidence.observations.find(({ kind }) => kind === 'tls') as Observation<TlsFacts> | undefined;
    const flight = tls?.facts.flight ?? null;
    if (flight === null) return null;
    return [flight.why, Math.floor((Date.parse(flight.recordedAt) - base) / minute), flight.authorities.join()];
  };
  return { slot, show: (next: EdgeScript) => (shown = next) };
}

test('the first look records, the others keep what it saw, and after a day it is looked at anew', async () => {
  const { slot } = edgeOf(showing('AA'));
  const day = recordEveryMs / minute;
  assert.deepEqual(await slot(0), ['new', 0, 'AA']);
  for (const at of [1, 2, day - 1]) assert.deepEqual(await slot(at), ['new', 0, 'AA']);
  assert.deepEqual(await slot(day), ['daily', day, 'AA']);
  assert.deepEqual(await slot(day + 1), ['daily', day, 'AA']);
});

test('another certificate ends the record, and the next look makes one', async () => {
  const { slot, show } = edgeOf(showing('AA'));
  assert.deepEqual(await slot(0), ['new', 0, 'AA']);
  show(showing('BB'));
  assert.equal(await slot(1), null);
  assert.deepEqual(await slot(2), ['new', 2, 'BB']);
});

test('after a refusal the next look records, then none does for an hour while it lasts', async () => {
  const { slot, show } = edgeOf(showing('AA'));
  await slot(0);
  show(showing('AA', { admitted: 'peer_refused_certificate' }));
  const hour = recordWhileFailingEveryMs / minute;
  assert.deepEqual(await slot(1), ['new', 0, 'AA']);
  assert.deepEqual(await slot(2), ['failure', 2, 'AA']);
  for (const at of [3, hour + 1]) assert.deepEqual(await slot(at), ['failure', 2, 'AA']);
  assert.deepEqual(await slot(hour + 2), ['failure', hour + 2, 'AA']);
});

test('a handshake that fails before its certificate keeps no record, and each is recorded until one shows', async () => {
  const { slot, show } = edgeOf(showing('AA'));
  await slot(0);
  show({ tls: { failure: 'tls_closed' } });
  assert.equal(await slot(1), null);
  assert.equal(await slot(2), null);
  show(showing('AA'));
  assert.deepEqual(await slot(3), ['new', 3, 'AA']);
});
