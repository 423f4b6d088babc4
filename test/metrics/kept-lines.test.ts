import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standing } from '../../src/federation/standing.ts';
import { written, type Written } from '../../src/metrics/exposition.ts';
import { keptLines } from '../../src/metrics/kept-lines.ts';
import { projectGathered, projectParts, type Makers } from '../../src/metrics/project.ts';
import { projectPartner } from '../../src/metrics/project-partner.ts';
import type { Snapshot } from '../../src/store/snapshot.ts';
import * as made from './made-up.ts';

/** Writes everything anew. */
const anew: Makers<Written> = {
  partner: (snapshot, nowMs) => written(projectPartner(snapshot, nowMs), 'partner'),
  edge: (label, gathered) => written(projectGathered(label, gathered), 'edge'),
  rest: (samples) => written(samples),
};

const partsOf = (snapshot: Snapshot, make: Makers<Written>): readonly Written[] => [...projectParts(snapshot, make)];

/** What one thing at a time may change about a fleet between two readings. */
function changes(fleet: Snapshot): readonly Snapshot[] {
  const each = (change: (partner: Snapshot['partners'][number]) => Snapshot['partners'][number]): Snapshot => ({
    ...fleet,
    partners: fleet.partners.map(change),
  });
  const examined = (change: (standing: Standing) => Standing): Snapshot =>
    each(({ published, ...partner }) => {
      const { standing } = published;
      return { ...partner, published: { ...published, standing: standing === null ? null : change(standing) } };
    });
  return [
    fleet,
    { ...fleet, nowMs: fleet.nowMs + 1_000 },
    { ...fleet, nowMs: fleet.nowMs + 3_600_000 },
    { ...fleet, partners: fleet.partners.slice(1) },
    each((partner) => ({ ...partner, tally: { runs: { dns: 8 }, failures: [] } })),
    each((partner) => ({ ...partner, edges: partner.edges.map((edge) => ({ ...edge, observations: [] })) })),
    each((partner) => ({ ...partner, edges: [] })),
    each((partner) => ({ ...partner, route: null })),
    each((partner) => ({
      ...partner,
      published: { ...partner.published, state: 'maintenance', reason: 'maintenance' },
    })),
    each((partner) => ({ ...partner, published: { ...partner.published, reason: 'blind', state: 'unknown' } })),
    each((partner) => ({ ...partner, published: { ...partner.published, sinceMs: 1 } })),
    each(({ published, ...partner }) => ({
      ...partner,
      published: { ...published, partner: { ...published.partner, tier: 'critical', everyMs: 60_000 } },
    })),
    examined((standing) => ({ ...standing, layers: { ...standing.layers, sip: 'failed' } })),
    examined((standing) => ({ ...standing, edges: { up: 0, down: 7, unproven: 3 } })),
    examined((standing) => ({ ...standing, checks: {} })),
    examined((standing) => ({ ...standing, cause: null })),
    each((partner) => {
      const edges = partner.route?.edges.map((edge) => ({ ...edge, host: 'sipfed.online.lync.com' })) ?? [];
      return { ...partner, route: partner.route === null ? null : { ...partner.route, edges } };
    }),
    fleet,
  ];
}

test('lines that are kept say the same as lines that are written anew, whatever changes between two readings', () => {
  const make = keptLines();
  const seen = new Set<string>();
  for (const snapshot of changes(made.fleet())) {
    const wanted = partsOf(snapshot, anew);
    assert.deepEqual(partsOf(snapshot, make), wanted);
    seen.add(JSON.stringify(wanted.map(({ lines }) => [...lines])));
  }
  // Each change but the second of time shows.
  assert.equal(seen.size, changes(made.fleet()).length - 2);
});

test('a fleet of which nothing changed is not written again', () => {
  const make = keptLines();
  const fleet = made.fleet();
  const first = partsOf(fleet, make);
  const again = partsOf({ ...fleet, nowMs: fleet.nowMs + 1 }, make);
  const same = again.filter((part, at) => part === first[at]);
  assert.ok(first.length > fleet.partners.length);
  // The vantages are counted anew; there is one.
  assert.equal(same.length, first.length - 1);
});
