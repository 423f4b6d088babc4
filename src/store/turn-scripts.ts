/**
 * KEYS: the row of a place, its turn. ARGV: holder, gap, lease, the longest wait, ms each. The row holds who waits by the
 * instant its turn may begin, and under the empty name when the last one began. Answers 0: now; -1: too late; else the
 * ms to wait. The clock is that of Redis: workers need not agree.
 */
export const takeTurn = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holder, gap, lease, within = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function keep()
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or now
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, last - now) + gap + lease))
end
local busy = redis.call('GET', KEYS[2])
if busy == holder then
  redis.call('SET', KEYS[2], holder, 'PX', lease)
  return 0
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - gap - 2 * lease))
local begins = tonumber(redis.call('ZSCORE', KEYS[1], holder) or -1)
if begins < 0 then
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  begins = math.max(now, last and last + gap or now)
end
local wait = begins - now
local began = redis.call('ZSCORE', KEYS[1], '')
if began then wait = math.max(wait, began + gap - now) end
if busy then wait = math.max(wait, math.min(redis.call('PTTL', KEYS[2]), math.max(gap, 500))) end
if wait > within then
  redis.call('ZREM', KEYS[1], holder)
  return -1
end
if wait > 0 then
  redis.call('ZADD', KEYS[1], string.format('%.0f', begins), holder)
  keep()
  return math.ceil(wait)
end
redis.call('ZREM', KEYS[1], holder)
redis.call('ZADD', KEYS[1], string.format('%.0f', now), '')
redis.call('SET', KEYS[2], holder, 'PX', lease)
keep()
return 0
`;

/** KEYS: the turn of a place. ARGV: the holder whose turn ends. */
export const endTurn = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;
