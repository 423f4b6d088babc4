import type { RuleName } from './check.ts';
import { at, clean, everyMs, fault, forged, slot, told } from './forged.ts';
import type { Committed, Entry, History } from './history.ts';
import { drainMs } from './rules-slots.ts';

const well = 'healthy' as const;
const down = 'down' as const;
export const calm = clean([well, well, well, well, well, well]);
export const story = clean([well, well, down, down, down, down, well, well, well, well]);

/** A history without one slot at all, as if no worker had ever had it: later results do not know of it. */
export function without(n: number, over: Partial<History> = {}, claimed = true): History {
  const found = calm.entries.filter((entry) => entry.is === 'emptied' || entry.slotMs !== slot(n));
  const entries = found.map((entry): Entry => {
    if (entry.is !== 'committed') return entry;
    return { ...entry, recent: entry.recent.filter((each) => each.atMs !== slot(n) + 350) };
  });
  const claim: Entry = { is: 'claimed', partner: 'a.example', slotMs: slot(n), atMs: slot(n) + 300 };
  return { ...calm, entries: claimed ? [claim, ...entries] : entries, ...over };
}

/** The same published state, another history. */
const edit = (entry: Entry, over: Partial<Committed>): readonly Entry[] =>
  entry.is === 'committed' ? [{ ...entry, ...over }] : [entry];

/** Histories that must be refused, each by one rule and no other. */
export const wrong: readonly { readonly rule: RuleName; readonly what: string; readonly history: History }[] = [
  {
    rule: 'each slot is committed at most once',
    what: 'a result is kept twice',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => {
        const again = entry as Committed;
        return [entry, { ...again, recent: [...again.recent, ...again.recent.slice(-1)] }];
      }),
    ),
  },
  {
    rule: 'slots only go forward',
    what: 'an old worker overwrites a newer result',
    history: swapped(),
  },
  {
    rule: 'slots are those of the plan',
    what: 'a slot beside the grid',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => [entry, ...edit(entry, beside(entry, 1_000))]),
    ),
  },
  {
    rule: 'slots are those of the plan',
    what: 'a slot before its time',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => edit(entry, { atMs: slot(5) - 1 })),
    ),
  },
  {
    rule: 'slots are those of the plan',
    what: 'a partner that nobody watches',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => {
        const first = calm.entries.find((each) => each.is === 'committed');
        const of = { ...first!, partner: 'b.example', state: 'unknown' as const };
        return [entry, of];
      }),
    ),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'a claimed slot without a result, and no fault',
    history: without(2),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'a fault that came when the slot should long have been done',
    history: without(2, { faults: [fault(slot(2) + 300 + 1_001)] }),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'a fault that was over before the claim',
    history: without(2, { faults: [fault(slot(2), { untilMs: slot(2) + 299 })] }),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'a claim that Redis was asked for when it had come back, also from hanging',
    history: without(2, { faults: [fault(slot(2), { untilMs: slot(2) + 299 - drainMs, halts: true })] }),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'nobody claims it, with one of two schedulers killed',
    history: without(2, { faults: [fault(slot(2) - 100, { untilMs: slot(2) + 4_000 })] }, false),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'nobody claims it, and Redis came back long enough before it was too late',
    history: without(2, { faults: [fault(slot(2) - 4_000, { untilMs: slot(2) - 701, halts: true })] }, false),
  },
  {
    rule: 'no slot is lost but the one in flight',
    what: 'one short fault, two slots of a partner',
    history: twoLost([fault(slot(2) + 1_200, { untilMs: slot(3) + 400 })]),
  },
  {
    rule: 'a result continues the one before it',
    what: 'a worker judged without having seen the last result',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => edit(entry, { recent: (entry as Committed).recent.slice(1) })),
    ),
  },
  {
    rule: 'a change is told once',
    what: 'the same change twice',
    history: forged(
      story,
      at(slot(4), 'told', (entry) => [entry, entry]),
    ),
  },
  {
    rule: 'what is told is what was committed',
    what: 'a change that nobody hears of',
    history: {
      ...forged(
        story,
        at(slot(4), 'told', () => []),
      ),
      outages: unpromised(story),
    },
  },
  {
    rule: 'what is told is what was committed',
    what: 'a change that was never committed',
    history: forged(
      calm,
      at(slot(5), 'committed', (entry) => [entry, told(slot(5), 'unknown', 'healthy')]),
    ),
  },
  {
    rule: 'a change has its proof',
    what: 'broken after two failures',
    history: earlier(story),
  },
  {
    rule: 'nothing false is told',
    what: 'a partner that worked is called unreachable',
    history: { ...story, outages: [] },
  },
  {
    rule: 'nothing false is told',
    what: 'one of its failures lies outside the outage',
    history: { ...story, outages: unpromised(story).map((each) => ({ ...each, fromMs: slot(3) - 500 })) },
  },
  {
    rule: 'nothing is called healthy that is not',
    what: 'healthy in the midst of an outage',
    history: {
      ...calm,
      outages: [{ partner: 'a.example', fromMs: slot(2) - 2_000, untilMs: slot(3) - 1_000, expects: null }],
    },
  },
  {
    rule: 'an outage is noticed in time',
    what: 'nothing is told of three intervals without an answer',
    history: unheard(),
  },
  {
    rule: 'an outage is noticed in time',
    what: 'told late',
    history: forged(
      story,
      at(slot(4), 'told', (entry) => (entry.is === 'told' ? [{ ...entry, atMs: slot(2) + 16_001 }] : [])),
    ),
  },
  {
    rule: 'an outage is noticed in time',
    what: 'told with another cause',
    history: forged(
      story,
      at(slot(4), 'told', (entry) => (entry.is === 'told' ? [{ ...entry, code: 'dns_timeout' }] : [])),
    ),
  },
];

