import type { Redis } from 'ioredis';
import { headLength, valueHead } from './codec.ts';
import { endTurn, takeTurn } from './turn-scripts.ts';

// Every key a script touches is one of KEYS, and all share the hash tag of the prefix: one slot of a cluster.
// A script runs whole or, when Redis refuses its first write (OOM, READONLY), not at all.

const slotOf = `
local function slotOf(key)
  return tonumber(string.match(redis.call('GETRANGE', key, 0, ${String(headLength)}), '^${valueHead}(%d+),'))
end
`;

/** ARGV: ms to keep or '', seconds to live, then id and slot in turn. Answers the positions granted, from 1. */
const claim = `
local granted, newest = {}, 0
for at = 3, #ARGV, 2 do
  local slot = tonumber(ARGV[at + 1])
  local stored = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if not stored or slot > tonumber(stored) then
    redis.call('ZADD', KEYS[1], ARGV[at + 1], ARGV[at])
    granted[#granted + 1] = (at - 1) / 2
    if slot > newest then newest = slot end
  end
end
if #granted > 0 then
  if ARGV[1] ~= '' then
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', newest - tonumber(ARGV[1])))
  end
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return granted
`;

/** ARGV: slot, value, seconds to live. */
const record = `
${slotOf}
local stored = slotOf(KEYS[1])
if stored and tonumber(ARGV[1]) <= stored then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
`;

/**
 * KEYS: the route, the cursor of edges, the indexes of its edges, then for each edge it leaves the index and the
 * evidence. ARGV: slot, value, seconds to live of the route, the slot that the left edges were read from or '', the
 * partner, how many indexes it joins, their seconds to live, then the ids of the edges it leaves.
 */
const recordRoute = `
${slotOf}
local stored = slotOf(KEYS[1])
if stored and tonumber(ARGV[1]) <= stored then return 0 end
if stored ~= tonumber(ARGV[4]) then return 2 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
local joined = tonumber(ARGV[6])
for at = 3, 2 + joined do
  redis.call('SADD', KEYS[at], ARGV[5])
  if redis.call('TTL', KEYS[at]) < tonumber(ARGV[7]) then redis.call('EXPIRE', KEYS[at], ARGV[7]) end
end
for left = 1, #ARGV - 7 do
  local index = KEYS[1 + joined + 2 * left]
  redis.call('SREM', index, ARGV[5])
  if redis.call('SCARD', index) == 0 then
    redis.call('UNLINK', KEYS[2 + joined + 2 * left])
    redis.call('ZREM', KEYS[2], ARGV[7 + left])
  end
end
return 1
`;

/** Adds one entry to the stream. */
const tell = `
local function tell(events, change, most, seconds)
  redis.call('XADD', events, 'MAXLEN', '~', most, '*', 'change', change)
  redis.call('EXPIRE', events, seconds)
end
`;

/**
 * KEYS: standing, tally, events, baseline. ARGV: the slot the caller judged from or '', slot, standing, change or '',
 * seconds to live, how many events to keep, the slot of the baseline that was followed or '', the next baseline or '',
 * how many changes it tells, those, then the counters to raise. Answers 2 when the baseline was another: it and its
 * changes were left out.
 */
const advance = `
${slotOf}
${tell}
local stored = slotOf(KEYS[1])
if stored ~= tonumber(ARGV[1]) then return 0 end
if stored and tonumber(ARGV[2]) <= stored then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[5])
local told, outcome = tonumber(ARGV[9]), 1
if ARGV[8] == '' then
  redis.call('EXPIRE', KEYS[4], ARGV[5])
elseif slotOf(KEYS[4]) == tonumber(ARGV[7]) then
  redis.call('SET', KEYS[4], ARGV[8], 'EX', ARGV[5])
  for at = 10, 9 + told do tell(KEYS[3], ARGV[at], ARGV[6], ARGV[5]) end
else
  outcome = 2
end
if ARGV[4] ~= '' then tell(KEYS[3], ARGV[4], ARGV[6], ARGV[5]) end
for at = 10 + told, #ARGV do redis.call('HINCRBY', KEYS[2], ARGV[at], 1) end
if #ARGV > 9 + told then redis.call('EXPIRE', KEYS[2], ARGV[5]) end
return outcome
`;

/** KEYS: baseline, events. ARGV: the slot of the stored baseline or '', the next one, the change, seconds to live, events to keep. */
const accept = `
${slotOf}
${tell}
if slotOf(KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[4])
tell(KEYS[2], ARGV[3], ARGV[5], ARGV[4])
return 1
`;

/** ARGV: the text to remove, which nobody may have replaced meanwhile. */
const discard = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

type Word = string | number;

/** The scripts as commands of the client. */
export interface ScriptCommands {
  fedmonClaim(cursor: string, keptMs: Word, liveSeconds: number, ...idsAndSlots: readonly Word[]): Promise<number[]>;
  fedmonRecord(key: string, slotMs: number, value: string, liveSeconds: number): Promise<number>;
  /** 0: something newer was there; 1: kept; 2: the route changed since it was read. */
  fedmonRecordRoute(keyCount: number, ...keysAndWords: readonly Word[]): Promise<0 | 1 | 2>;
  /** 0: another standing was there; 1: committed; 2: committed without the baseline, which was another. */
  fedmonAdvance(
    standing: string,
    tally: string,
    events: string,
    baseline: string,
    ...words: readonly Word[]
  ): Promise<number>;
  fedmonAccept(baseline: string, events: string, ...words: readonly Word[]): Promise<number>;
  fedmonDiscard(key: string, value: string): Promise<number>;
  /** 0: now; -1: not in time; else milliseconds to wait. */
  fedmonTakeTurn(row: string, turn: string, holder: string, ...times: readonly number[]): Promise<number>;
  fedmonEndTurn(turn: string, holder: string): Promise<number>;
}

export type Client = Redis & ScriptCommands;

export function defineScripts(redis: Redis): Client {
  redis.defineCommand('fedmonClaim', { lua: claim, numberOfKeys: 1 });
  redis.defineCommand('fedmonRecord', { lua: record, numberOfKeys: 1 });
  redis.defineCommand('fedmonRecordRoute', { lua: recordRoute });
  redis.defineCommand('fedmonAdvance', { lua: advance, numberOfKeys: 4 });
  redis.defineCommand('fedmonAccept', { lua: accept, numberOfKeys: 2 });
  redis.defineCommand('fedmonDiscard', { lua: discard, numberOfKeys: 1 });
  redis.defineCommand('fedmonTakeTurn', { lua: takeTurn, numberOfKeys: 2 });
  redis.defineCommand('fedmonEndTurn', { lua: endTurn, numberOfKeys: 1 });
  // defineCommand adds methods while running; their types stand above.
  return redis as Client;
}
