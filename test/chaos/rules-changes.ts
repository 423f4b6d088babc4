import { flappingChanges, rememberedOutcomes, type Outcome } from '../../src/federation/history.ts';
import { isBroken, type JudgedState } from '../../src/federation/state.ts';
import { byPartner, epochsOf, isCommitted, isTold, type Committed, type History, type Told } from './history.ts';

const at = (ms: number): string => new Date(ms).toISOString();
const good = (state: JudgedState): boolean => state === 'healthy' || state === 'degraded';

interface Row {
  readonly committed: readonly Committed[];
  readonly told: readonly Told[];
}

function rows({ entries }: History): readonly Row[] {
  return epochsOf(entries).flatMap((epoch) => {
    const told = byPartner(epoch.filter(isTold));
    const committed = byPartner(epoch.filter(isCommitted));
    const names = new Set([...told.keys(), ...committed.keys()]);
    return [...names].map((name) => ({ committed: committed.get(name) ?? [], told: told.get(name) ?? [] }));
  });
}

/** Each result knows of the one before it: none was overwritten by a worker that had not seen it. */
export function continues(history: History): readonly string[] {
  return rows(history).flatMap(({ committed }) =>
    committed.flatMap(({ partner, slotMs, recent }, n) => {
      const before = committed[n - 1]?.recent ?? [];
      const expected = [...before, ...recent.slice(-1)].slice(-rememberedOutcomes);
      const same = JSON.stringify(expected) === JSON.stringify(recent);
      return same ? [] : [`${partner}: the result of ${at(slotMs)} does not continue the one before it`];
    }),
  );
}

export function toldOnce(history: History): readonly string[] {
  return rows(history).flatMap(({ told }) =>
    told.flatMap(({ partner, slotMs, to }, n) =>
      told.slice(0, n).some((each) => each.slotMs === slotMs)
        ? [`${partner}: ${to} was told again for the slot of ${at(slotMs)}`]
        : [],
    ),
  );
}

/** Every change of the published state is told with the slot that made it, and nothing else is told. */
export function changesAreTold(history: History): readonly string[] {
  return rows(history).flatMap(({ committed, told }) => {
    const changes = committed.flatMap((each, n) => {
      const from = committed[n - 1]?.state ?? 'unknown';
      return from === each.state ? [] : [{ partner: each.partner, slotMs: each.slotMs, from, to: each.state }];
    });
    const words = (each: Pick<Told, 'partner' | 'slotMs' | 'from' | 'to'>): string =>
      `${each.partner}: ${each.from} → ${each.to} at the slot of ${at(each.slotMs)}`;
    const [committedWords, toldWords] = [new Set(changes.map(words)), new Set(told.map(words))];
    return [
      ...[...committedWords].filter((each) => !toldWords.has(each)).map((each) => `${each} was not told`),
      ...[...toldWords].filter((each) => !committedWords.has(each)).map((each) => `${each} was told and not committed`),
    ];
  });
}

/**
 * The least that a published state needs, written down a second time and by hand, so that a mistake in the product's own
 * arithmetic shows: see `hysteresis` in src/federation/README.md.
 */
function proves(
  from: JudgedState,
  to: JudgedState,
  recent: readonly Outcome[],
  { down, up }: History['hysteresis'],
): boolean {
  const proven = recent.filter(({ state }) => state !== 'unknown');
  const lastAre = (of: readonly Outcome[], count: number, so: (state: JudgedState) => boolean): boolean =>
    of.length >= count && of.slice(-count).every(({ state }) => so(state));
  if (isBroken(to)) return lastAre(proven, down, isBroken);
  if (to === 'unknown') return lastAre(recent, down, (state) => !good(state));
  const changes = proven.filter(
    (each, n) => n > 0 && isBroken(each.state) !== isBroken(proven[n - 1]?.state ?? each.state),
  );
  const flaps = to === 'degraded' && changes.length >= flappingChanges;
  if (flaps || lastAre(proven, up, good)) return true;
  return from === 'unknown' && to === 'healthy' && lastAre(recent, 1, (state) => state === 'healthy');
}

export function followsHysteresis(history: History): readonly string[] {
  return rows(history).flatMap(({ committed }) =>
    committed.flatMap(({ partner, slotMs, state, recent }, n) => {
      const from = committed[n - 1]?.state ?? 'unknown';
      if (from === state || proves(from, state, recent, history.hysteresis)) return [];
      const seen = recent.map((each) => each.state).join(' ');
      return [`${partner}: ${from} → ${state} at the slot of ${at(slotMs)} does not follow from ${seen}`];
    }),
  );
}
