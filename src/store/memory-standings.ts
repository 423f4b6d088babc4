import { isFarAhead } from '../federation/slot.ts';
import type { Setup } from '../federation/ours.ts';
import { encoded, slotOf } from './codec.ts';
import { mostEvents } from './keys.ts';
import { entryOf, fences, readAll, type Memory, type MemoryParts } from './memory-parts.ts';
import { isBaseline, isChange, isSetup } from './shape-baseline.ts';
import { isRouteEvidence, isStanding } from './shape.ts';
import type { News, Store, Tally } from './store.ts';
import { fieldsOf, tallyOf } from './tally.ts';

function tell(memory: Memory, event: string): void {
  if (memory.events.push(event) > mostEvents) memory.events.shift();
}

/** The slot of a baseline that can be read; null: there is none. */
function baselineSlot({ memory, decoder }: MemoryParts, key: string): number | null {
  return decoder.decode(memory.values.get(key) ?? null, isBaseline)?.slotMs ?? null;
}

/** What was not judged yet of one partner. */
function newsOf(parts: MemoryParts, domain: string): readonly News[] {
  const { memory, keys, decoder } = parts;
  const textAt = (key: string): string | null => memory.values.get(key) ?? null;
  const [text, judged] = [textAt(keys.route(domain)), textAt(keys.standing(domain))];
  const slotMs = slotOf(text);
  if (slotMs === null || isFarAhead(slotMs, parts.now()) || fences(parts, slotOf(judged), slotMs)) return [];
  const route = decoder.decode(text, isRouteEvidence);
  if (route === null) return [];
  const baseline = decoder.decode(textAt(keys.baseline(domain)), isBaseline);
  return [{ route, standing: decoder.decode(judged, isStanding), baseline }];
}

/** What is expected of partners, and what they are examined with. */
export function expectations(
  parts: MemoryParts,
): Pick<Store, 'baselines' | 'acceptBaseline' | 'setup' | 'recordSetup'> {
  const { memory, keys, decoder, later } = parts;
  const setup = (): Setup | null => decoder.decode(memory.values.get(keys.setup) ?? null, isSetup);
  const replaced = (key: string, value: string, events: readonly string[]): true => {
    memory.values.set(key, value);
    for (const each of events) tell(memory, each);
    return true;
  };
  return {
    baselines: (domains) => later(() => readAll(parts, domains, (domain) => keys.baseline(domain), isBaseline)),
    acceptBaseline: (baseline, previousSlotMs, change) =>
      later(() => {
        const key = keys.baseline(baseline.domain);
        const [value, event] = [encoded.baseline(baseline), encoded.change(change)];
        return baselineSlot(parts, key) === previousSlotMs && replaced(key, value, [event]);
      }),
    setup: () => later(setup),
    recordSetup: (next, previousSlotMs, changes) =>
      later(() => {
        const [value, events] = [encoded.setup(next), changes.map(encoded.change)];
        return (setup()?.slotMs ?? null) === previousSlotMs && replaced(keys.setup, value, events);
      }),
  };
}

/** What is published of partners, how often what was found, and what changed. */
export function standings(parts: MemoryParts): Pick<Store, 'standings' | 'news' | 'advance' | 'tallies' | 'events'> {
  const { memory, keys, decoder, later, now } = parts;
  return {
    standings: (domains) => later(() => readAll(parts, domains, (domain) => keys.standing(domain), isStanding)),
    news: (domains) => later(() => ({ nowMs: now(), found: domains.flatMap((domain) => newsOf(parts, domain)) })),
    advance: (standing, previousSlotMs, change, ticks, followed = null) =>
      later(() => {
        const key = keys.standing(standing.domain);
        const value = encoded.standing(standing);
        const event = change === null ? null : encoded.change(change);
        const baseline = followed === null ? null : encoded.baseline(followed.baseline);
        const told = followed?.changes.map(encoded.change) ?? [];
        const text = memory.values.get(key) ?? null;
        const stored = decoder.decode(text, isStanding)?.slotMs ?? null;
        if (stored !== previousSlotMs || fences(parts, stored, standing.slotMs)) return false;
        memory.values.set(key, value);
        const expected = keys.baseline(standing.domain);
        if (baseline !== null && baselineSlot(parts, expected) === followed?.previousSlotMs) {
          memory.values.set(expected, baseline);
          for (const each of told) tell(memory, each);
        }
        if (event !== null) tell(memory, event);
        const counters = entryOf(memory.tallies, keys.tally(standing.domain), () => new Map<string, number>());
        for (const field of fieldsOf(ticks)) counters.set(field, (counters.get(field) ?? 0) + 1);
        return true;
      }),
    tallies: (domains) =>
      later(() => {
        const found = new Map<string, Tally>();
        for (const domain of domains) {
          const { tally, ignored } = tallyOf(memory.tallies.get(keys.tally(domain)) ?? []);
          decoder.ignore(ignored);
          if (tally.failures.length > 0 || Object.keys(tally.runs).length > 0) found.set(domain, tally);
        }
        return found;
      }),
    events: (limit) =>
      later(() =>
        limit < 1
          ? []
          : memory.events
              .slice(-limit)
              .reverse()
              .map((text) => decoder.decode(text, isChange))
              .filter((change) => change !== null),
      ),
  };
}
