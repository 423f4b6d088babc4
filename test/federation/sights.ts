import type { Baseline } from '../../src/federation/baseline.ts';
import { follow } from '../../src/federation/follow.ts';
import type { DriftChange } from '../../src/federation/drift.ts';
import type { SeenCertificate, SeenTarget, Sight } from '../../src/federation/sight.ts';

/** Hand-made sights for pure tests; a slot is a minute. */
export const minute = 60_000;
export const begin = Date.UTC(2026, 5, 1);

export function target(host: string, over: Partial<SeenTarget> = {}): SeenTarget {
  return { host, port: 5061, transport: 'tls', priority: 10, ...over };
}

export function seenCertificate(host: string, over: Partial<SeenCertificate> = {}): SeenCertificate {
  return {
    endpoint: `${host}:5061`,
    issuer: 'C=US, O=Good Trust, CN=Good Issuing R10',
    subject: `CN=${host}`,
    names: [host],
    fingerprint256: 'A1',
    notAfter: '2026-09-01T00:00:00.000Z',
    ...over,
  };
}

export function sight(slot: number, over: Partial<Sight> = {}): Sight {
  return {
    domain: 'contoso.test',
    slotMs: begin + slot * minute,
    atMs: begin + slot * minute + 500,
    asked: 'microsoft-federation srv',
    works: true,
    targets: [target('sip1.contoso.test')],
    hosts: [{ host: 'sip1.contoso.test', addresses: ['192.0.2.1'] }],
    certificates: [seenCertificate('sip1.contoso.test')],
    ...over,
  };
}

export interface Story {
  readonly baseline: Baseline | null;
  readonly changes: readonly DriftChange[];
  /** How many changes each examination told. */
  readonly told: readonly number[];
}

/** Follows a story, an examination a slot, from where an earlier one ended. */
export function live(sights: readonly Partial<Sight>[], from: Baseline | null = null, firstSlot = 0): Story {
  let baseline = from;
  const changes: DriftChange[] = [];
  const told: number[] = [];
  sights.forEach((over, at) => {
    const followed = follow(baseline, sight(firstSlot + at, over));
    // What is kept is JSON and nothing else.
    baseline = JSON.parse(JSON.stringify(followed.baseline)) as Baseline | null;
    changes.push(...followed.changes);
    told.push(followed.changes.length);
  });
  return { baseline, changes, told };
}

export const times = (count: number, over: Partial<Sight> = {}): readonly Partial<Sight>[] =>
  Array.from({ length: count }, () => over);

/** `kind: before → after`. */
export const words = (changes: readonly { kind: string; before: string | null; after: string | null }[]): string[] =>
  changes.map(({ kind, before, after }) => `${kind}: ${before ?? '-'} → ${after ?? '-'}`);
