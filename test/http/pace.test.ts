import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partnerObject, renderPartner } from '../../src/cli/render-partner.ts';
import { defaultCadence, type Pace } from '../../src/federation/cadence.ts';
import type { Published } from '../../src/federation/published.ts';
import { partnerRow } from '../../src/http/api.ts';
import { detailOf } from '../../src/http/detail.ts';
import { partnerPage, plainly } from '../../src/http/page-partner.ts';
import type { PartnerSnapshot } from '../../src/store/snapshot.ts';
import { writer } from '../federation/samples.ts';
import * as made from '../metrics/made-up.ts';

const domain = 'refused.example';
const viewpoint = { vantage: 'here-1', writer };
const found = made.fleet().partners.find(({ published }) => published.partner.domain === domain);
assert.ok(found?.published.standing);
const { published } = found;
const cadence = { ...defaultCadence, slowAfterMs: 60_000 };
const partner = made.partner(domain, { everyMs: 300_000, cadence });

/** The same partner, examined two minutes ago, with another past or another reason to be unknown. */
function at(over: Partial<Published>, ...recent: readonly ('healthy' | 'refused')[]): PartnerSnapshot {
  const standing = {
    ...published.standing!,
    examinedMs: made.nowMs,
    sinceMs: made.nowMs - 120_000,
    recent: recent.map((state) => ({ state, atMs: made.nowMs })),
  };
  return { ...found!, published: { ...published, partner, standing, ...over } };
}

const textOf = (page: string): string => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

const cases: readonly (readonly [string, PartnerSnapshot, Pace | null, string])[] = [
  [
    'broken for long',
    at({}, 'refused', 'refused'),
    { is: 'slowed', everyMs: 1_200_000 },
    '20 min now, since it is broken for long; 5 min once it answers',
  ],
  [
    'a first good answer',
    at({}, 'refused', 'healthy'),
    { is: 'confirming', everyMs: 90_000 },
    '5 min; once more within 90 s of the last, to confirm what it found',
  ],
  ['a second one', at({}, 'healthy', 'healthy'), { is: 'regular', everyMs: 300_000 }, '5 min'],
  ['stopped', at({ reason: 'stopped' }, 'refused'), null, '5 min; not now'],
  ['left out', at({ reason: 'quarantined' }, 'refused'), null, '5 min; not now'],
];

for (const [name, snapshot, pace, words] of cases) {
  test(`the page, the API and the command say how often is examined now: ${name}`, () => {
    const fleet = made.snapshotOf([snapshot]);
    const row = partnerRow(snapshot, made.nowMs);
    assert.deepEqual([row.intervalMs, row.pace], [300_000, pace]);
    const shown = partnerObject(snapshot, made.nowMs, viewpoint);
    assert.deepEqual([shown.intervalMs, shown.pace], [300_000, pace]);
    const page = partnerPage(fleet, detailOf(fleet, domain, viewpoint) ?? assert.fail(), plainly);
    assert.ok(textOf(page).includes(`Examined every ${words} `), textOf(page));
    const said = renderPartner(snapshot, made.nowMs, viewpoint, { colour: false, columns: 120 });
    assert.ok(said.includes(`  Every      ${words}\n`), said);
  });
}
