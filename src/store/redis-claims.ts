import { checkClaims, grantOf, openFor } from './claims.ts';
import { replies } from './connection.ts';
import { edgeCursorKeptMs, keptSeconds, mostOpen } from './keys.ts';
import { mostQuarantined, stillOut } from './quarantine.ts';
import type { RedisParts } from './read-values.ts';
import type { Claim, Store } from './store.ts';
import { rotationOf, turnOf } from './turns.ts';

type Cursors = 'claimPartners' | 'claimEdges' | 'settleClaims' | 'openClaims';

/** Who does the work of a slot. */
export function cursors({ keys, connection }: RedisParts): Pick<Store, Cursors> {
  const claim = async (
    names: readonly string[],
    keptMs: number | '',
    wanted: readonly Claim[],
  ): Promise<readonly Claim[]> => {
    checkClaims(wanted);
    if (wanted.length === 0) return [];
    const words = wanted.flatMap(({ id, slotMs }) => [id, slotMs]);
    const won = new Set(
      await connection.run((redis) => redis.fedmonClaim(names.length, ...names, keptMs, keptSeconds, ...words)),
    );
    return wanted.filter((_, at) => won.has(at + 1));
  };
  return {
    claimPartners: (wanted) => claim([keys.partnerCursor, keys.open], '', wanted),
    claimEdges: (wanted) => claim([keys.edgeCursor], edgeCursorKeptMs, wanted),
    async settleClaims(granted) {
      if (granted.length > 0) await connection.run((redis) => redis.zrem(keys.open, grantOf(granted)));
    },
    async openClaims(ageMs) {
      const [[seconds, micros], words] = await connection.run((redis) =>
        Promise.all([redis.time(), redis.zrevrange(keys.open, 0, mostOpen - 1, 'WITHSCORES')]),
      );
      const nowMs = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
      const grants = words.flatMap((grant, at) => (at % 2 === 0 ? [[grant, Number(words[at + 1])] as const] : []));
      return openFor(grants, ageMs, nowMs);
    },
  };
}

/** Who may connect to a place now. */
export function turns({ keys, connection }: RedisParts): Pick<Store, 'takeTurn' | 'endTurn'> {
  return {
    async takeTurn(wish) {
      const { place, holder, gapMs, leaseMs, withinMs, sharer } = wish;
      const names = [keys.turns(place), keys.turnOf(place), keys.sharers(place)] as const;
      const { hash, keepMs, number, fit } = rotationOf(wish);
      const [answer, sharers] = await connection.run((redis) =>
        redis.fedmonTakeTurn(...names, holder, gapMs, leaseMs, withinMs, sharer, hash, keepMs, number, fit ?? ''),
      );
      return turnOf(answer, sharers, fit);
    },
    async endTurn(place, holder, agoMs) {
      await connection.run((redis) => redis.fedmonEndTurn(keys.turnOf(place), keys.turns(place), holder, agoMs ?? ''));
    },
  };
}

/** Who is left out. */
export function quarantines({ keys, connection }: RedisParts): Pick<Store, 'quarantine' | 'quarantined'> {
  return {
    async quarantine(id, untilMs) {
      await connection.run((redis) =>
        replies(
          redis
            .pipeline()
            .zadd(keys.quarantine, untilMs, id)
            .expire(keys.quarantine, edgeCursorKeptMs / 1000),
        ),
      );
    },
    async quarantined(nowMs) {
      const words = await connection.run((redis) =>
        redis.zrevrange(keys.quarantine, 0, mostQuarantined - 1, 'WITHSCORES'),
      );
      return stillOut(
        words.flatMap((id, at) => (at % 2 === 0 ? [[id, Number(words[at + 1])] as const] : [])),
        nowMs,
      );
    },
  };
}
