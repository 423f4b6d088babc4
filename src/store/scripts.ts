import type { Redis } from 'ioredis';
import { mostAheadMs } from '../federation/slot.ts';
import { headLength, valueHead } from './codec.ts';
import { openKeptSeconds } from './keys.ts';
import { signs } from './sign-script.ts';
import { endTurn, takeOrder, takeTurn } from './turn-scripts.ts';

// Every key a script touches is one of KEYS, and all share the hash tag of the prefix: one slot of a cluster.
// A script runs whole or, when Redis refuses its first write (OOM, READONLY), not at all.

const slotOf = `
local function slotOf(key)
  return tonumber(string.match(redis.call('GETRANGE', key, 0, ${String(headLength)}), '^${valueHead}(%d+),'))
end
`;

/** Whether something of a slot keeps out what is of another; what is far ahead of the clock of Redis keeps out nothing. */
const fences = `
local time = redis.call('TIME')
local latest = time[1] * 1000 + math.floor(time[2] / 1000) + ${String(mostAheadMs)}
local function fences(stored, slot)
  return stored and tonumber(slot) <= stored and stored <= latest
end
`;

/**
 * KEYS: cursor, and where it is noted that what is granted is not settled, if it is. ARGV: ms to keep or '', seconds to
 * live, then id and slot in turn. Answers the positions granted, from 1.
 */
const claim = `
${fences}
local granted, newest = {}, 0
for at = 3, #ARGV, 2 do
  local slot = tonumber(ARGV[at + 1])
  local stored = redis.call('ZSCORE', KEYS[1], ARGV[at])
  if slot <= latest and not fences(stored and tonumber(stored), slot) then
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
if #granted > 0 and KEYS[2] then
  local words = {}
  for _, at in ipairs(granted) do words[#words + 1] = ARGV[2 * at + 1] .. ' ' .. ARGV[2 * at + 2] end
  redis.call('ZADD', KEYS[2], string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)), table.concat(words, ' '))
  redis.call('EXPIRE', KEYS[2], ${String(openKeptSeconds)})
end
return granted
`;

/** ARGV: slot, value, seconds to live. */
const record = `
${slotOf}
${fences}
local stored = slotOf(KEYS[1])
if fences(stored, ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
`;

/**
 * Adds an entry to a ledger unless it is there, and the text of its request where it is new; then texts that no entry
 * has any more go. Answers 1 when it was added.
 */
const keepSent = `
local function keepSent(ledger, requests, most, seconds, entry, digest, request)
  if entry == '' then return 0 end
  local used = { [digest] = true }
  for at, each in ipairs(redis.call('XREVRANGE', ledger, '+', '-', 'COUNT', most)) do
    if each[2][2] == entry then return 0 end
    if at < tonumber(most) and each[2][4] then used[each[2][4]] = true end
  end
  redis.call('XADD', ledger, 'MAXLEN', most, '*', 'sent', entry, 'request', digest)
  redis.call('EXPIRE', ledger, seconds)
  if digest == '' then return 1 end
  if redis.call('HSET', requests, digest, request) == 1 then
    local known = redis.call('HGETALL', requests)
    for at = 1, #known, 2 do
      if not used[known[at]] then redis.call('HDEL', requests, known[at]) end
    end
  end
  redis.call('EXPIRE', requests, seconds)
  return 1
end
`;

/**
 * KEYS: evidence, ledger, its requests. ARGV: slot, value, seconds to live, then of the ledger how many entries to keep,
 * their seconds to live, the entry or '', the digest of its request or '', the request.
 */
const recordEdge = `
${slotOf}
${fences}
${keepSent}
local fenced = fences(slotOf(KEYS[1]), ARGV[1])
if not fenced then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
keepSent(KEYS[2], KEYS[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8])
return fenced and 0 or 1
`;

/** KEYS: ledger, its requests. ARGV: how many entries to keep, their seconds to live, the entry, the digest of its request or '', the request. */
const recordSent = `
${keepSent}
return keepSent(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
`;

/**
 * KEYS: the route, the cursor of edges, the indexes of its edges, then for each edge it leaves the index, the evidence,
 * the ledger and its requests. ARGV: slot, value, seconds to live of the route, the slot that the left edges were read from or '', the
 * partner, how many indexes it joins, their seconds to live, then the ids of the edges it leaves.
 */