/** The slot after is committed first; each knows of the one that was committed before it. */
function swapped(): History {
  const other = (entry: Entry): readonly Entry[] => {
    const swap = new Map([
      [slot(4), slot(5)],
      [slot(5), slot(4)],
    ]);
    return entry.is === 'committed'
      ? edit(entry, { slotMs: swap.get(entry.slotMs) ?? entry.slotMs, atMs: entry.atMs + everyMs })
      : [entry];
  };
  return forged(calm, other);
}

function beside(entry: Entry, byMs: number): Partial<Committed> {
  if (entry.is !== 'committed') return {};
  const newest = { state: well, atMs: entry.atMs + 50 };
  return { slotMs: entry.slotMs + byMs, atMs: entry.atMs + byMs, recent: [...entry.recent, newest].slice(-8) };
}

function unpromised(history: History): History['outages'] {
  return history.outages.map((each) => ({ ...each, expects: null }));
}

/** Three failures whose third says nothing: it is as if the service were deaf. */
function unheard(): History {
  const deaf = clean([well, well, down, down, well, well]);
  const expects = { state: 'unreachable' as const, code: 'tcp_refused' };
  return { ...deaf, outages: deaf.outages.map((each) => ({ ...each, expects })) };
}

/** The change is published, and told, one examination too early. */
function earlier(history: History): History {
  const early = forged(history, (entry) => {
    if (entry.is === 'told' && entry.slotMs === slot(4)) return [told(slot(3), entry.from, entry.to)];
    if (entry.is === 'committed' && entry.slotMs === slot(3)) return edit(entry, { state: 'unreachable' });
    return [entry];
  });
  return { ...early, outages: early.outages.map((each) => ({ ...each, fromMs: slot(1) + 400 - 1_000 })) };
}

/** Two slots in a row have no result. */
export function twoLost(faults: History['faults']): History {
  const one = without(2);
  const entries = one.entries.flatMap((entry): readonly Entry[] => {
    if (entry.is !== 'committed') return [entry];
    if (entry.slotMs === slot(3)) return [];
    return [{ ...entry, recent: entry.recent.filter((each) => each.atMs !== slot(3) + 350) }];
  });
  return { ...one, entries, faults };
}