const recordRoute = `
${slotOf}
${fences}
local stored = slotOf(KEYS[1])
if fences(stored, ARGV[1]) then return 0 end
if stored ~= tonumber(ARGV[4]) then return 2 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
local joined = tonumber(ARGV[6])
for at = 3, 2 + joined do
  redis.call('SADD', KEYS[at], ARGV[5])
  if redis.call('TTL', KEYS[at]) < tonumber(ARGV[7]) then redis.call('EXPIRE', KEYS[at], ARGV[7]) end
end
for left = 1, #ARGV - 7 do
  local index = KEYS[joined - 1 + 4 * left]
  redis.call('SREM', index, ARGV[5])
  if redis.call('SCARD', index) == 0 then
    redis.call('UNLINK', KEYS[joined + 4 * left], KEYS[joined + 1 + 4 * left], KEYS[joined + 2 + 4 * left])
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
${fences}
${tell}
local stored = slotOf(KEYS[1])
if stored ~= tonumber(ARGV[1]) then return 0 end
if fences(stored, ARGV[2]) then return 0 end
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

/**
 * KEYS: route, standing and baseline of each partner. Answers the clock of Redis in ms, and for each whose route is of a slot
 * that was not judged yet, its position from 1 and the three values.
 */
const news = `
${slotOf}
${fences}
local found = {}
for at = 1, #KEYS, 3 do
  local slot = slotOf(KEYS[at])
  if slot and slot <= latest and not fences(slotOf(KEYS[at + 1]), slot) then
    found[#found + 1] = {(at + 2) / 3, redis.call('GET', KEYS[at]), redis.call('GET', KEYS[at + 1]), redis.call('GET', KEYS[at + 2])}
  end
end
return {time[1] * 1000 + math.floor(time[2] / 1000), found}
`;

/**
 * KEYS: what is kept, events. ARGV: the slot of what is stored or '', the next one, its seconds to live, how many events
 * to keep, their seconds to live, then the changes that are told of it.
 */
const replace = `
${slotOf}
${tell}
if slotOf(KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
for at = 6, #ARGV do tell(KEYS[2], ARGV[at], ARGV[4], ARGV[5]) end
return 1
`;

/** ARGV: the text to remove, which nobody may have replaced meanwhile. */
const discard = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** Answers a text for each key: fields and counts in turn, a line each; empty where there is no hash. */
const tallies = `
local all = {}
for at = 1, #KEYS do all[at] = table.concat(redis.call('HGETALL', KEYS[at]), '\\n') end
return all
`;

/** The members of each key, which is a set or is not there. */
const members = `
local all = {}
for at = 1, #KEYS do all[at] = redis.call('SMEMBERS', KEYS[at]) end
return all
`;

type Word = string | number;
export type NewsReply = [at: number, route: string | null, standing: string | null, baseline: string | null];

/** The scripts as commands of the client. */
export interface ScriptCommands {
  fedmonClaim(keys: number, ...words: readonly Word[]): Promise<number[]>;
  fedmonRecord(key: string, slotMs: number, value: string, liveSeconds: number): Promise<number>;
  fedmonRecordEdge(edge: string, ledger: string, requests: string, ...words: readonly Word[]): Promise<number>;
  fedmonRecordSent(ledger: string, requests: string, ...words: readonly Word[]): Promise<number>;
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
  /** 0: something else was there; 1: kept and told. */
  fedmonReplace(key: string, events: string, ...words: readonly Word[]): Promise<number>;
  fedmonNews(keyCount: number, ...keys: readonly string[]): Promise<[nowMs: number, found: NewsReply[]]>;
  fedmonDiscard(key: string, value: string): Promise<number>;
  fedmonTallies(keyCount: number, ...keys: readonly string[]): Promise<string[]>;
  fedmonSigns(keyCount: number, ...keys: readonly string[]): Promise<string>;
  /** 0: now; -1: not in time; -2: not in this slot; else milliseconds to wait. Then how many share the place. */
  fedmonTakeTurn(row: string, turn: string, sharers: string, ...words: readonly Word[]): Promise<[number, number]>;
  fedmonTakeOrder(orders: string, domain: string, withinMs: number, most: number): Promise<number[]>;
  fedmonEndTurn(turn: string, row: string, holder: string, agoMs: number | ''): Promise<number>;
  fedmonMembers(keyCount: number, ...keys: readonly string[]): Promise<string[][]>;
}

export type Client = Redis & ScriptCommands;

export function defineScripts(redis: Redis): Client {
  redis.defineCommand('fedmonClaim', { lua: claim });
  redis.defineCommand('fedmonRecord', { lua: record, numberOfKeys: 1 });
  redis.defineCommand('fedmonRecordEdge', { lua: recordEdge, numberOfKeys: 3 });
  redis.defineCommand('fedmonRecordSent', { lua: recordSent, numberOfKeys: 2 });
  redis.defineCommand('fedmonRecordRoute', { lua: recordRoute });
  redis.defineCommand('fedmonAdvance', { lua: advance, numberOfKeys: 4 });
  redis.defineCommand('fedmonReplace', { lua: replace, numberOfKeys: 2 });
  redis.defineCommand('fedmonNews', { lua: news });
  redis.defineCommand('fedmonDiscard', { lua: discard, numberOfKeys: 1 });
  redis.defineCommand('fedmonTallies', { lua: tallies });
  redis.defineCommand('fedmonSigns', { lua: signs });
  redis.defineCommand('fedmonTakeTurn', { lua: takeTurn, numberOfKeys: 3 });
  redis.defineCommand('fedmonTakeOrder', { lua: takeOrder, numberOfKeys: 1 });
  redis.defineCommand('fedmonEndTurn', { lua: endTurn, numberOfKeys: 2 });
  redis.defineCommand('fedmonMembers', { lua: members });
  // defineCommand adds methods while running; their types stand above.
  return redis as Client;
}
